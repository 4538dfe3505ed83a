/**
 * `waybill metrics` over a repository with a history, and with events of its deployments.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventPath, formatEvent, makeEvent } from '../../plugin/events/event.ts';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';
import { sourceCommit, type Versions, writeRepository } from './made-up-repository.ts';

let cwd: string;
let versions: Versions;
beforeAll(() => {
  cwd = createRepository({});
  versions = writeRepository(cwd, { services: 2, environments: ['staging', 'production'], deployments: 12 });
});

/** The clock of the machine that runs the test may say anything. */
const since = ['--since', '99999d'];

async function metrics(...args: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: cwd, WAYBILL_CACHE: join(cwd, '.git/cache') };
  const { stdout, code, stderr } = await runCli(['metrics', ...since, ...args], { cwd, env });
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

describe('waybill metrics', () => {
  it('counts changes of locks where nothing is reported, and says which', async () => {
    const staging = versions.get('service-000/staging') ?? -1;
    const text = await metrics('-e', 'staging', '--explain');
    expect(text).toMatch(new RegExp(`^service-000 +staging +${staging} +0\\.00 `, 'mu'));
    expect(text).toMatch(/^\(all\) +staging +8 /mu);
    expect(text).toContain(sourceCommit('service-000', staging).slice(0, 12));
    expect(text).not.toContain('production');
  });

  it('prints CSV and OpenMetrics', async () => {
    expect(await metrics('-o', 'csv', '--service', 'service-001')).toMatch(
      /^service,environment,deployments,succeeded,.*\r\nservice-001,staging,4,4,/u,
    );
    const text = await metrics('-o', 'openmetrics', '-e', 'staging', '--service', 'service-000');
    expect(text).toContain(
      '# TYPE waybill_deployments gauge\nwaybill_deployments{service="service-000",environment="staging"} 4\n',
    );
    expect(text).toMatch(/# EOF\n$/u);
  });

  it('takes outcomes from events', async () => {
    const events = createRepository({});
    const git = (...args: string[]): void => {
      execFileSync('git', ['-C', events, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { stdio: 'pipe' });
    };
    git('init', '-q', '-b', 'main');
    const last = versions.get('service-000/staging') ?? -1;
    for (const [version, type, hours] of [
      [last - 1, 'deployment-complete', -40],
      [last, 'deployment-failed', 30],
    ] as const) {
      const facts = {
        type,
        application: 'service-000',
        environment: 'staging',
        sourceRepository: 'https://github.com/acme/service-000',
        sourceCommit: sourceCommit('service-000', version),
      };
      const event = makeEvent(facts, new Date(Date.UTC(2026, 5, 1, 12) + hours * 60_000));
      const file = join(events, eventPath(event));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, formatEvent(event));
    }
    git('add', '.');
    git('commit', '-qm', 'events');
    const text = await metrics(
      '-o',
      'json',
      '--service',
      'service-000',
      '-e',
      'staging',
      '--events-repository',
      events,
    );
    const value: unknown = JSON.parse(text.split('\n')[0] ?? '');
    expect(value).toMatchObject({ deployments: last, failed: 1, open: 1 });
  });
});
