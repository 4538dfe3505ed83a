/**
 * `waybill status` over a repository with a history and Applications as kubectl prints them; and over what is broken.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { validate } from '../../plugin/schemas/fleet.validate.generated.js';
import type { Fleet } from '../../plugin/schemas/fleet.generated.ts';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';
import { lockText, madeUpApplication, sourceCommit, writeRepository } from './made-up-repository.ts';

const environments = ['staging', 'production'];
let cwd: string;
let applications: object[];
/** The source commit that an environment is to run. */
let at: (key: string) => string;

beforeAll(() => {
  cwd = createRepository({});
  const versions = writeRepository(cwd, { services: 3, environments, deployments: 20 });
  at = (key) => sourceCommit(key.split('/')[0] ?? '', versions.get(key) ?? -1);
  applications = [...versions].map(([key, version]) => {
    const [service = '', environment = ''] = key.split('/');
    return madeUpApplication(service, environment, version);
  });
});

let files = 0;
function list(items: readonly object[]): string {
  files += 1;
  const file = join(cwd, `.git/applications-${files}.json`);
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  return file;
}

async function fleetOf(...args: string[]): Promise<Fleet> {
  const { stdout, code } = await runCli(['status', '-o', 'json', ...args], { cwd });
  expect(code).toBe(0);
  const fleet: unknown = JSON.parse(stdout);
  if (!validate(fleet)) throw new Error(JSON.stringify(validate.errors));
  return fleet;
}

const cellOf = (fleet: Fleet, service: string, environment: string) =>
  fleet.services.find(({ name }) => name === service)?.cells.find((one) => one.environment === environment);

