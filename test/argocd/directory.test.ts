/**
 * Directories of plain manifests, read by us and by Argo CD's own repo-server: which files, in which order, and what
 * `include` and `exclude` mean.
 */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileArgoCDGlob } from '../../plugin/expressions/argocd-glob.ts';
import { isObject } from '../../plugin/resources/json.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { type DirectoryReader, startDirectoryReader } from '../tools/argocd-directory.ts';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

let reader: DirectoryReader;
beforeAll(async () => {
  reader = await startDirectoryReader();
}, 600_000);
afterAll(() => reader.close());

const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const json = (name: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, annotations: {} } });

const files: Readonly<Record<string, string>> = {
  'app/a.yaml': `${configMap('a1')}---\n${configMap('a2')}`,
  'app/b.yml': configMap('b'),
  'app/c.json': json('c'),
  'app/.dot.yaml': configMap('dot'),
  'app/.other.yaml': 'rules: {}\n',
  'app/no-newline.yaml': `${configMap('last')}data:\n  x: |\n    last line`,
  'app/marked.yaml': `# +argocd:skip-file-rendering\n${configMap('marked')}`,
  'app/notes.txt': configMap('text'),
  'app/sub/d.yaml': configMap('d'),
  'app/sub/deep/e.yaml': configMap('e'),
  'app/.hidden/f.yaml': configMap('f'),
};

function namesIn(manifests: readonly string[]): string[] {
  return manifests
    .flatMap((text) => readYaml(text, { file: 'x', duplicateKeys: 'error' }))
    .map(({ value }) => {
      const name = isObject(value) && isObject(value['metadata']) ? value['metadata']['name'] : undefined;
      return typeof name === 'string' ? name : '';
    });
}

describe('a directory', () => {
  const root = createRepository({ ...files });
  mkdirSync(join(root, 'elsewhere'));
  symlinkSync('../elsewhere', join(root, 'app/linked'));
  symlinkSync('a.yaml', join(root, 'app/link.yaml'));

  it.each<[string, { recurse?: boolean; include?: string; exclude?: string }]>([
    ['as it is', {}],
    ['recursively', { recurse: true }],
    ['with include', { recurse: true, include: '{a,b}*' }],
    ['with a star over slashes', { recurse: true, include: '*d.yaml' }],
    ['with exclude', { recurse: true, exclude: '{sub/*,link.yaml}' }],
    ['with both', { recurse: true, include: '*.yaml', exclude: '{.*,link.yaml,no-newline.yaml}' }],
    ['with a set', { include: '[a-b].y?ml' }],
    ['with another set', { include: '[!a]*' }],
  ])('%s', async (_name, options) => {
    // The link gives the same resources again, which a render refuses.
    const exclude = options.exclude ?? 'link.yaml';
    const answer = await reader.ask({ root, path: 'app', ...options, exclude });
    const mapping = JSON.stringify({ path: '../app', recurse: false, ...options, exclude });
    const config = `apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { manifests: ${mapping} }\nallowEmpty: true\n`;
    const cwd = createRepository({ ...files, 'ours/waybill.yaml': config });
    symlinkSync('../elsewhere', join(cwd, 'app/linked'));
    symlinkSync('a.yaml', join(cwd, 'app/link.yaml'));
    mkdirSync(join(cwd, 'elsewhere'));
    const { code, stdout, stderr } = await runCli(['render', 'ours', '--no-stamp'], { cwd });
    expect({ code, names: namesIn([stdout]), stderr: code === 0 ? '' : stderr }).toEqual({
      code: 0,
      names: namesIn(answer.manifests ?? [String(answer.error)]),
      stderr: '',
    });
    if (options.include === undefined) expect(stdout).toContain('last line\n');
    for (const text of answer.manifests ?? []) {
      if (text.includes('last line')) expect(text).toContain('last line\\n');
    }
  });
});

describe('globs', () => {
  const piece = fc.constantFrom(
    '*',
    '**',
    '?',
    'a',
    'b',
    '.',
    '/',
    '[ab]',
    '[a-c]',
    '[!a]',
    '[!a-b]',
    '{a,b}',
    '{a/b,*.y}',
  );
  const odd = fc.constantFrom('\\*', '\\', '{', '}', ',', '[', ']', '{a,{b,c}}', '[a\\]b]', '+', '(', '^', '$', '-');
  const pattern = fc
    .array(fc.oneof({ weight: 6, arbitrary: piece }, { weight: 1, arbitrary: odd }), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join(''));
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', '.', '/', '*', 'y', '-'), { minLength: 1, maxLength: 6 })
    .map((one) => one.join(''));

  it('match what they match in Argo CD', async () => {
    let agreed = 0;
    await fc.assert(
      fc.asyncProperty(pattern, fc.array(text, { minLength: 1, maxLength: 8 }), async (glob, texts) => {
        const { matches } = await reader.ask({ glob, texts });
        let compiled: ((one: string) => boolean) | undefined;
        try {
          compiled = compileArgoCDGlob(glob);
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error;
        }
        if (!compiled || !matches) return;
        expect(texts.map(compiled)).toEqual(matches);
        agreed += 1;
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(agreed).toBeGreaterThan(150);
  });
});
