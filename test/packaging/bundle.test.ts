/**
 * The bundle is one file that works alone; V8's code beside it is taken when it fits and ignored when it does not.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundle, root } from '../../tools/bundle/program.mjs';
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

it.each(['.cache', '.rest.cache'])('is found with the code that V8 made for it (%s)', (ending) => {
  const [, hash = '', first = '', rest = ''] =
    /const hash = '(\w{16})';\nconst sizes = \[(\d+),(\d+)\];/u.exec(readFileSync(program, 'latin1')) ?? [];
  const cache = readFileSync(`${program}${ending}`);
  expect(cache.toString('latin1', 0, 16)).toBe(hash);
  const end = 16 + Number(ending === '.cache' ? first : rest);
  // V8 takes code only under the flags that it was made with: those that the program sets first.
  const setFlags = /^if \(process\.versions\.v8.*?^\}$/msu.exec(readFileSync(program, 'latin1'))?.[0] ?? '';
  expect(setFlags).toContain('setFlagsFromString');
  const read = `const cache = require('node:fs').readFileSync(process.argv[1]);
    const options = { cachedData: cache.subarray(${end}) };
    const script = new (require('node:vm').Script)(cache.toString('latin1', 16, ${end}), options);
    process.stdout.write(String(script.cachedDataRejected));`;
  const rejected = execFileSync(process.execPath, ['-e', setFlags + read, `${program}${ending}`], { encoding: 'utf8' });
  expect(rejected).toBe('false');
});

it('has all that an ordinary render runs, and little else, in its first script', async () => {
  const { modules } = await bundle();
  const [first = [], rest = []] = modules.map((ids) => ids.map((id) => id.replace(`${root}/`, '')));
  expect(first).toEqual(
    expect.arrayContaining(
      ['render.ts', 'cli/commands/render.ts', 'cli/commands/plugin.ts', 'sources/helm/read.ts'].map(
        (name) => `plugin/${name}`,
      ),
    ),
  );
  // Rooms and libraries that a render has no use for, and a few that it seldom has.
  const rooms = [
    'adopt',
    'ci',
    'doctor',
    'events',
    'fleet',
    'git',
    'handback',
    'http',
    'kubernetes',
    'notifications',
    'page',
    'promotion',
    'registries',
    'serve',
    'strategies',
    'updates',
    'verification',
    'workers',
  ];
  const others = first.filter(
    (id) => rooms.some((room) => id.startsWith(`plugin/${room}/`)) && id !== 'plugin/workers/messages.ts',
  );
  expect(others).toEqual([]);
  const libraries = new Set(first.flatMap((id) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(id)?.[1] ?? []));
  expect([...libraries].sort()).toEqual([
    '@commander-js/extra-typings',
    'ajv',
    'commander',
    'fast-deep-equal',
    'fast-json-patch',
    'leven',
  ]);
  expect(rest.length).toBeGreaterThan(first.length);
});

it('reads its second script for other commands only', () => {
  const alone = join(folder({}), 'waybill');
  copyFileSync(program, alone);
  copyFileSync(`${program}.cache`, `${alone}.cache`);
  // A text that is no program at all, with the hash and the length of the right one.
  const rest = readFileSync(`${program}.rest.cache`);
  writeFileSync(`${alone}.rest.cache`, rest.fill('(', 16));
  const cwd = join(folder({}), '_cmp_server/x/application');
  cpSync('tools/warm-up', cwd, { recursive: true });
  const environment = {
    WAYBILL_POLICY: join(import.meta.dirname, '../../sidecar/policy.yaml'),
    ARGOCD_APP_NAME: 'a',
    ARGOCD_APP_NAMESPACE: 'a',
    ARGOCD_APP_PROJECT_NAME: 'a',
    ARGOCD_APP_SOURCE_PATH: 'application',
    ARGOCD_ENV_WAYBILL_ENVIRONMENT: 'production',
  };
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [alone, ...args], { cwd, env: { ...process.env, ...environment }, encoding: 'utf8' });
  const commands = [
    ['render', '.', '-e', 'production'],
    ['render', '.', '-e', 'production', '-o', 'json'],
    ['plugin', 'generate'],
  ];
  for (const command of commands) expect(run(...command)).toMatchObject({ status: 0, stderr: '' });
  expect(run('status').status).not.toBe(0);
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
  const repository = folder({
    'a/app.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: &x\n  name: a\ndata:\n  <<: *x\n',
    'b/app.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n',
    'b/kustomization.yaml': 'resources: [app.yaml]\nnamePrefix: b-\n',
  });
  const env = { ...process.env, WAYBILL_KUSTOMIZE: await kustomizeBinary() };
  const run = (dir: string) =>
    execFileSync(process.execPath, [program, 'render', dir, '--root', repository, '--no-stamp'], {
      cwd: repository,
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