describe('waybill status', () => {
  it('shows a table of 100 columns that needs no colour', async () => {
    const { stdout, code } = await runCli(['status', '--applications', list(applications)], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^SERVICE {6}staging {2,}production\n/u);
    expect(stdout).toContain(`service-000  ✓ ${at('service-000/staging').slice(0, 8)} `);
    expect(stdout).toContain('1 version behind staging');
    expect(stdout).toMatch(/\n3 services: 6 healthy\n$/u);
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
    // oxlint-disable-next-line no-control-regex -- colours are what is looked for
    expect(stdout).not.toMatch(/\u001B/u);
  });

  it('follows the published schema, with locks, their history and what deployments say', async () => {
    const fleet = await fleetOf('--applications', list(applications));
    expect(fleet.environments).toEqual(environments);
    const commit = at('service-001/staging');
    expect(cellOf(fleet, 'service-001', 'staging')).toMatchObject({
      state: 'success',
      isWell: true,
      commits: [
        {
          commit,
          repository: 'https://github.com/acme/service-001',
          url: `https://github.com/acme/service-001/commit/${commit}`,
          subject: 'Change 5 of service-001',
          author: 'Ada Lovelace',
          pullRequest: { number: 6, url: 'https://github.com/acme/service-001/pull/6' },
        },
      ],
      lock: { change: { author: 'CI Bot', subject: 'Deploy service-001 to staging' } },
      applications: [{ name: 'service-001-staging', target: [{ commit, state: 'success' }] }],
    });
    const history = cellOf(fleet, 'service-001', 'staging')?.history ?? [];
    expect(history.map((one) => one.commit)).toEqual([5, 4, 3, 2, 1, 0].map((one) => sourceCommit('service-001', one)));
    expect(cellOf(fleet, 'service-000', 'production')?.behind).toMatchObject({
      environment: 'staging',
      same: false,
      deployments: 1,
      url: `https://github.com/acme/service-000/compare/${at('service-000/production')}...${at('service-000/staging')}`,
    });
  });

  it('says without Applications that nothing is known of the cluster, and never that it is well', async () => {
    const { stderr, code } = await runCli(['status', '--exit-code'], { cwd });
    expect(code).toBe(3);
    expect(stderr).toContain('not read: applications of Argo CD: give --applications FILE, --kube or --argocd URL');
    const fleet = await fleetOf();
    expect(fleet.services.flatMap(({ cells }) => cells.map(({ state }) => state))).toEqual(Array(6).fill('unknown'));
  });

  it('reads standard input', async () => {
    const stdin = JSON.stringify({ items: applications });
    const { stdout } = await runCli(['status', '--applications', '-'], { cwd, stdin });
    expect(stdout).toContain('6 healthy');
  });

  it('ends with 3 when something is not well, and shows that alone when asked', async () => {
    const degraded = { health: { status: 'Degraded', lastTransitionTime: '2026-06-01T11:20:00Z' } };
    const broken = [...applications.slice(1), madeUpApplication('service-000', 'staging', 5, degraded)];
    const file = list(broken);
    const { stdout, code } = await runCli(['status', '--applications', file, '--exit-code', '--unwell'], { cwd });
    expect(code).toBe(3);
    expect(stdout).toContain('✗');
    expect(stdout).toContain('it is Degraded');
    expect(stdout).not.toContain('service-001');
    expect((await runCli(['status', '--applications', file, '--exit-code', '-e', 'production'], { cwd })).code).toBe(0);
  });

  it('shows drift: the lock names a commit that Argo CD does not render', async () => {
    const file = list([madeUpApplication('service-000', 'staging', 1)]);
    const fleet = await fleetOf('--applications', file);
    expect(cellOf(fleet, 'service-000', 'staging')).toMatchObject({
      state: 'pending',
      isWell: false,
      drift: [{ locked: at('service-000/staging'), live: sourceCommit('service-000', 1) }],
    });
  });

  it('keeps two clusters apart that have Applications of one name, and takes the worse of them', async () => {
    const running = {
      operationState: {
        phase: 'Running',
        startedAt: '2026-06-01T11:59:00Z',
        operation: { sync: { revision: 'f'.repeat(40) } },
      },
    };
    const [a, b] = [
      list([madeUpApplication('service-000', 'staging', 5)]),
      list([madeUpApplication('service-000', 'staging', 5, running)]),
    ];
    const cell = cellOf(await fleetOf('--applications', a, '--applications', b), 'service-000', 'staging');
    expect(cell?.state).toBe('in_progress');
    expect(cell?.applications.map(({ state, cluster }) => [state, cluster])).toEqual([
      ['success', a],
      ['in_progress', b],
    ]);
  });

  it('filters, and prints CSV and Markdown in which names stay text', async () => {
    const hostile = madeUpApplication('service-000', 'staging', 5, {
      sync: { status: 'Unknown' },
      conditions: [
        {
          type: 'ComparisonError',
          message: '=cmd|"/c calc"!A1,\n<script>alert(1)</script> [x](javascript:1)\u001B[2J\u202E',
        },
      ],
    });
    const file = list([hostile]);
    const csv = (
      await runCli(['status', '--service', '*-000', '-e', 'staging', '--applications', file, '-o', 'csv'], { cwd })
    ).stdout;
    expect(csv.split('\r\n')).toHaveLength(3);
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(csv.replaceAll('\r\n', '')).not.toMatch(/[\u0000-\u001F\u202E]/u);
    const markdown = (
      await runCli(['status', '--service', 'service-000', '--applications', file, '-o', 'markdown'], { cwd })
    ).stdout;
    expect(markdown).toContain('\\<script\\>alert\\(1\\)\\</script\\> \\[x\\]\\(javascript:1\\)');
    expect(markdown.split('\n')).toHaveLength(4);
    const { code, stderr } = await runCli(['status', '-e', 'nowhere'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('environments: staging, production');
  });
});

describe('bad input of waybill status', () => {
  it('shows the rest when a lock does not parse', async () => {
    const folder = createRepository({});
    writeRepository(folder, { services: 2, environments, deployments: 0 });
    writeFileSync(
      join(folder, 'apps/service-000/locks/staging.yaml'),
      '<<<<<<< HEAD\nimages: [\n=======\n>>>>>>> other\n',
    );
    const { stdout, stderr, code } = await runCli(['status'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toContain('unreadable');
    expect(stdout).toContain(sourceCommit('service-001', 0).slice(0, 8));
    expect(stderr).toContain(
      'apps/service-000/locks/staging.yaml:1: the lock contains the markers of an unfinished merge',
    );
  });

  it.each([
    ['an empty file', '', 'it is empty'],
    ['no JSON', 'NAME  SYNC STATUS', 'it is not JSON'],
    ['something else', '{"a":1}', 'it holds no Applications'],
    [
      'objects of other kinds',
      '{"items":[{"kind":"Pod","metadata":{"name":"x"}}, 7, null]}',
      '3 of 3 objects are no Applications',
    ],
  ])('says what is wrong with %s', async (_name, text, message) => {
    const file = join(cwd, '.git/broken.json');
    writeFileSync(file, text);
    const { stderr, stdout } = await runCli(['status', '--applications', file], { cwd });
    expect(stderr).toContain(message);
    expect(stdout).toContain('6 unknown');
  });

  it('works without git, and for Applications that no directory here renders', async () => {
    const folder = createRepository({});
    mkdirSync(join(folder, 'app/locks'), { recursive: true });
    writeFileSync(join(folder, 'app/locks/staging.yaml'), lockText('web', 'staging', 1));
    const file = join(folder, 'list.json');
    const stranger = {
      metadata: { name: 'cert-manager' },
      status: { sync: { status: 'Synced' }, health: { status: 'Healthy' } },
    };
    writeFileSync(file, JSON.stringify({ items: [stranger] }));
    const { stdout, stderr } = await runCli(['status', '--applications', file], { cwd: folder });
    expect(stderr).toContain('there is no git repository');
    expect(stdout).toContain('cert-manager');
    expect(stdout).toContain('2 services: 2 unknown');
    expect(readFileSync(file, 'utf8')).toContain('Healthy');
  });
});
