/**
 * The four keys of a made-up year: 10,000 deployments with failures, rollbacks, reverts, repeated reports, flapping and
 * deployments that never got healthy. The truth is written down while the year is made up, not computed from it.
 */
import { describe, expect, it } from 'vitest';
import { type Change, lineOf, quantiles, type StateReport, together } from './metrics.ts';
import { revertedBy } from './changes.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const from = Date.UTC(2025, 0, 1);
const to = from + 365 * day;

/** Numbers that look random and are the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Truth {
  deployments: number;
  failed: number;
  superseded: number;
  rollbacks: number;
  reverts: number;
  readonly lead: number[];
  readonly restore: number[];
}

interface Year {
  readonly changes: Change[];
  readonly reports: StateReport[];
  readonly truth: Truth;
}

/** A year of one service in one environment. */
function makeYear(name: string, deployments: number, random: (below: number) => number): Year {
  const changes: Change[] = [];
  const reports: StateReport[] = [];
  const truth: Truth = { deployments: 0, failed: 0, superseded: 0, rollbacks: 0, reverts: 0, lead: [], restore: [] };
  let now = from + hour;
  let count = 0;
  const hash = (): string => {
    count += 1;
    return `${name}-${count}`.padEnd(40, '0');
  };
  const say = (commit: string, state: StateReport['state'], at: number): void =>
    void reports.push({ at, commit, state });
  const change = (commit: string, at: number, more: Partial<Change> = {}): void => {
    changes.push({
      at,
      change: `c-${commit}-${at}`,
      commit,
      isRollback: false,
      committedAt: at - (1 + random(300)) * minute,
      ...more,
    });
  };
  /** A change that gets healthy; how long that took since its source commit is the caller's to count. */
  const healthy = (commit: string, at: number): number => {
    const done = at + (2 + random(8)) * minute;
    say(commit, 'in_progress', at + minute);
    say(commit, 'success', done);
    // Self-heal, a sync of configuration only, a pod that flaps: nothing of it is a deployment or a failure.
    if (random(3) === 0) say(commit, 'success', done + 5 * minute);
    if (random(5) === 0) {
      say(commit, 'failure', done + 6 * minute);
      say(commit, 'success', done + 7 * minute);
    }
    return done;
  };
  const good = (): string => {
    const commit = hash();
    change(commit, now);
    truth.deployments += 1;
    truth.lead.push(healthy(commit, now) - (changes.at(-1)?.committedAt ?? 0));
    now += 20 * minute;
    return commit;
  };
  let running = good();
  while (truth.deployments < deployments) {
    const dice = random(100);
    if (dice < 80 || truth.deployments + 2 > deployments) {
      running = good();
    } else if (dice < 85) {
      // Fails, and the next one mends it.
      const bad = hash();
      change(bad, now);
      truth.deployments += 1;
      truth.failed += 1;
      const known = now + 10 * minute;
      say(bad, 'in_progress', now + minute);
      say(bad, 'failure', known);
      say(bad, 'failure', known + minute);
      now += (30 + random(200)) * minute;
      const mending = hash();
      change(mending, now);
      truth.deployments += 1;
      const well = healthy(mending, now);
      truth.lead.push(well - (changes.at(-1)?.committedAt ?? 0));
      truth.restore.push(well - known);
      say(bad, 'inactive', well + minute);
      now += 20 * minute;
      running = mending;
    } else if (dice < 90) {
      // Healthy by what is reported, and taken back all the same.
      const bad = hash();
      change(bad, now);
      truth.deployments += 1;
      truth.failed += 1;
      const first = healthy(bad, now);
      truth.lead.push(first - (changes.at(-1)?.committedAt ?? 0));
      now += (30 + random(100)) * minute;
      change(running, now, { isRollback: true });
      truth.rollbacks += 1;
      // What is taken back was wrong from the moment it ran.
      truth.restore.push(healthy(running, now) - first);
      now += 20 * minute;
    } else if (dice < 94) {
      // Fails and is rolled back.
      const bad = hash();
      change(bad, now);
      truth.deployments += 1;
      truth.failed += 1;
      say(bad, 'error', now + 5 * minute);
      const known = now + 5 * minute;
      now += (20 + random(100)) * minute;
      change(running, now, { isRollback: true });
      truth.rollbacks += 1;
      truth.restore.push(healthy(running, now) - known);
      now += 20 * minute;
    } else if (dice < 97) {
      // Fails and is reverted in the source repository.
      const bad = hash();
      change(bad, now);
      truth.deployments += 1;
      truth.failed += 1;
      say(bad, 'failure', now + 5 * minute);
      const known = now + 5 * minute;
      now += (20 + random(100)) * minute;
      const undoing = hash();
      change(undoing, now, { reverts: bad });
      truth.reverts += 1;
      truth.restore.push(healthy(undoing, now) - known);
      now += 20 * minute;
      running = undoing;
    } else {
      // Never gets healthy: the next one comes first.
      const passed = hash();
      change(passed, now);
      truth.deployments += 1;
      truth.superseded += 1;
      say(passed, 'in_progress', now + 10_000);
      say(passed, 'inactive', now + hour);
      now += minute;
      running = good();
    }
  }
  return { changes, reports, truth };
}

