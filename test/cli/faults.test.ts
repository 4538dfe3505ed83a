/**
 * What the operating system refuses is a diagnostic with a code; a mistake of ours is exit code 70; neither prints
 * anything on stdout. The built program runs as a process, and Node's own file functions are made to fail beneath it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../tools/folder.ts';
import { builtProgram } from '../tools/program.mjs';
import { kustomizeBinary } from '../tools/renderers.mjs';

const folder = temporaryFolders();
const root = join(import.meta.dirname, '../..');
const program = await builtProgram();

interface Fault {
  readonly functions: readonly string[];
  readonly below: string;
  readonly code?: string;
  readonly mistake?: 'throw' | 'later' | 'never' | 'none';
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const image = 'ghcr.io/acme/user-service';
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: user-service }
spec:
  template:
    spec:
      containers: [{ name: main, image: "${image}:1" }]
`;
/** An application in plain manifests, one in a kustomization, and folders for caches, events and temporary files. */
function createTemplate(): string {
  const at = folder({
    'repository/app/waybill.yaml':
      'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { manifests: base }\nenvironments:\n  production: {}\n',
    'repository/app/base/a.yaml': deployment,
    'repository/app/locks/production.yaml': `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages:\n  - name: ${image}\n    tag: "1"\n`,
    // With a field that Waybill does not build itself: kustomize is started.
    'repository/kustomized/kustomization.yaml':
      'resources: [a.yaml]\ngeneratorOptions: { disableNameSuffixHash: true }\n',
    'repository/kustomized/a.yaml': deployment,
    'repository/notifications.yaml': readFileSync(
      join(root, 'examples/notifications/github/notifications.yaml'),
      'utf8',
    ),
    'repository/handback.yaml': readFileSync(join(root, 'examples/handback/event-files/handback.yaml'), 'utf8'),
  });
  for (const name of ['tmp', 'home', 'events']) mkdirSync(join(at, name));
  const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, stdio: 'pipe' });
  git(join(at, 'events'), 'init', '-q', '--bare', '--initial-branch=main');
  git(join(at, 'repository'), 'init', '-q', '--initial-branch=main');
  git(join(at, 'repository'), 'add', '.');
  git(join(at, 'repository'), '-c', 'user.name=a', '-c', 'user.email=a@a', 'commit', '-q', '-m', 'a');
  return at;
}

const template = createTemplate();

/** A copy of the template for one run. */
function place(): string {
  const at = folder({});
  cpSync(template, at, { recursive: true });
  return at;
}

/** The file that lists the calls that failed. */
function logOf(at: string): string {
  return join(at, '../fault.log');
}

async function run(at: string, args: readonly string[], fault?: Fault, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const preload = fault ? ['--require', join(import.meta.dirname, 'system-fault.cjs')] : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...preload, program, ...args], {
    cwd: join(at, 'repository'),
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      PATH: process.env['PATH'],
      HOME: join(at, 'home'),
      TMPDIR: join(at, 'tmp'),
      WAYBILL_KUSTOMIZE: await kustomizeBinary(),
      ...(fault ? { FAULT: JSON.stringify({ ...fault, log: logOf(at) }) } : {}),
      ...env,
    },
  });
  return { code: status, stdout, stderr };
}

const emit = ['event', 'emit', 'deployment-complete', '--repository', '../events', '--application', 'user-service'];
const facts = ['--environment', 'production', '--outcome', 'success', '--source-commit', 'a'.repeat(40)];
const source = ['--source-repository', 'https://github.com/acme/user-service'];

const commands: Readonly<Record<string, readonly string[]>> = {
  render: ['render', 'app', '-e', 'production'],
  'render with kustomize': ['render', 'kustomized'],
  'render --output-dir': ['render', 'app', '-e', 'production', '--output-dir', '../out'],
  explain: ['explain', 'app', '-e', 'production'],
  diff: ['diff', 'app', '-e', 'production', '--against', 'HEAD'],
  validate: ['validate', '.'],
  init: ['init', 'kustomized'],
  'images list': ['images', 'list', 'app'],
  'images set': ['images', 'set', `${image}=:2`, '-e', 'production', '-C', 'app'],
  'event emit': [...emit, ...facts, ...source],
  'event list': ['event', 'list', '--repository', '../events'],
  'notifications generate': ['notifications', 'generate', '--output', '../settings.yaml'],
  'handback generate': ['handback', 'generate', 'event-files', '--output-dir', '../handback'],
};

