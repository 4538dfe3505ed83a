/**
 * The jobs that no request starts, in every CI system: the consumer of events, by the clock; what the pipeline that builds
 * calls; and retention. Their real shell against a real event repository and a provider.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readHandbackConfig } from '../../plugin/handback/config.ts';
import { generateFiles } from '../../plugin/handback/generate.ts';
import type { HandbackFileText } from '../../plugin/handback/job.ts';
import { configuration, sites } from './configurations.ts';
import { statusToken, withProvider } from './provider-servers.ts';
import { senders } from './senders.ts';
import { systems } from './ci-systems/index.ts';
import { type Ran, useWorld } from './end-to-end/world.ts';

const world = useWorld();
const source = sites.GitLab.sourceRepository;
const events = 'https://github.com/acme/deployment-events';
let commit = '';
let clone = '';

function files(ci: string, pattern: string): HandbackFileText[] {
  return generateFiles(
    pattern,
    readHandbackConfig(configuration(ci, sites.GitLab, 'scan: ./security-scan.sh'), 'handback.yaml'),
  );
}

beforeAll(() => {
  commit = world.develop(world.sources(source), 'works');
  const consumers = files('jenkins', 'event-files').filter(({ path }) => path.startsWith('events/consumers/'));
  const content = Object.fromEntries(consumers.map(({ path, text }) => [path.replace('events/', ''), text]));
  clone = world.repository(events, content);
});

interface Asked {
  readonly called?: { readonly commit: string; readonly environment: string };
  readonly move?: (url: string) => string;
}

/** Runs a job in a clone of the event repository, which is what systems check out. */
async function run(ci: string, pattern: string, job: string, { called, move }: Asked = {}): Promise<Ran> {
  const folder = mkdtempSync(join(world.folder, 'job-'));
  mkdirSync(join(folder, 'home'));
  const secrets = { STATUS_TOKEN: statusToken, GIT_CONFIG_VALUE_0: 'X-Test: 1' };
  const passed = called === undefined ? {} : { called };
  const started = await systems[ci]?.(files(ci, pattern), job, { secret: 's', secrets, folder, ...passed });
  if (started === undefined) throw new Error(`${ci} does not start ${job}`);
  const { API_URL: url } = started.env;
  const moved = url === undefined || move === undefined ? {} : { API_URL: move(url) };
  return await world.sh(started.script, {
    env: { ...started.env, ...moved, HOME: join(folder, 'home') },
    shell: [started.shell],
    cwd: clone,
  });
}

const list = async (type: string): Promise<string[]> => {
  const { output } = await world.sh(`waybill event list --repository ${events} --type ${type} -o json`);
  return output.split('\n').filter((line) => line.startsWith('{'));
};

describe.each(Object.keys(systems))('%s', (ci) => {
  it('hands a new event to the tests, and tells the repository', async () => {
    const facts = `--application user-service --environment staging --source-repository ${source} --source-commit ${commit}`;
    const emit = `waybill event emit deployment-complete --repository ${events} ${facts} --attempt ${ci} --outcome success`;
    expect(await world.sh(emit)).toMatchObject({ code: 0 });
    const before = await list('tests-complete');
    const known = { commit, environment: 'staging', state: 'success' };
    const { result, heard } = await withProvider('gitlab', known, 0, async (move) => {
      return await run(ci, 'event-files', 'waybill-test-user-service', { move });
    });
    expect(result.code === 0 ? '' : result.output).toBe('');
    expect(heard.problems).toEqual([]);
    expect(heard.statuses).toEqual([
      'tests/user-service pending',
      'security/user-service pending',
      'tests/user-service success',
      'security/user-service success',
    ]);
    const statusRequest = (await list('tests-complete')).slice(before.length);
    expect(statusRequest).toHaveLength(1);
    expect(statusRequest[0]).toContain('"outcome":"success"');
    expect(statusRequest[0]).toContain('"security":"success"');
    expect(statusRequest[0]).toContain(commit);
  });

  it('notes a request, and deletes what is old', async () => {
    const environment = ci === 'gitlab' ? 'staging' : 'production';
    const called = { commit, environment };
    const ran = await run(ci, 'three-repositories', 'waybill-request-user-service', { called });
    expect(ran.code === 0 ? '' : ran.output).toBe('');
    const requested = await list('deployment-requested');
    expect(requested.some((line) => line.includes(`"environment":"${environment}"`))).toBe(true);
    const pruned = await run(ci, 'three-repositories', 'waybill-retention');
    expect(pruned.code === 0 ? '' : pruned.output).toBe('');
  });

  it('marks the commit as pending', async () => {
    const known = { commit, environment: 'staging', state: 'success' };
    const { result, heard } = await withProvider('gitlab', known, 0, async (move) => {
      return await run(ci, 'commit-status', 'waybill-pending-user-service', {
        called: { commit, environment: 'staging' },
        move,
      });
    });
    expect(result.code === 0 ? '' : result.output).toBe('');
    expect(heard).toMatchObject({ statuses: ['deployment/user-service pending'], problems: [] });
  });
});

describe('jenkins', () => {
  it('sets up the trigger in a first run by hand, which tests nothing', async () => {
    const ran = await run('jenkins', 'commit-status', 'waybill-test-user-service');
    expect(ran).toEqual({ code: 0, output: 'nothing to do: the trigger is set up now\n' });
  });
});

describe('gitlab', () => {
  it('marks nothing as pending in the pipeline that a request starts', () => {
    const sent = senders.GitLab({ application: 'user-service', environment: 'staging', commit, success: true }, 's');
    const arrival = { sent, secret: 's', secrets: {}, folder: world.folder };
    const start = (job: string): unknown => systems['gitlab']?.(files('gitlab', 'commit-status'), job, arrival);
    expect(start('waybill-pending-user-service')).toBeUndefined();
    expect(start('waybill-test-user-service')).toBeDefined();
  });
});
