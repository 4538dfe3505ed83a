import { describe, expect, it } from 'vitest';
import { readApplication } from './application.ts';
import { describeApplication } from './describe.ts';
import { worst } from '../states.ts';
import { stateOf } from './state.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const record = `waybill.acme.web.staging.web.${commit}`;
const now = Date.parse('2026-03-02T10:00:00Z');

/** An automated Application that is well, with what differs. */
function application(status: object, more: object = {}, resources: object[] = [{ name: record, status: 'Synced' }]) {
  return readApplication({
    kind: 'Application',
    metadata: { name: 'web', namespace: 'argocd' },
    spec: { syncPolicy: { automated: {} } },
    status: {
      sync: { status: 'Synced', revision: 'b' },
      health: { status: 'Healthy', lastTransitionTime: '2026-03-02T09:00:10Z' },
      reconciledAt: '2026-03-02T09:59:00Z',
      operationState: {
        phase: 'Succeeded',
        startedAt: '2026-03-02T09:00:00Z',
        finishedAt: '2026-03-02T09:00:05Z',
        operation: { sync: { revision: 'b' } },
      },
      resources: resources.map((one) => ({ kind: 'ConfigMap', ...one })),
      ...status,
    },
    ...more,
  });
}

function state(status: object, more: object = {}, resources?: object[]): string {
  const app = application(status, more, resources);
  return app ? stateOf(app, now).state : 'none';
}

describe('stateOf', () => {
  /** Another revision was compared in the second in which the operation failed. */
  const failedAt = (time: string): object => ({
    sync: { status: 'Synced', revision: 'c' },
    reconciledAt: `2026-03-02T${time}Z`,
    operationState: {
      phase: 'Failed',
      startedAt: '2026-03-02T09:00:00Z',
      finishedAt: `2026-03-02T${time}Z`,
      operation: { sync: { revision: 'b' } },
      syncResult: { resources: [{ kind: 'ConfigMap', name: record, status: 'Synced' }] },
    },
  });

  it.each<[string, string, Parameters<typeof state>]>([
    ['well', 'success', [{}]],
    ['without any record: never well', 'unknown', [{}, {}, [{ name: 'settings', status: 'Synced' }]]],
    ['without any status', 'unknown', [{ sync: undefined, health: undefined, resources: undefined }]],
    [
      'degraded without any record',
      'failure',
      [{ health: { status: 'Degraded', lastTransitionTime: '2026-03-02T09:30:00Z' } }, {}, []],
    ],
    ['degraded for long', 'failure', [{ health: { status: 'Degraded', lastTransitionTime: '2026-03-02T09:30:00Z' } }]],
    [
      'degraded for a moment',
      'in_progress',
      [
        {
          health: { status: 'Degraded', lastTransitionTime: '2026-03-02T09:59:58Z' },
          operationState: {
            phase: 'Succeeded',
            startedAt: '2026-03-02T09:59:50Z',
            finishedAt: '2026-03-02T09:59:57Z',
            operation: { sync: { revision: 'b' } },
          },
        },
      ],
    ],
    ['of a health that nobody knows', 'unknown', [{ health: { status: 'Splendid' } }]],
    ['without health', 'unknown', [{ health: undefined }]],
    ['compared before its operation ended', 'in_progress', [{ reconciledAt: '2026-03-02T09:00:04Z' }]],
    ['not to be rendered', 'unknown', [{ sync: { status: 'Unknown', revision: 'main' } }]],
    [
      'being deleted',
      'inactive',
      [{}, { metadata: { name: 'web', namespace: 'argocd', deletionTimestamp: '2026-03-02T09:59:00Z' } }],
    ],
    [
      'asked to sync',
      'pending',
      [
        { sync: { status: 'OutOfSync', revision: 'c' } },
        { operation: { sync: { revision: 'c' } } },
        [{ name: record, status: 'OutOfSync' }],
      ],
    ],
    [
      'asked to sync again, with its last operation forgotten: nobody knows how that ended',
      'pending',
      [{ operationState: undefined }, { operation: { sync: { revision: 'b' } } }],
    ],
    ['compared at another revision in the second in which its operation failed', 'failure', [failedAt('09:59:35')]],
    ['compared so half a minute ago: nothing newer came', 'success', [failedAt('09:59:25')]],
    [
      'automated, and no sync begins',
      'queued',
      [{ sync: { status: 'OutOfSync', revision: 'c' } }, {}, [{ name: record, status: 'OutOfSync' }]],
    ],
    [
      'automated, and the sync has yet to begin',
      'pending',
      [
        { sync: { status: 'OutOfSync', revision: 'c' }, reconciledAt: '2026-03-02T09:59:55Z' },
        {},
        [{ name: record, status: 'OutOfSync' }],
      ],
    ],
    [
      'waiting for a person',
      'queued',
      [{ sync: { status: 'OutOfSync', revision: 'c' } }, { spec: {} }, [{ name: record, status: 'OutOfSync' }]],
    ],
    [
      'waiting with another change only',
      'queued',
      [
        { sync: { status: 'OutOfSync', revision: 'c' } },
        { spec: {} },
        [
          { name: record, status: 'Synced' },
          { name: 'settings', status: 'OutOfSync' },
        ],
      ],
    ],
    [
      'with resources that only wait to be pruned',
      'success',
      [
        { sync: { status: 'OutOfSync', revision: 'b' } },
        {},
        [
          { name: record, status: 'Synced' },
          { name: 'old', status: 'OutOfSync', requiresPruning: true },
        ],
      ],
    ],
    ['of wrong types everywhere', 'unknown', [{ sync: 'Synced', health: [], operationState: 7, resources: {} }]],
  ])('an Application %s is %s', (_name, expected, given) => {
    expect(state(...given)).toBe(expected);
  });

  it('takes the worst of several', () => {
    expect(worst(['success', 'queued', 'failure'])).toBe('failure');
    expect(worst(['success', 'unknown'])).toBe('unknown');
    expect(worst([])).toBe('unknown');
  });

  it('stays a failure by its notes while another sync is asked for, and is never well by them', () => {
    const noted = (written: string, status: object = {}, resources?: object[]): string => {
      const note = `waybill/0/999999/${written}/b//${record}/b999999/03-02T09:00:00//`;
      const annotations = {
        'notified.notifications.argoproj.io': JSON.stringify({ [`${note}:waybill:[0].x:acme:`]: 1772442000 }),
      };
      const more = { metadata: { name: 'web', namespace: 'argocd', annotations }, operation: { sync: {} } };
      return state({ operationState: undefined, ...status }, more, resources);
    };
    expect(['failure', 'error', 'success', 'queued'].map((written) => noted(written))).toEqual([
      'failure',
      'error',
      'pending',
      'pending',
    ]);
    // A commit that changes nothing here arrives while a migration fails, and an automated sync of it is asked for.
    const notLive = [
      { sync: { status: 'OutOfSync', revision: 'c' } },
      [{ name: record, status: 'OutOfSync' }],
    ] satisfies [object, object[]];
    expect(['failure', 'error', 'success', 'queued'].map((written) => noted(written, ...notLive))).toEqual([
      'failure',
      'error',
      'pending',
      'pending',
    ]);
  });

  it('is not made better by notes that somebody wrote', () => {
    const note = `waybill/0/999999/success/b//${record}/b999999/03-02T09:00:00//`;
    const annotations = {
      'notified.notifications.argoproj.io': JSON.stringify({ [`${note}:waybill:[0].x:acme:`]: 1772442000 }),
    };
    const metadata = { name: 'web', namespace: 'argocd', annotations };
    expect(state({ health: { status: 'Progressing' } }, { metadata })).toBe('in_progress');
    expect(state({ sync: { status: 'Unknown' } }, { metadata })).toBe('unknown');
  });
});

