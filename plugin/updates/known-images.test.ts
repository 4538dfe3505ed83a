import { describe, expect, it } from 'vitest';
import { loadApplication } from '../config/load.ts';
import { createMemoryTree } from '../files/memory.ts';
import { declaredFor } from './known-images.ts';

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
