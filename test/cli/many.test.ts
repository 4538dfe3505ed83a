import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FolderContent, temporaryFolders } from '../tools/folder.ts';
import { runBundled } from '../tools/bundled.ts';
import { writeFiles } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

// What looks at many applications shares them out to worker threads. Nothing of what it says may depend on that.
const folder = temporaryFolders();
let cwd = '';

const pod = (name: string, tag: number): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: a, image: "b.example.com/c:${tag}"}]}\n`;

beforeAll(() => {
  const files = new Map<string, FolderContent[string]>();
  for (let index = 0; index < 6; index += 1) {
    files.set(
      `apps/${index}/waybill.yaml`,
      'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: {manifests: base}\nenvironments: {staging: {}, production: {}}\n',
    );
    files.set(`apps/${index}/base/a.yaml`, pod(`a-${index}`, 1));
  }
  cwd = folder({ ...Object.fromEntries(files), 'apps/4/base/b.yaml': 'kind: [\n' });
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.dev', 'commit', '-q', '-m', 'first'],
  ])
    execFileSync('git', args, { cwd });
  writeFiles(cwd, {
    'apps/1/base/a.yaml': pod('a-1', 2),
    'apps/3/base/a.yaml': pod('a-3', 2),
    'apps/5/base/b.yaml': 'kind: [\n',
  });
});

describe.each<[string, string[], number]>([
  ['render --all', ['render', '--all', '--root', '.'], 1],
  ['validate', ['validate', '--root', '.'], 1],
  ['diff --all', ['diff', '--all', '--against', 'HEAD', '--root', '.', '-o', 'json'], 1],
])('%s', (_name, args, expected) => {
  it('says the same from one thread and from many, and shows how far it is on a terminal', async () => {
    const one = await runCli(args, { cwd, oneThread: true });
    expect(one.code).toBe(expected);
    expect(one.stderr + one.stdout).toContain('apps/5');
    expect(await runCli(args, { cwd })).toEqual(one);
    const shown = await runCli(args, { cwd, isTTY: true, env: { PATH: process.env['PATH'], NO_COLOR: '1' } });
    expect({ code: shown.code, stdout: shown.stdout }).toEqual({ code: one.code, stdout: one.stdout });
    const bars = shown.stderr.match(/\[#* *\] \d+\/12 apps\/\d \w+/gu);
    expect(bars).toHaveLength(12);
    expect(bars?.at(-1)).toMatch(/^\[#{20}\] 12\/12 apps\/\d \w+$/u);
    // The line of the bar is cleared before anything is said.
    expect(shown.stderr.split('\r\u001B[K').at(-1)).toBe(one.stderr);
  });
});

it('ends with an error, not with the memory, when all results together are too large', async () => {
  const environments = Array.from({ length: 9 }, (_, index) => `e${index}: {}`).join(', ');
  const large = folder({
    'app/waybill.yaml': `apiVersion: waybill.dev/v1\nkind: Waybill\nenvironments: { ${environments} }\n`,
    'app/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: "${'x'.repeat(4_000_000)}"}\n`,
  });
  const env = { PATH: process.env['PATH'], NODE_OPTIONS: '--max-old-space-size=100' };
  const { code, stdout, stderr } = await runBundled(['render', '--all', '--root', '.'], { cwd: large, env });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error\[limit-memory\]: what is rendered needs more than \d+ MiB of memory\n/u);
});