const writers = ['mkdir', 'mkdtemp', 'writeFile', 'rename', 'rm'];
const readers = ['readFile', 'readdir', 'stat', 'lstat', 'realpath', 'open'];
const table = Object.entries(commands);

/** Which of these functions each command calls when nothing fails. Making others fail changes nothing. */
const calledBy = new Map<string, ReadonlySet<string>>();

/** Runs the command with its calls logged, once for each command. */
async function runLogged(name: string, args: readonly string[]): Promise<Ended> {
  const at = place();
  const ended = await run(at, args, { functions: [...writers, ...readers], below: at, mistake: 'none' });
  const calls = readFileSync(logOf(at), 'utf8').split('\n');
  calledBy.set(name, new Set(calls.map((call) => call.split(' ')[0] ?? '')));
  return ended;
}

async function isCalled(name: string, args: readonly string[], functions: readonly string[]): Promise<boolean> {
  if (!calledBy.has(name)) await runLogged(name, args);
  return functions.some((one) => calledBy.get(name)?.has(one));
}

/** What the operating system refused: no command may succeed after it, print something, or call it an internal error. */
function expectDiagnostic({ code, stdout, stderr }: Ended): void {
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/error\[[a-z-]+\]: /u);
  expect(stderr).not.toMatch(/internal error|\n {4}at /u);
}

describe('what the operating system refuses is a diagnostic', () => {
  it.each(table)('%s succeeds when nothing is refused', async (name, args) => {
    const { code, stderr } = await runLogged(name, args);
    expect({ code, stderr }).toMatchObject({ code: 0 });
  });

  it.each(table)('%s', async (name, args) => {
    let met = 0;
    const faults = [
      ...writers.map((one) => ({ functions: [one], code: 'ENOSPC' })),
      { functions: writers, code: 'EROFS' },
      ...readers.map((one) => ({ functions: [one], code: 'EACCES' })),
      { functions: readers, code: 'EMFILE' },
    ];
    for (const fault of faults) {
      if (!(await isCalled(name, args, fault.functions))) continue;
      const at = place();
      const ended = await run(at, args, { ...fault, below: at });
      if (!existsSync(logOf(at))) continue;
      met += 1;
      expectDiagnostic(ended);
    }
    expect(met).toBeGreaterThan(0);
  });

  it.each([
    ['a missing TMPDIR', { TMPDIR: '/nowhere/at/all' }, ['render', 'kustomized'], 'error[temporary-folder]'],
    ['a TMPDIR that is a file', { TMPDIR: '/dev/null' }, ['render', 'kustomized'], 'error[temporary-folder]'],
    ['a TMPDIR that cannot be written', { TMPDIR: '/proc' }, ['render', 'kustomized'], 'error[temporary-folder]'],
    ['a missing TMPDIR for git', { TMPDIR: '/nowhere' }, [...emit, ...facts, ...source], 'error[temporary-folder]'],
    [
      'a cache that cannot be made',
      { WAYBILL_CACHE: '/dev/null/a' },
      ['event', 'list', '--repository', '../events'],
      'error[file-missing]',
    ],
    [
      'a spool that cannot be made',
      { WAYBILL_SPOOL: '/dev/null/a' },
      [...emit, ...facts, ...source],
      'error[file-missing]',
    ],
    ['a path that is too long', {}, ['render', 'a'.repeat(300)], 'error[file-'],
    ['a -C that is too long', {}, ['render', '-C', 'a'.repeat(5000)], 'error[file-name-too-long]'],
    [
      'an output that is too long',
      {},
      ['notifications', 'generate', '--output', 'a'.repeat(300)],
      'error[file-name-too-long]',
    ],
    ['an output in no folder', {}, ['notifications', 'generate', '--output', 'no/such/a.yaml'], 'error[file-missing]'],
    ['an output that is a folder', {}, ['notifications', 'generate', '--output', '.'], 'error['],
    [
      'a folder of outputs below a file',
      {},
      ['handback', 'generate', 'event-files', '--output-dir', 'handback.yaml/a'],
      'error[',
    ],
  ])('%s', async (_name, env, args, first) => {
    const ended = await run(place(), args, undefined, env);
    expect(ended.stderr).toContain(first);
    expectDiagnostic(ended);
  });

  it('says which limit is reached when no more files can be opened', async () => {
    const at = place();
    // Starting git takes six at once; Node itself has about twenty.
    for (const most of [22, 24, 26, 28, 30]) {
      const { status, stdout, stderr } = spawnSync(
        'sh',
        [
          '-c',
          `ulimit -n ${most}; exec "$0" "$@"`,
          process.execPath,
          program,
          'event',
          'list',
          '--repository',
          '../events',
        ],
        { cwd: join(at, 'repository'), encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: join(at, 'home') } },
      );
      expect(stderr).not.toMatch(/internal error|TypeError/u);
      expect(status === 0 || stdout === '').toBe(true);
    }
  });
});