describe('describeApplication', () => {
  it('gives the words of the hook that failed, and since when', () => {
    const app = application({
      sync: { status: 'OutOfSync', revision: 'b' },
      operationState: {
        phase: 'Failed',
        message: 'one or more synchronization tasks completed unsuccessfully',
        startedAt: '2026-03-02T09:00:00Z',
        finishedAt: '2026-03-02T09:00:05Z',
        operation: { sync: { revision: 'b' } },
        syncResult: {
          revision: 'b',
          resources: [
            {
              kind: 'Job',
              group: 'batch',
              name: 'migrate',
              namespace: 'web',
              hookType: 'PreSync',
              hookPhase: 'Failed',
              status: 'Synced',
              message: 'Job has reached the specified backoff limit',
            },
          ],
        },
      },
    });
    const shown = app && describeApplication(app, { cluster: 'a', argocd: 'https://argocd.example' }, now);
    expect(shown).toMatchObject({
      state: 'failure',
      since: '2026-03-02T09:00:05Z',
      reason: 'PreSync hook Job/migrate: Job has reached the specified backoff limit',
      url: 'https://argocd.example/applications/argocd/web',
      failures: [{ kind: 'Job', name: 'migrate', hook: 'PreSync', status: 'Failed' }],
    });
  });

  it('says that nobody knows what an Application without records runs', () => {
    const app = application({}, {}, []);
    expect(app && describeApplication(app, { cluster: 'a', argocd: undefined }, now)).toMatchObject({
      state: 'unknown',
      reason: 'it renders no record, so its commit is unknown',
    });
  });
});
