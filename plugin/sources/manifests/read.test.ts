import { describe, expect, it, vi } from 'vitest';
import { failureText, listing, sourceContext } from '../../../test/tools/source-context.ts';
import { createMemoryTree } from '../../files/memory.ts';
import type { SourceContext } from '../context.ts';
import { readAdded, readSource } from '../read.ts';

const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

async function read(
  files: Record<string, string | Uint8Array>,
  paths: readonly string[] = ['app'],
  more: Partial<SourceContext> = {},
): Promise<string[]> {
  const source = {
    kind: 'manifests' as const,
    paths: paths.map((path, index) => ({ path, location: { file: 'app/waybill.yaml', line: index + 4 } })),
  };
  return listing(await readSource(source, await sourceContext(createMemoryTree(files), more)));
}

describe('a source of plain manifests', () => {
  it('is every YAML and JSON file below the directory, in a fixed order', async () => {
    const files = {
      'app/b.yml': configMap('b'),
      'app/a.yaml': `# comment\n---\n${configMap('a1')}---\n---\n# only a comment\n---\n${configMap('a2')}`,
      'app/sub/deep/d.json': '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"d"}}',
      'app/README.md': 'no manifest',
      'app/script.sh': '#!/bin/sh',
      'other/x.yaml': configMap('x'),
    };
    expect((await read(files)).map((line) => line.split(':')[0])).toEqual([
      'ConfigMap/a1 app/a.yaml',
      'ConfigMap/a2 app/a.yaml',
      'ConfigMap/b app/b.yml',
      'Secret/d app/sub/deep/d.json',
    ]);
  });

  it('skips dot files, locks, what waybill.yaml refers to, and applications of their own', async () => {
    const files = {
      'app/a.yaml': configMap('a'),
      'app/waybill.yaml': 'kind: Waybill\n',
      'app/.github/workflow.yaml': 'on: push\n',
      'app/.hidden.yaml': 'x: 1\n',
      'app/locks/production.yaml': 'kind: ImageLock\n',
      'app/base/locks/ordinary.yaml': configMap('ordinary'),
      'app/environments/production/replicas.yaml': 'merge: {}\n',
      'app/nested/waybill.yaml': 'kind: Waybill\n',
      'app/nested/x.yaml': configMap('x'),
      'app/nested/deep/y.yaml': configMap('y'),
    };
    const referencedFiles = new Set(['app/environments/production/replicas.yaml']);
    const expected = ['ConfigMap/a app/a.yaml:1', 'ConfigMap/ordinary app/base/locks/ordinary.yaml:1'];
    expect(await read(files, ['app'], { referencedFiles })).toEqual(expected);
    expect(await read(files, ['app/**/*.yaml'], { referencedFiles })).toEqual(expected);
  });

  it.each([
    ['a directory', ['app/base'], ['a', 'b', 'c']],
    ['a file', ['app/base/b.yaml'], ['b']],
    ['a file that is no *.yaml', ['app/base/odd.tpl'], ['odd']],
    ['globs, in their order', ['app/base/[bc].yaml', 'app/base/a.yaml'], ['b', 'c', 'a']],
    ['the same file once', ['app/base/b.yaml', 'app/base/*.yaml'], ['b', 'a', 'c']],
    ['a directory above the application', ['shared'], ['s']],
    ['files of another application, when they are named', ['other/*.yaml'], ['o']],
  ])('may be %s', async (_name, paths, expected) => {
    const files = {
      'app/base/a.yaml': configMap('a'),
      'app/base/b.yaml': configMap('b'),
      'app/base/c.yaml': configMap('c'),
      'app/base/odd.tpl': configMap('odd'),
      'shared/s.yaml': configMap('s'),
      'other/waybill.yaml': 'kind: Waybill\n',
      'other/o.yaml': configMap('o'),
    };
    expect((await read(files, paths)).map((line) => /\/(\w+) /u.exec(line)?.[1])).toEqual(expected);
  });

  it('reads no file that is not its own', async () => {
    const tree = createMemoryTree({ 'app/a.yaml': configMap('a'), 'app/notes.txt': '', 'big.yaml': '' });
    const opened = vi.spyOn(tree, 'readText');
    await readSource(
      { kind: 'manifests', paths: [{ path: 'app', location: { file: 'app' } }] },
      await sourceContext(tree),
    );
    expect(opened.mock.calls).toEqual([['app/a.yaml']]);
  });

  it.each<[string, Record<string, string | Uint8Array>, string[], string[]]>([
    [
      'a kustomization',
      { 'app/a.yaml': configMap('a'), 'app/base/kustomization.yml': 'resources: []\n' },
      ['app'],
      ['app/base/kustomization.yml: error[source-mixed]: a kustomization is inside a source of plain manifests'],
    ],
    [
      'a kustomization without extension, also by a glob',
      { 'app/base/Kustomization': 'resources: []\n' },
      ['app/base/*'],
      ['app/base/Kustomization: error[source-mixed]'],
    ],
    [
      'a chart',
      { 'app/chart/Chart.yaml': 'name: x\n' },
      ['app'],
      ['app/chart/Chart.yaml: error[source-mixed]: a helm chart'],
    ],
    [
      'a path that does not exist, with what does',
      { 'app/bases/a.yaml': configMap('a'), 'app/waybill.yaml': '' },
      ['app/base'],
      [
        'app/waybill.yaml:4: error[file-missing]: app/base does not exist',
        'In app: bases, waybill.yaml. Did you mean bases?',
      ],
    ],
    [
      'a glob that finds nothing',
      { 'app/a.yaml': configMap('a') },
      ['app/a.yaml', 'app/*.yml'],
      ['app/waybill.yaml:5: error[file-missing]: no file matches app/*.yml'],
    ],
    [
      'every bad file at once',
      {
        'app/binary.yaml': new Uint8Array([0, 1, 2, 255]),
        'app/broken.yaml': 'a: [1\n',
        'app/nokind.json': '{"apiVersion": "v1"}',
        'app/text.yml': 'just text\n',
        'app/twice.yaml': `${configMap('a')}kind: Secret\n`,
      },
      ['app'],
      [
        'app/binary.yaml:1:1: error[file-binary]',
        'app/broken.yaml:',
        'app/nokind.json:1: error[resource-no-kind]',
        'app/text.yml:1: error[manifest-not-object]',
        'app/twice.yaml:5:1: error[yaml-duplicate-key]',
      ],
    ],
  ])('refuses %s', async (_name, files, paths, messages) => {
    const text = await failureText(read(files, paths));
    for (const message of messages) expect(text).toContain(message);
  });

  it('is refused when the policy does not allow it', async () => {
    const { policy } = await sourceContext(createMemoryTree({}));
    const sources = new Set(['helm'] as const);
    expect(await failureText(read({}, ['app'], { policy: { ...policy, sources } }))).toContain(
      "error[source-forbidden]: the operator's policy does not allow sources of kind manifests\n  Allowed are: helm.",
    );
  });
});

describe('added resources', () => {
  it('are read like manifests', async () => {
    const tree = createMemoryTree({ 'app/env/pdb.yaml': configMap('pdb'), 'app/env/none.yaml': '# nothing\n' });
    const context = await sourceContext(tree);
    const files = ['app/env/pdb.yaml', 'app/env/none.yaml'].map((path) => ({
      path,
      location: { file: 'app/waybill.yaml' },
    }));
    expect(listing(readAdded(files, context))).toEqual(['ConfigMap/pdb app/env/pdb.yaml:1']);
  });
});
