import { describe, expect, it } from 'vitest';
import type { FleetApplication, FleetCell } from '../schemas/fleet.generated.ts';
import { trace, type TraceFacts } from './trace.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const record = `waybill.acme.web.production.web.${commit}`;
const target = {
  name: record,
  repository: 'acme/web',
  environment: 'production',
  application: 'web',
  commit,
  state: 'success' as const,
};
const application: FleetApplication = {
  cluster: 'a',
  namespace: 'argocd',
  name: 'web',
  state: 'success',
  sync: 'Synced',
  revision: 'b'.repeat(40),
  target: [target],
  live: [target],
  failures: [],
  images: [],
  notes: [{ state: 'success', record, at: '2026-06-01T10:00:00Z', number: 9, delivered: true }],
};
const cell: FleetCell = {
  environment: 'production',
  state: 'success',
  isWell: true,
  commits: [{ repository: 'https://github.com/acme/web', commit, images: ['web'] }],
  lock: { file: 'apps/web/locks/production.yaml', images: [], holds: [] },
  applications: [application],
  drift: [],
  history: [],
};
const well: TraceFacts = {
  cell,
  application,
  rendered: [record],
  reports: [
    { environment: 'production', context: undefined, state: 'success', description: 'healthy', url: '', at: undefined },
  ],
};

/** The steps that are not done: `name is: text`. */
function open(more: Partial<TraceFacts>): string[] {
  return trace({ ...well, ...more })
    .filter(({ is }) => is !== 'done')
    .map(({ name, is, text }) => `${name} ${is}: ${text}`);
}

const without: FleetCell = {
  environment: 'production',
  state: 'unknown',
  isWell: false,
  commits: [],
  applications: [],
  drift: [],
  history: [],
};

describe('trace', () => {
  it('finds nothing where everything is done', () => {
    expect(open({})).toEqual([]);
  });

  it.each<[string, Partial<TraceFacts>, string]>([
    ['no lock', { cell: without }, 'lock broken: production has no lock'],
    [
      'a lock that cannot be read',
      { cell: { ...cell, lock: { file: 'l', images: [], holds: [], problem: 'merge markers' } } },
      'lock broken: l cannot be read: merge markers',
    ],
    [
      'a lock that is not committed',
      { cell: { ...cell, lock: { file: 'l', images: [], holds: [], uncommitted: true } } },
      'lock waiting: l names 8f3c0e7b6a5d; it is not committed',
    ],
    ['no record', { rendered: [] }, 'record broken: the render has no record'],
    ['no render', { rendered: 'the chart is missing' }, 'record broken: it cannot be rendered: the chart is missing'],
    [
      'another revision',
      { application: { ...application, target: [{ ...target, commit: '1'.repeat(40) }] } },
      'target waiting: web renders 111111111111 at bbbbbbbbbbbb',
    ],
    [
      'no plugin',
      { application: { ...application, target: [] } },
      'target broken: web renders no record at bbbbbbbbbbbb',
    ],
    [
      'a failure',
      { application: { ...application, state: 'failure', reason: 'Job/migrate: no' } },
      'deployed broken: failure, Job/migrate: no',
    ],
    [
      'no notes',
      { application: { ...application, notes: [] } },
      'note broken: the controller has noted nothing on this Application',
    ],
    [
      'a delivery that is refused',
      {
        application: {
          ...application,
          notes: [{ state: 'success', record, at: '2026-06-01T10:00:00Z', number: 9, delivered: false, attempts: 3 }],
        },
      },
      'delivery broken: success was refused 3 times',
    ],
    ['no status', { reports: [] }, 'provider broken: the provider has no status of it'],
    [
      'no token',
      { reports: 'GitHub was not asked: set GITHUB_TOKEN' },
      'provider unknown: GitHub was not asked: set GITHUB_TOKEN',
    ],
    [
      'no Application',
      { application: undefined },
      'target unknown: no Application was read: give --applications, --kube or --argocd',
    ],
  ])('with %s says so', (_name, more, expected) => {
    expect(open(more)).toContain(expected);
  });
});
