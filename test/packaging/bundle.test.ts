/**
 * The bundle is one file that works alone; V8's code beside it is taken when it fits and ignored when it does not.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { expect, it } from 'vitest';
import { temporaryFolders } from '../tools/folder.ts';
import { builtProgram } from '../tools/program.mjs';
import { kustomizeBinary } from '../tools/renderers.mjs';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

const folder = temporaryFolders();

const program = await builtProgram();
const args = ['render', 'tools/warm-up', '-e', 'production'];

/** Renders the application that the build uses too. */
function render(program: string): string {
  return execFileSync(process.execPath, [program, 'render', 'tools/warm-up', '-e', 'production', '--root', '.'], {
    encoding: 'utf8',
  });
}

it.each(['.cache', '.images.cache'])('is found with the code that V8 made for it (%s)', (ending) => {
  const [, hash = '', size = ''] =
    /const hash = '(\w{16})';\nconst size = (\d+);/u.exec(readFileSync(program, 'latin1')) ?? [];
  const cache = readFileSync(`${program}${ending}`);
  expect(cache.toString('latin1', 0, 16)).toBe(hash);
  const end = 16 + Number(size);
  const script = new Script(cache.toString('latin1', 16, end), { cachedData: cache.subarray(end) });
  expect(script.cachedDataRejected).toBe(false);
});

it('works alone, and beside code that is not its own', async () => {
  const expected = render(program);
  // What the sources print.
  expect(expected).toBe((await runCli(args)).stdout);
  expect(statSync(`${program}.cache`).size).toBeGreaterThan(100_000);
  const alone = join(folder({}), 'waybill');
  copyFileSync(program, alone);
  expect(render(alone)).toBe(expected);
  const cache = `${alone}.cache`;
  const real = readFileSync(`${program}.cache`);
  // Garbage, the cache of another program, some that were cut off.
  for (const wrong of [
    Buffer.from('nonsense'),
    Buffer.concat([Buffer.from('0123456789abcdef'), real.subarray(16)]),
    real.subarray(0, -1000),
    real.subarray(0, 1000),
  ]) {
    writeFileSync(cache, wrong);
    expect(render(alone)).toBe(expected);
  }
});

it('loads late what a plain render does not need: the YAML library, the parser of templates, processes', async () => {
  const root = folder({
    'a/app.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: &x\n  name: a\ndata:\n  <<: *x\n',
    'b/app.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n',
    'b/kustomization.yaml': 'resources: [app.yaml]\nnamePrefix: b-\n',
  });
  const env = { ...process.env, WAYBILL_KUSTOMIZE: await kustomizeBinary() };
  const run = (dir: string) =>
    execFileSync(process.execPath, [program, 'render', dir, '--root', root, '--no-stamp'], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
  expect(run('a')).toContain('data:\n  name: a\n');
  expect(run('b')).toContain('name: b-a\n');
});

it('sets the exit code, and keeps stdout empty on a mistake', () => {
  const { status, stdout, stderr } = spawnSync(program, ['render', 'tools/warm-up', '-e', 'prod'], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('error[environment-unknown]');
  expect(spawnSync(program, ['nonsense']).status).toBe(2);
});

it('completes commands and options in a shell', () => {
  const complete = (...words: string[]): string => execFileSync(program, ['complete', ...words], { encoding: 'utf8' });
  expect(complete('bash')).toContain('complete');
  expect(complete('--', 'expl')).toMatch(/^explain\t/u);
  expect(complete('--', 'render', '--env')).toMatch(/^--environment\t/u);
  expect(complete('--', 'plugin', 'gen')).toMatch(/^generate\t/u);
});

it('gives a slow reader everything, and says that it is not complete when the reader goes away', () => {
  const one = (index: number): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c${index} }\n`;
  const count = 3000;
  const application = createRepository({
    'all.yaml': Array.from({ length: count }, (_, at) => one(at)).join('---\n'),
  });
  const shell = (script: string) =>
    spawnSync('sh', ['-c', script, 'sh', program, application], { encoding: 'utf8', maxBuffer: 1e8 });
  expect(shell('"$1" render "$2" -o json | (sleep 0.3; wc -l)').stdout.trim()).toBe(String(count));
  const cut = shell('("$1" render "$2"; echo "exit $?" >&2) | head -c 10');
  expect(cut.stdout).toBe('apiVersion');
  expect(cut.stderr).toMatch(/^error\[output-closed\]: .*\nexit 1\n$/u);
});