describe('the four keys', () => {
  it('of a made-up year with 10,000 deployments are what the year was made from', () => {
    const random = numbers(15);
    const years = Array.from({ length: 40 }, (_, index) => makeYear(`s${index}`, 250, random));
    const lines = years.map(({ changes, reports }) =>
      // Nobody sends them in order.
      lineOf(
        changes.toReversed(),
        reports.toSorted((a, b) => a.commit.localeCompare(b.commit, 'en')),
        { from, to },
      ),
    );
    for (const [index, { truth }] of years.entries()) {
      const keys = lines[index]?.keys;
      expect(keys).toMatchObject({
        deployments: truth.deployments,
        failed: truth.failed,
        superseded: truth.superseded,
        rollbacks: truth.rollbacks,
        reverts: truth.reverts,
        leadTime: quantiles(truth.lead),
        leadTimeUntil: 'healthy',
        timeToRestore: quantiles(truth.restore),
        open: 0,
      });
    }
    const all = together(lines, { from, to });
    const sum = (key: 'deployments' | 'failed' | 'superseded' | 'rollbacks' | 'reverts'): number =>
      years.reduce((total, { truth }) => total + truth[key], 0);
    expect(all.deployments).toBe(10_000);
    expect(all).toMatchObject({ failed: sum('failed'), rollbacks: sum('rollbacks'), reverts: sum('reverts') });
    expect(all.failureRate).toBeCloseTo(sum('failed') / (10_000 - sum('superseded')), 12);
    expect(all.leadTime).toEqual(quantiles(years.flatMap(({ truth }) => truth.lead)));
    expect(all.timeToRestore).toEqual(quantiles(years.flatMap(({ truth }) => truth.restore)));
    expect(Math.min(sum('failed'), sum('superseded'), sum('rollbacks'), sum('reverts'))).toBeGreaterThan(100);
  });

  const change = (commit: string, at: number, more: Partial<Change> = {}): Change => ({
    at,
    change: commit + at,
    commit,
    isRollback: false,
    ...more,
  });

  it('without any report count changes of the lock, and say so', () => {
    const { keys } = lineOf([change('a', 1000, { committedAt: 400 }), change('b', 3000)], [], { from: 0, to: day });
    expect(keys).toMatchObject({ deployments: 2, succeeded: 2, failed: 0, leadTimeUntil: 'locked', perDay: 2 });
    expect(keys.leadTime).toEqual({ median: 600, p90: 600, count: 1 });
  });

  it('count failures that follow one another as one, and one that lasts as open', () => {
    const reports: StateReport[] = [
      { at: 1100, commit: 'a', state: 'failure' },
      { at: 2100, commit: 'b', state: 'failure' },
      { at: 3500, commit: 'c', state: 'success' },
      { at: 4100, commit: 'd', state: 'failure' },
    ];
    const { keys, incidents } = lineOf(
      [change('a', 1000), change('b', 2000), change('c', 3000), change('d', 4000)],
      reports,
      { from: 0, to: day },
    );
    expect(incidents).toEqual([
      { from: 1100, until: 3500, failed: ['a1000', 'b2000'], endedBy: 'c3000' },
      { from: 4100, until: undefined, failed: ['d4000'], endedBy: undefined },
    ]);
    expect(keys).toMatchObject({ failed: 3, open: 1, timeToRestore: { median: 2400, count: 1 } });
  });

  it('have no figure where there is none, and none from a clock that is wrong', () => {
    const window = { from: 0, to: day };
    expect(lineOf([], [], window).keys).toMatchObject({
      deployments: 0,
      leadTime: undefined,
      failureRate: undefined,
      perDay: 0,
    });
    const late = lineOf(
      [change('a', 1000, { committedAt: 9000 })],
      [{ at: 1100, commit: 'a', state: 'success' }],
      window,
    );
    expect(late.keys.leadTime).toBeUndefined();
  });
});

describe('revertedBy', () => {
  it.each([
    [
      'Revert "Add a queue"',
      '"This reverts commit 8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706."',
      '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706',
    ],
    ['Revert "Add a queue"', '', ''],
    ['Add a queue', '', undefined],
    ['Reverted index of users', '', undefined],
  ])('%s', (subject, body, expected) => {
    expect(revertedBy(subject, body)).toBe(expected);
  });
});