describe('standard output', () => {
  const large = 'x'.repeat(400_000);

  function render(stdout: number | 'pipe') {
    const at = place();
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: ${large} }\n`;
    writeFileSync(join(at, 'repository/app/base/large.yaml'), text);
    return { cwd: join(at, 'repository'), args: [program, 'render', 'app', '-e', 'production'], stdout };
  }

  it('that is full is an error', () => {
    const full = openSync('/dev/full', 'w');
    const { cwd, args } = render(full);
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error\[disk-full\]: the system refused to write standard output: no space left on device \(ENOSPC\)\n/u,
    );
  });

  it('that is full is an error for a library that prints by console.log, too', () => {
    const full = openSync('/dev/full', 'w');
    const args = [program, 'complete', 'bash'];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    expect({ status, code: stderr.slice(0, 16) }).toEqual({ status: 1, code: 'error[disk-full]' });
  });

  it('that is closed before its end is an error', () => {
    const { cwd, args } = render('pipe');
    const command = '("$@"; echo "$?" >&2) | head -c 10 >&2';
    const { stderr } = spawnSync('sh', ['-c', command, 'sh', process.execPath, ...args], { cwd, encoding: 'utf8' });
    expect(stderr).toContain('error[output-closed]: ');
    expect(stderr).toMatch(/\n1\n$/u);
    expect(stderr).not.toContain('internal error');
  });

  it('is written also when nobody reads standard error', () => {
    const { cwd, args } = render('pipe');
    const command = '"$@" 2>&1 >/dev/null | true; "$@" 2>&- | wc -c';
    const { stdout } = spawnSync('sh', ['-c', command, 'sh', process.execPath, ...args], { cwd, encoding: 'utf8' });
    expect(Number(stdout)).toBeGreaterThan(large.length);
  });
});

describe('a mistake of the program', () => {
  it.each(table)('ends %s with exit code 70 and nothing on stdout', async (command, args) => {
    let met = 0;
    for (const name of ['lstat', 'realpath', 'readFile', 'mkdir', 'open']) {
      if (!(await isCalled(command, args, [name]))) continue;
      const at = place();
      const { code, stdout, stderr } = await run(at, args, { functions: [name], below: at, mistake: 'throw' });
      if (!existsSync(logOf(at))) continue;
      met += 1;
      expect({ name, code, stdout }).toEqual({ name, code: 70, stdout: '' });
      expect(stderr).toMatch(
        /waybill \d+\.\d+\.\d+: internal error\. .*\nTypeError: a mistake that was put in\n {4}at /u,
      );
    }
    expect(met).toBeGreaterThan(0);
  });

  it('ends with 70 where nobody waits for it', async () => {
    const at = place();
    const fault = { functions: ['mkdir'], below: at, mistake: 'later' } as const;
    const { code, stdout, stderr } = await run(at, [...emit, ...facts, ...source], fault);
    expect({ code, stdout }).toEqual({ code: 70, stdout: '' });
    expect(stderr).toContain('internal error');
  });

  it('ends with 70 where something never comes, which Node takes for success', async () => {
    const at = place();
    const fault = { functions: ['mkdir'], below: at, mistake: 'never' } as const;
    const { code, stdout, stderr } = await run(at, [...emit, ...facts, ...source], fault);
    expect({ code, stdout }).toEqual({ code: 70, stdout: '' });
    expect(stderr).toContain('the command stopped before it was done');
  });
});
