/**
 * States of an Application that scenarios wait for.
 */
import type { JsonObject } from '../../plugin/resources/json.ts';
import { at, items } from './json.ts';

/** A question about an Application; undefined stands for one that does not exist. */
export type Question = (application: JsonObject | undefined) => boolean;

const status =
  (...path: (string | number)[]) =>
  (application: JsonObject | undefined) =>
    at(application, 'status', ...path);

/** The operation's phase. */
export const phase = status('operationState', 'phase');
export const health = status('health', 'status');
export const sync = status('sync', 'status');
export const syncRevision = status('sync', 'revision');

/** The operation has ended badly. */
export const failed: Question = (application) => phase(application) === 'Failed';
export const degraded: Question = (application) => health(application) === 'Degraded';

/** Synced and healthy, with an operation that succeeded (at any revision). */
export const well: Question = (application) =>
  sync(application) === 'Synced' && health(application) === 'Healthy' && phase(application) === 'Succeeded';

/** Synced and healthy at a revision, which the operation deployed; with several sources, of the first of them. */
export function succeeded(revision: string): Question {
  const first = status('sync', 'revisions', 0);
  return (application) =>
    first(application) === undefined
      ? well(application) &&
        syncRevision(application) === revision &&
        at(application, 'status', 'operationState', 'syncResult', 'revision') === revision
      : first(application) === revision && succeededWith(revision)(application);
}

/** Well, with a revision of one of its sources in the operation's result (Applications with several sources). */
export function succeededWith(revision: string): Question {
  return (application) =>
    well(application) &&
    items(at(application, 'status', 'operationState', 'syncResult', 'revisions')).includes(revision);
}

/** A condition of this type is there. */
export function hasCondition(type: string): Question {
  return (application) => items(status('conditions')(application)).some((one) => at(one, 'type') === type);
}
