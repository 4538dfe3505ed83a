/**
 * How long after a deployment its tests start: Waybill's own share, with the real parts. By status: Argo CD's own
 * notifications controller with the generated settings, then the generated job of the consumer. By event files: the
 * command of the hook, then `event next`.
 *
 * The rest belongs to others and is not measured: how long Argo CD takes to see Healthy, the start of the hook's pod, the
 * provider's webhook, CI's queue and the start of its runner, a poll's interval, the network.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startEngine } from '../../plugin/notifications/engine/engine.ts';
import { isArray } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { githubConfig } from '../conformance/config.ts';
import { ScenarioBuilder } from '../conformance/scenario-builder.ts';

const DEPLOYMENTS = 20;
const ROUNDS = 5;
const workflow =
  'examples/handback/commit-status/generated/source/user-service/.github/workflows/waybill-test-user-service.yml';
const source = 'https://github.com/acme/user-service';

/** What the benchmark needs: a folder of its own, and programs. */
export interface HandbackBench {
  readonly folder: string;
  readonly bundle: string;
  readonly engine: string;
  readonly jq: string;
}

/** Milliseconds of the controller for everything it says of one deployment, retries and waiting left out. */
async function controllerShare(path: string): Promise<number> {
  const engine = startEngine({ name: 'waybill-engine', path }, process.env);
  try {
    const builder = new ScenarioBuilder();
    const app = builder.application('web');
    for (let index = 0; index < DEPLOYMENTS; index += 1)
      app.deployUntilReady(`r${index}`, [`v${index}`]).health('Healthy');
    const { scenario } = builder.end();
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const begun = performance.now();
      await engine.run({ ...githubConfig, ...scenario });
      times.push((performance.now() - begun) / DEPLOYMENTS);
    }
    return Math.min(...times);
  } finally {
    engine.close();
  }
}

async function started(command: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<number> {
  const [file = '', ...args] = command;
  const mark = join(cwd, 'started');
  const begun = Date.now();
  const child = spawn(file, args, { cwd, env, stdio: 'ignore' });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  if (code !== 0) throw new Error(`${file} ended with ${code}`);
  // GNU date; where there is none, the benchmark says NaN and not a wrong number.
  return Number(readFileSync(mark, 'utf8')) / 1e6 - begun;
}

/** From the job's first line to the first line of the tests, with a provider on this machine. */
async function jobShare({ folder, jq }: HandbackBench): Promise<number> {
  const at = (name: string): string => join(folder, name);
  for (const name of ['source', 'bin', 'home']) mkdirSync(at(name), { recursive: true });
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@localhost', ...args], {
      cwd: at('source'),
      encoding: 'utf8',
    }).trim();
  writeFileSync(join(at('source'), 'acceptance-tests.sh'), `#!/bin/sh\ndate +%s%N >${at('started')}\n`, {
    mode: 0o755,
  });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'one');
  symlinkSync(jq, join(at('bin'), 'jq'));
  writeFileSync(at('gitconfig'), `[url "${pathToFileURL(at('source')).href}"]\n  insteadOf = ${source}\n`);
  const [document] = readYaml(readFileSync(workflow, 'utf8'), { file: workflow, duplicateKeys: 'error' });
  const steps = valueAt(document?.value, ['jobs', 'waybill-test-user-service', 'steps']);
  const script = valueAt(isArray(steps) ? steps.at(-1) : undefined, ['run']);
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.end(JSON.stringify([request.url?.includes('/statuses') ? { id: 7, state: 'success' } : { id: 1 }]));
    });
  });
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  const address = server.address();
  const env = {
    PATH: `${at('bin')}:${process.env['PATH']}`,
    HOME: at('home'),
    GIT_CONFIG_GLOBAL: at('gitconfig'),
    API_URL: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    PROJECT: 'acme/user-service',
    SOURCE_REPOSITORY: source,
    STATUS_TOKEN: 'secret',
    RUN_URL: 'https://ci.acme.dev/1',
    DEPLOYMENT_ID: '1',
    WAYBILL_ENVIRONMENT: 'production',
    WAYBILL_SOURCE_COMMIT: git('rev-parse', 'HEAD'),
  };
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    times.push(await started(['sh', '-c', typeof script === 'string' ? script : 'exit 1'], env, folder));
  server.close();
  return Math.min(...times);
}

/** Milliseconds of: the hook's emit, and the consumer's `event next` up to the first line of the tests. */
async function eventShares({ folder, bundle }: HandbackBench): Promise<{ emit: number; next: number }> {
  const repository = join(folder, 'events.git');
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', repository]);
  execFileSync('git', ['-C', repository, 'config', 'uploadpack.allowFilter', 'true']);
  const env = { PATH: process.env['PATH'], HOME: join(folder, 'home') };
  const remote = ['--repository', pathToFileURL(repository).href];
  const event = [process.execPath, bundle, 'event'];
  const shares = { emit: Infinity, next: Infinity };
  for (let round = 0; round < ROUNDS; round += 1) {
    const facts = `--application a --environment production --source-repository ${source}`.split(' ');
    const more = ['--source-commit', 'a'.repeat(40), '--attempt', String(round)];
    const begun = performance.now();
    execFileSync(event[0] ?? '', [...event.slice(1), 'emit', 'deployment-complete', ...remote, ...facts, ...more], {
      env,
      stdio: 'ignore',
    });
    shares.emit = Math.min(shares.emit, performance.now() - begun);
    const tests = ['--', 'sh', '-c', `date +%s%N >${join(folder, 'started')}`];
    const next = await started([...event, 'next', ...remote, '--consumer', 'tests', ...tests], env, folder);
    shares.next = Math.min(shares.next, next);
  }
  return shares;
}

function row(what: string, milliseconds: number, limitSeconds?: number): string[] {
  const seconds = (milliseconds / 1000).toFixed(2);
  if (limitSeconds === undefined) return [what, '', `${seconds} s`, ''];
  return [what, `< ${limitSeconds} s`, `${seconds} s`, milliseconds < limitSeconds * 1000 ? 'met' : 'not met'];
}

/** Rows of: what, wanted, measured, met or not. */
export async function handbackShares(bench: HandbackBench): Promise<string[][]> {
  mkdirSync(bench.folder, { recursive: true });
  const controller = await controllerShare(bench.engine);
  const job = await jobShare(bench);
  const { emit, next } = await eventShares(bench);
  return [
    row('by status: Healthy to the provider told (notifications controller)', controller),
    row('by status: start of the job to start of the tests', job),
    row("by status, Waybill's share of deployment to tests", controller + job, 30),
    row('by event files: start of the hook to the event in Git', emit),
    row('by event files: start of the job to start of the tests (event next)', next),
    row("by event files, Waybill's share of deployment to tests", emit + next, 120),
    row('by event files, with the tests-complete event behind the tests', emit + next + emit, 300),
  ];
}
