/**
 * The model of Argo CD is held against recordings of a real one: every state of an Application that was recorded is one
 * that the model reaches, with the same fields absent, empty and set.
 */
import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readRecording } from '../../plugin/notifications/replay/recording.ts';
import { live } from './life.ts';
import { shapeOf } from './model/shape.ts';
import { type Happening, type Plan, plain, plans, type Pushed, usual } from './plan.ts';

const folder = new URL('../fixtures/recordings/', import.meta.url);

/** Lives that chance brings seldom: a sync by hand goes wrong, the branch moves on, and another sync is asked for. */
function movedOn(multiSource: boolean, wrong: Partial<Pushed>): Plan {
  const push = (version: number, more: Partial<Pushed> = {}): Happening => ({
    after: 90,
    event: { what: 'push', pushed: { ...plain, images: [version, 0, 0], ...more }, webhook: true },
  });
  const sync: Happening = {
    after: 5,
    event: { what: 'sync', revision: 'newest', dryRun: false, only: 'all', api: false },
  };
  return {
    ...usual,
    multiSource,
    automated: false,
    happenings: [sync, push(1, wrong), sync, push(2), sync],
  };
}
const seldom = [
  movedOn(false, { course: { ...plain.course, preSync: 'fails', failures: 99 } }),
  movedOn(true, { course: { ...plain.course, preSync: 'fails', failures: 99 } }),
  movedOn(false, { pods: 'never' }),
];
const recordings = readdirSync(folder).filter((name) => name.endsWith('.jsonl.gz') && !name.includes('.cluster.'));

const reached = new Set<string>();
beforeAll(() => {
  for (const [index, plan] of [...seldom, ...fc.sample(plans, { seed: 7, numRuns: 3000 })].entries()) {
    for (const { put } of live(plan, `l${index}`).steps)
      for (const application of put ?? []) reached.add(shapeOf(application));
  }
});

describe('the model of Argo CD', () => {
  it.each(recordings)('reaches every state of %s', (name) => {
    const events = readRecording(readFileSync(new URL(name, folder)), name);
    const shapes = new Set(events.filter(({ type }) => type === 'PUT').map(({ application }) => shapeOf(application)));
    expect(shapes.size).toBeGreaterThan(0);
    expect([...shapes].filter((shape) => !reached.has(shape))).toEqual([]);
  });
});
