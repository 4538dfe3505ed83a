import { describe, expect, it } from 'vitest';
import { loadApplication } from '../config/load.ts';
import { createMemoryTree } from '../files/memory.ts';
import { declaredFor, statedVersion } from './known-images.ts';

describe('declaredFor', () => {
  const waybill = `apiVersion: waybill.dev/v1
kind: Waybill
images:
  - { name: r.dev/a, sourceRepository: "https://github.com/acme/a" }
  - { name: r.dev/b, sourceRepository: "https://github.com/acme/{{ app.name }}" }
environments:
  base: { images: [{ name: r.dev/c, commitFromTag: "v-{commit}" }] }
  production:
    extends: base
    images: [{ name: r.dev/a, sourceRepository: "https://gitlab.com/acme/a" }]
`;
  const at = (directory: string, text = waybill) =>
    loadApplication(createMemoryTree({ [`${directory === '' ? '' : `${directory}/`}waybill.yaml`]: text }), directory);

  it.each([
    ['what the application says', 'apps/web', 'base', 'r.dev/a', { sourceRepository: 'https://github.com/acme/a' }],
    [
      'what the environment says above it',
      'apps/web',
      'production',
      'r.dev/a',
      { sourceRepository: 'https://gitlab.com/acme/a' },
    ],
    ['what an environment says that it extends', 'apps/web', 'production', 'r.dev/c', { commitFromTag: 'v-{commit}' }],
    ['templates of the name', 'apps/web', 'base', 'r.dev/b', { sourceRepository: 'https://github.com/acme/web' }],
    [
      'the environment at the top of a repository',
      '',
      'production',
      'r.dev/a',
      { sourceRepository: 'https://gitlab.com/acme/a' },
    ],
  ])('is %s', (_name, directory, environment, image, expected) => {
    expect(declaredFor(at(directory), environment, image)).toMatchObject(expected);
  });

  it('leaves out what cannot be known: a template at the top, or of a value that is missing', () => {
    expect(declaredFor(at(''), 'base', 'r.dev/b')).not.toHaveProperty('sourceRepository');
    const broken = at('web', waybill.replace('{{ app.name }}', '{{ values.team }}'));
    expect(declaredFor(broken, 'production', 'r.dev/b')).not.toHaveProperty('sourceRepository');
    expect(declaredFor(broken, 'production', 'r.dev/a')).toHaveProperty(
      'sourceRepository',
      'https://gitlab.com/acme/a',
    );
    expect(declaredFor(at('web'), 'production', 'r.dev/none')).toBeUndefined();
  });
});

describe('statedVersion', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  it.each<[string, Record<string, string>, object | undefined]>([
    ['a tag', { 'app/pod.yaml': 'image: r.dev/a:1.2 # x' }, { tag: '1.2' }],
    ['tag and digest', { 'app/pod.yaml': `image: "r.dev/a:1.2@${digest}"` }, { tag: '1.2', digest }],
    ['the same in several files', { 'app/a.yaml': 'r.dev/a:1', 'app/b.yaml': 'r.dev/a:1\nr.dev/a' }, { tag: '1' }],
    ['nothing where they differ', { 'app/a.yaml': 'r.dev/a:1', 'app/b.yaml': 'r.dev/a:2' }, undefined],
    ['nothing where a key is named so', { 'app/a.yaml': 'r.dev/a: 1\nr.dev/a-b:2' }, undefined],
    ['nothing in files of an application below', { 'app/b/waybill.yaml': '', 'app/b/a.yaml': 'r.dev/a:1' }, undefined],
  ])('is %s', (_name, files, expected) => {
    expect(statedVersion(createMemoryTree(files), 'app', 'r.dev/a')).toEqual(expected);
  });
});
