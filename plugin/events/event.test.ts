import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validate } from '../schemas/event.validate.generated.js';
import { deploymentId, type EventFacts, eventId, eventPath, isDeployment, makeEvent } from './event.ts';

const facts: EventFacts = {
  type: 'deployment-complete',
  application: 'user-service',
  environment: 'production',
  sourceRepository: 'https://github.com/acme/user-service',
  sourceCommit: '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706',
};

describe('an event', () => {
  it('is valid by its schema and lies where its facts say', () => {
    const event = makeEvent({ ...facts, attempt: 'uid', outcome: 'success', details: { b: '2', a: '1' } }, new Date(0));
    expect(validate(event)).toBe(true);
    expect(eventPath(event)).toBe(`events/user-service/production/deployment-complete/${event.id}.json`);
    expect(event.time).toBe('1970-01-01T00:00:00.000Z');
  });

  it('is the same event whenever it is emitted, and another one for each other fact', () => {
    const other: Partial<EventFacts>[] = [
      { type: 'deployment-failed' },
      { application: 'x' },
      { environment: 'staging' },
      { sourceCommit: '0'.repeat(40) },
      { attempt: '1' },
      { image: 'x' },
      { outcome: 'failure' },
      { details: { a: 'b' } },
    ];
    const ids = [facts, ...other.map((change) => ({ ...facts, ...change }))].map(eventId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(makeEvent(facts, new Date(1)).id).toBe(makeEvent(facts, new Date(2)).id);
  });

  it('does not depend on the order of details', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (details) => {
        const reversed = Object.fromEntries(Object.entries(details).toReversed());
        expect(eventId({ ...facts, details: reversed })).toBe(eventId({ ...facts, details }));
      }),
    );
  });

  it('keeps environments with slashes in one folder', () => {
    expect(eventPath(makeEvent({ ...facts, environment: 'preview/12' }, new Date(0)))).toContain('/preview%2F12/');
  });
});

describe('the source repository', () => {
  it.each([
    'https://github.com/acme/user-service.git',
    'https://user:secret@GitHub.com/acme/user-service/',
    'git@github.com:acme/user-service.git',
    'ssh://git@github.com:22/acme/user-service',
  ])('%s is the same however it is written', (sourceRepository) => {
    expect(makeEvent({ ...facts, sourceRepository }, new Date(0))).toEqual(makeEvent(facts, new Date(0)));
  });

  it('stays as it is where it is no URL of a Git host', () => {
    expect(makeEvent({ ...facts, sourceRepository: '/srv/git/web' }, new Date(0)).source).toBe('/srv/git/web');
  });
});

describe('the deployment', () => {
  it('is known before its first attempt', () => {
    const asked = deploymentId(facts);
    const first = deploymentId({ ...facts, attempt: 'job-1' });
    expect(isDeployment(first, asked)).toBe(true);
    expect(isDeployment(asked, first)).toBe(false);
    expect(isDeployment(deploymentId({ ...facts, attempt: 'job-2' }), first)).toBe(false);
  });
});
