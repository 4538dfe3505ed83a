// commit-status while the provider fails: Argo CD's own notifications controller must get every deployment through, and
// the generated job every result.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../plugin/notifications/engine/engine.ts';
import type { Fault } from '../../../plugin/notifications/engine/scenario.ts';
import { isArray } from '../../../plugin/resources/json.ts';
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { readYaml } from '../../../plugin/yaml/read.ts';
import { githubConfig } from '../../conformance/config.ts';
import { commitOf } from '../../conformance/recordings.ts';
import { ScenarioBuilder } from '../../conformance/scenario-builder.ts';
import { accepted, sent } from '../../conformance/sent-requests.ts';
import { randomFrom, rounds, tell } from '../../events/harness.ts';
import { startTestEngine } from '../../tools/engine.ts';
import { jqBinary } from '../../tools/jq.mjs';
import { textAt } from '../oracle.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

const DEPLOYMENTS = 8;
const controllerFaults: Fault[] = [
  { status: 500 },
  { status: 502, count: 3 },
  { status: 503, match: 'access_tokens$' },
  { status: 429, headers: { 'Retry-After': '30' } },
  { hangMs: 20 },
  { drop: true, count: 2 },
  { drop: true, after: true },
];

describe.each(rounds)('the notifications controller, round %i', (round) => {
  it('tells GitHub of every deployment, also when each one meets a failure', async () => {
    const random = randomFrom(round);
    const builder = new ScenarioBuilder();
    const app = builder.application('web');
    const versions = Array.from({ length: DEPLOYMENTS }, (_, index) => `v${index + 1}`);
    for (const version of versions) {
      app.compare(`r-${version}`, [version]);
      for (const change of [
        () => app.start(`r-${version}`),
        () => app.finish('Succeeded').synced('Progressing'),
        () => app.health('Healthy'),
      ]) {
        builder.fault(...controllerFaults.filter(() => random() < 0.3));
        change();
        // The controller looks again every minute.
        builder.wait(185);
      }
    }
    const { scenario } = builder.end();
    const report = await engine.run({ ...githubConfig, ...scenario });
    const requests = sent(report);
    const delivered = (kind: 'deployment-status' | 'status') =>
      versions.filter((version) =>
        accepted(requests, kind).some(
          ({ request: { call } }) => call?.ref === commitOf(version) && call.state === 'success',
        ),
      );
    expect(delivered('deployment-status')).toEqual(versions);
    expect(delivered('status')).toEqual(versions);
    const failed = requests.filter(({ request }) => request.fault).length;
    tell(`notifications, round ${round}: ${failed} requests failed`, delivered('status').length, versions.length);
  });
});

type Wrong = 'error' | 'hang' | 'drop' | 'lost';

/** Breaks an answer; true when there is none to give any more. */
function breaks(wrong: Wrong | undefined, response: ServerResponse): boolean {
  if (wrong === 'error') response.writeHead(500).end();
  else if (wrong === 'drop') response.destroy();
  return wrong === 'error' || wrong === 'drop' || wrong === 'hang';
}

describe('the report of a consumer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-report-'));
  const workflow =
    'examples/handback/commit-status/generated/source/user-service/.github/workflows/waybill-test-user-service.yml';
  const at = (name: string): string => join(folder, name);
  const source = 'https://github.com/acme/user-service';
  let commit = '';
  let script = '';

  beforeAll(async () => {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@localhost', ...args], {
        cwd: at('source'),
        encoding: 'utf8',
      }).trim();
    for (const name of ['source', 'bin', 'home']) mkdirSync(at(name));
    writeFileSync(join(at('source'), 'acceptance-tests.sh'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-q', '-m', 'one');
    commit = git('rev-parse', 'HEAD');
    writeFileSync(at('gitconfig'), `[url "${pathToFileURL(at('source')).href}"]\n  insteadOf = ${source}\n`);
    symlinkSync(await jqBinary(), join(at('bin'), 'jq'));
    const curl = execFileSync('sh', ['-c', 'command -v curl'], { encoding: 'utf8' }).trim();
    // The same curl, less patient: the last of an option counts.
    writeFileSync(join(at('bin'), 'curl'), `#!/bin/sh\nexec ${curl} "$@" --max-time 1 --retry-delay 1\n`, {
      mode: 0o755,
    });
    const [document] = readYaml(readFileSync(workflow, 'utf8'), { file: workflow, duplicateKeys: 'error' });
    const steps = valueAt(document?.value, ['jobs', 'waybill-test-user-service', 'steps']);
    script = textAt(isArray(steps) ? steps.at(-1) : undefined, ['run']);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the job against a GitHub whose requests break by number; what was said about the commit, and the job's code. */
  async function run(
    wrong: (request: number) => Wrong | undefined,
  ): Promise<{ code: number | null; states: string[] }> {
    const states: string[] = [];
    let count = 0;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const fault = wrong(count);
        count += 1;
        if (breaks(fault, response)) return;
        const said = /"state": *"([a-z]+)"/u.exec(body)?.[1];
        if (request.method === 'POST' && said !== undefined) states.push(said);
        if (fault === 'lost') response.destroy();
        else
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
      WAYBILL_SOURCE_COMMIT: commit,
    };
    const child = spawn('sh', ['-c', script], { cwd: folder, env, stdio: 'ignore' });
    const code = await new Promise<number | null>((done) => child.on('close', done));
    server.closeAllConnections();
    server.close();
    return { code, states };
  }

  const all: Wrong[] = ['error', 'hang', 'drop', 'lost'];
  it.each(rounds.flatMap((round) => all.map((wrong): [Wrong, number] => [wrong, round])))(
    'gets through when every other request ends so: %s (round %i)',
    async (wrong, round) => {
      const { code, states } = await run((request) => ((request + round) % 2 === 0 ? wrong : undefined));
      expect(code).toBe(0);
      // A word whose answer got lost is said twice, and means the same.
      expect([...new Set(states)]).toEqual(['pending', 'success']);
      tell(`report, every other request: ${wrong}`, new Set(states).size, 2);
    },
  );

  it('fails, so that the job is run again, when GitHub stays away', async () => {
    const { code, states } = await run((request) => (request > 3 ? 'drop' : undefined));
    expect(code).not.toBe(0);
    expect(states).not.toContain('success');
  });
});
