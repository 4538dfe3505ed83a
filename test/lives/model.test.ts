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
import { plans } from './plan.ts';

const folder = new URL('../fixtures/recordings/', import.meta.url);
/** Recorded states that the model does not make yet. A state that it learns leaves this list, or the test fails. */
const unreached: Readonly<Record<string, readonly string[]>> = {
  'multi-no-revision.jsonl.gz': [
    'sync OutOfSync at hash, Healthy, asked, Failed elsewhere finished result set revision empty revisions set resources set',
  ],
  'other-revision.jsonl.gz': [
    'sync OutOfSync at hash, Healthy, asked, Failed elsewhere finished result set revision set revisions absent resources set',
    'sync OutOfSync at hash, Degraded, asked, Succeeded elsewhere finished result set revision set revisions absent resources set',
  ],
};
const recordings = readdirSync(folder).filter((name) => name.endsWith('.jsonl.gz') && !name.includes('.cluster.'));

const reached = new Set<string>();
beforeAll(() => {
  for (const [index, plan] of fc.sample(plans, { seed: 7, numRuns: 3000 }).entries()) {
    for (const { put } of live(plan, `l${index}`).steps)
      for (const application of put ?? []) reached.add(shapeOf(application));
  }
});

describe('the model of Argo CD', () => {
  it.each(recordings)('reaches every state of %s', (name) => {
    const events = readRecording(readFileSync(new URL(name, folder)), name);
    const shapes = new Set(events.filter(({ type }) => type === 'PUT').map(({ application }) => shapeOf(application)));
    expect(shapes.size).toBeGreaterThan(0);
    expect([...shapes].filter((shape) => !reached.has(shape))).toEqual(unreached[name] ?? []);
  });
});
