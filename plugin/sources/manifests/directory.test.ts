import { describe, expect, it } from 'vitest';
import { failureText, listing, sourceContext } from '../../../test/tools/source-context.ts';
import type { DirectoryReading } from '../../config/environment.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { createMemoryTree } from '../../files/memory.ts';
import { readSource } from '../read.ts';

const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

async function read(
  files: Readonly<Record<string, string>>,
  options: Partial<DirectoryReading> = {},
): Promise<{ names: string[]; warnings: string[] }> {
  const warnings: Diagnostic[] = [];
  const location = { file: 'app/waybill.yaml', line: 3 };
  const source = {
    kind: 'manifests' as const,
    paths: [{ path: 'app', location }],
    reading: { written: '.', locate: () => location, ...options },
  };
  const context = await sourceContext(createMemoryTree(files), { warn: (one) => void warnings.push(one) });
  const names = listing(await readSource(source, context)).map((line) => /\/(\S+) /u.exec(line)?.[1] ?? line);
  return { names, warnings: warnings.map(({ code, message }) => `${code}: ${message}`) };
}

const files = {
  'app/a.yaml': configMap('a'),
  'app/sub/b.yaml': configMap('b'),
  'app/sub/deep/c.yaml': configMap('c'),
  'app/plain/values.yaml': 'replicas: 3\n',
  'app/locks/production.yaml': 'apiVersion: waybill.dev/v1\nkind: ImageLock\n',
  'app/nested/waybill.yaml': 'kind: Waybill\n',
  'app/nested/x.yaml': configMap('x'),
};

describe('a directory as Argo CD reads it', () => {
  it('is its own files, and says which subfolders are left out', async () => {
    expect(await read(files)).toEqual({
      names: ['a'],
      warnings: ['source-left-out: manifests in subfolders are skipped, as in Argo CD: sub'],
    });
    expect(await read(files, { recurse: false })).toEqual({ names: ['a'], warnings: [] });
    expect((await read({ ...files, 'app/plain/values.yaml': configMap('p') }, { recurse: true })).names).toEqual([
      'a',
      'p',
      'b',
      'c',
    ]);
  });

  it.each([
    [{ include: '*.yml' }, [], 'glob-no-match: include: "*.yml" matches none of the files that are read'],
    [{ include: './a.yaml' }, [], 'glob-no-match: include: "./a.yaml" matches none of the files that are read'],
    [{ exclude: 'valus.yaml' }, ['a'], 'glob-no-match: exclude: "valus.yaml" matches none of the files that are read'],
    [{ exclude: 'sub/*' }, ['a'], 'glob-no-match: exclude: "sub/*" matches none of the files that are read'],
    [{ exclude: '{sub/*,plain/*}', recurse: true }, ['a'], undefined],
    [{ exclude: '{*.jsonnet,plain/*}', recurse: true }, ['a', 'b', 'c'], undefined],
    [{ include: 'a.*' }, ['a'], undefined],
  ])('warns of a glob that matches nothing: %j', async (options, names, warning) => {
    expect(await read(files, { recurse: false, ...options })).toEqual({
      names,
      warnings: warning === undefined ? [] : [warning],
    });
  });

  it('reads dot files that are manifests, and passes over other programs’ files', async () => {
    const dots = {
      'app/.a.yaml': configMap('dot'),
      'app/.yamllint.yaml': 'rules: {}\n',
      'app/.b.json': '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "json"}}',
      'app/.eslintrc.json': '{ "a": // no JSON\n',
      'app/.argocd-source.yaml': 'kustomize: {}\napiVersion: x\nkind: x\nmetadata: {}\n',
      'app/.argocd-source-web.yaml': 'helm: {}\n',
      'app/.github/workflows/ci.yaml': 'on: push\n',
    };
    expect((await read(dots, { recurse: true })).names).toEqual(['dot', 'json']);
  });

  it('says which names Argo CD does not take for manifests', async () => {
    const odd = {
      'app/a.yaml': configMap('a'),
      'app/b.YAML': configMap('b'),
      'app/c.yml ': configMap('c'),
      'app/d.JSON': '{"a": 1}',
      'app/e.yaml.bak': configMap('e'),
    };
    const rule = 'is not read, as by Argo CD, which reads .yaml, .yml and .json in lower case';
    expect(await read(odd)).toEqual({
      names: ['a'],
      warnings: [`source-left-out: "b.YAML" ${rule}`, `source-left-out: "c.yml " ${rule}`],
    });
  });

  it('skips what Argo CD is told to skip', async () => {
    const marked = { ...files, 'app/m.yaml': `${configMap('m')}# +argocd:skip-file-rendering\n` };
    expect((await read(marked)).names).toEqual(['a']);
  });

  it.each<[string, Record<string, string>]>([
    ['values', { 'app/values.yaml': 'a: 1\n' }],
    ['a kustomization', { 'app/kustomization.yaml': 'resources: []\n' }],
    ['a kustomization without extension', { 'app/Kustomization': 'resources: []\n' }],
    ['a chart', { 'app/Chart.yaml': 'name: x\n' }],
    ['Jsonnet', { 'app/x.jsonnet': '{}' }],
    ['text', { 'app/readme.yml': 'just text\n' }],
  ])('leaves %s out only when it is excluded', async (_name, more) => {
    const [name = ''] = Object.keys(more);
    expect(await failureText(read({ ...files, ...more }))).toContain('error[');
    expect((await read({ ...files, ...more }, { exclude: name.slice('app/'.length) })).names).toEqual(['a']);
  });

  it.each([
    ['[a', 'a `[` needs characters'],
    ['{a', 'a `{` needs a `}`'],
    ['[c-a]', 'a comes before c'],
    ['[]', 'a `[` needs characters'],
  ])('refuses the glob %s', async (include, message) => {
    const text = await failureText(read(files, { include }));
    expect(text).toContain('app/waybill.yaml:3');
    expect(text).toContain(message);
  });

  it('leaves Jsonnet libraries and marked Jsonnet alone', async () => {
    const libraries = { ...files, 'app/x.libsonnet': '{}', 'app/y.jsonnet': '// +argocd:skip-file-rendering\n{}' };
    expect((await read(libraries)).names).toEqual(['a']);
  });
});
