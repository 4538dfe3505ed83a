import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventPath, formatEvent, makeEvent } from '../../../plugin/events/event.ts';
import { Deliveries } from '../deliveries.ts';
import { textAt } from '../oracle.ts';
import { useDeployments } from './deployments.ts';
import { EventRepository } from './event-repository.ts';
import { runGitLabJob } from './gitlab-ci.ts';
import { type Ran, useWorld } from './world.ts';

// Source, manifests and events, three real repositories: CI's request, the hook's own command, the consumer's job and
// the daily retention, all as GitLab runs them, are one deployment under one id.
const generated = 'examples/handback/three-repositories/generated';
const source = 'https://gitlab.com/acme/user-service';

const world = useWorld();
const deployments = useDeployments(world);
const events = new EventRepository(world, 'https://gitlab.com/acme/deployment-events');
const deliveries = new Deliveries('three-repositories: requests that were answered');
let code = '';

beforeAll(async () => {
  code = world.sources(source);
  await events.create(join(generated, 'events'));
  deployments.create(source, readFileSync(join(generated, 'manifests/user-service/waybill.fragment.yaml'), 'utf8'));
});
beforeEach(() => writeFileSync(world.env['TESTED'] ?? '', ''));
afterAll(async () => {
  await events.close();
  deliveries.settle();
});

const branch = { CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main', CI_PIPELINE_URL: 'https://gitlab.com/p/1' };

/** A pipeline with this job. Its masked variables are the project's. */
async function pipeline(job: string, variables: Record<string, string>, cwd: string): Promise<Ran | undefined> {
  const text = readFileSync(join(generated, `${job}.gitlab-ci.yml`), 'utf8');
  return await runGitLabJob(text, { ...branch, ...events.credentials, ...variables }, world, { cwd });
}

/** CI asks for a deployment. Returns the id under which it will be known. */
async function request(commit: string, environment: string): Promise<string> {
  const facts = { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_SHA: commit, WAYBILL_ENVIRONMENT: environment };
  const ran = await pipeline('source/user-service/ci/waybill-request-user-service', facts, code);
  expect(ran).toMatchObject({ code: 0 });
  return /"deployment":"([0-9a-f]{16})"/u.exec(ran?.output ?? '')?.[1] ?? '';
}

const tests = async (by: 'push' | 'schedule'): Promise<Ran | undefined> =>
  await pipeline('events/ci/waybill-test-user-service', { CI_PIPELINE_SOURCE: by }, events.clone);

const daily = { CI_PIPELINE_SOURCE: 'schedule', WAYBILL_JOB: 'waybill-retention' };
const retention = async (): Promise<Ran | undefined> =>
  await pipeline('events/ci/waybill-retention', daily, events.clone);

describe('three-repositories', () => {
  // The first test: no event counts as older than one that git got before it.
  it('forgets old events once a day, but none that the tests have still to get', async () => {
    const clone = events.clone;
    const commit = world.git(code, 'rev-parse', 'HEAD');
    for (let attempt = 0; attempt < 60; attempt += 1) {
      const facts = {
        application: 'user-service-staging',
        environment: 'staging',
        sourceRepository: source,
        sourceCommit: commit,
      };
      const event = makeEvent({ ...facts, type: 'deployment-complete', attempt: `old-${attempt}` }, new Date(0));
      mkdirSync(dirname(join(clone, eventPath(event))), { recursive: true });
      writeFileSync(join(clone, eventPath(event)), formatEvent(event));
    }
    const old = new Date(Date.now() - 100 * 86_400_000).toISOString();
    world.git(clone, 'add', '--all');
    const { code: committed } = await world.sh(
      'git commit --quiet --message old && git push --quiet origin HEAD:main',
      {
        cwd: clone,
        env: { GIT_COMMITTER_DATE: old },
      },
    );
    expect(committed).toBe(0);
    const line = (): number => events.files('events/user-service-staging/staging/deployment-complete').length;
    const startAt = async (since: string): Promise<void> => {
      const replay = `waybill event replay --consumer tests.user-service-staging --new --since ${since}`;
      const repository = '--repository https://gitlab.com/acme/deployment-events';
      expect(await world.sh(`${replay} ${repository}`, { env: events.credentials })).toMatchObject({ code: 0 });
    };
    // The tests have had none of them.
    await startAt(world.git(events.clone, 'rev-parse', 'HEAD'));
    const refused = await retention();
    expect(refused?.code).not.toBe(0);
    expect(refused?.output).toContain('tests.user-service-staging has not had 10 of them');
    expect(line()).toBe(60);
    await request(commit, 'production');
    await startAt(world.git(events.clone, 'rev-parse', 'HEAD'));
    const commits = Number(world.git(events.clone, 'rev-list', '--count', 'HEAD'));
    expect(await retention()).toMatchObject({ code: 0 });
    expect(line()).toBe(50);
    expect(Number(world.git(events.clone, 'rev-list', '--count', 'HEAD'))).toBe(commits + 1);
    expect((await retention())?.output).toContain('nothing to change');
    // The daily run is no run of the tests, and the other way round.
    expect(await pipeline('events/ci/waybill-test-user-service', daily, events.clone)).toBeUndefined();
    expect(await pipeline('events/ci/waybill-retention', { CI_PIPELINE_SOURCE: 'push' }, events.clone)).toBeUndefined();
  });

  // CI systems write one repository in several ways.
  it.each([
    ['staging', 'success', undefined, 'push', source],
    ['production', 'failure', 'broken', 'push', `${source}.git`],
    ['staging', 'success', undefined, 'schedule', 'git@gitlab.com:acme/user-service.git'],
  ] as const)(
    'tell of one deployment to %s from its request to the outcome %s',
    async (environment, outcome, fault, by, written) => {
      const commit = world.develop(code, `${environment} ${outcome} ${by}`, fault);
      const id = await request(commit, environment);
      deliveries.attempt(id);
      const objects = await deployments.release({ source: written, commit, environment });
      // Until the tests have answered nobody hears that they have.
      const wait = `waybill event wait --type tests-complete --deployment ${id} --timeout 0.1 --repository https://gitlab.com/acme/deployment-events`;
      expect(await world.sh(wait, { env: events.credentials })).toMatchObject({ code: 6 });
      expect(await events.hook(objects, 'PostSync', `uid-${commit}`)).toMatchObject({ code: 0 });
      expect(await tests(by)).toMatchObject({ code: outcome === 'success' ? 0 : 1 });
      expect(await world.sh(wait, { env: events.credentials })).toMatchObject({ code: 0 });
      const all = await events.events('show', id);
      expect(all.map((event) => [textAt(event, ['type']), textAt(event, ['data', 'outcome'])])).toEqual([
        ['deployment-requested', ''],
        ['deployment-complete', 'success'],
        ['tests-complete', outcome],
      ]);
      for (const event of all) {
        expect(event).toMatchObject({ source, data: { environment, sourceCommit: commit } });
        expect(textAt(event, ['data', 'deployment'])).toMatch(new RegExp(`^${id}(-[0-9a-f]{8})?$`, 'u'));
        deliveries.deliver(...(textAt(event, ['type']) === 'tests-complete' ? [id] : []));
      }
      expect(readFileSync(world.env['TESTED'] ?? '', 'utf8')).toBe(`${environment} ${commit} no token\n`);
    },
  );

  it('asks for nothing on a branch that is not deployed', async () => {
    const variables = { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'feature', CI_COMMIT_SHA: 'x' };
    expect(await pipeline('source/user-service/ci/waybill-request-user-service', variables, code)).toBeUndefined();
  });
});
