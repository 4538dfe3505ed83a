/**
 * What an overlay does, by its kind. Each kind is loaded only when an overlay at hand is of it: the tables of merge keys
 * and the patch library cost time that most renders need not spend.
 */
import type { JsonObject } from '../resources/json.ts';
import type { Overlay } from '../resources/overlay.ts';
import type { Attempt } from './attempt.ts';

/** Applies the overlay of an attempt to a manifest; undefined removes it. Failure when it cannot be done. */
export type Operate = (attempt: Attempt, body: JsonObject) => JsonObject | undefined;

type Kind = Overlay['operation']['kind'];

/** Loads what these overlays need, and gives what prepares one of them for all its resources. */
export async function loadOperations(overlays: readonly Overlay[]): Promise<(overlay: Overlay) => Operate> {
  const kinds = new Set<Kind>(overlays.map(({ operation }) => operation.kind));
  const applyMerge = kinds.has('merge') ? (await import('./merge/merge.ts')).applyMerge : notLoaded;
  const applyPatch = kinds.has('patch') ? (await import('./patch/patch.ts')).applyPatch : notLoaded;
  const prepareSet = kinds.has('set') ? (await import('./set/set.ts')).prepareSet : notLoaded;
  return ({ operation }) => {
    switch (operation.kind) {
      case 'merge':
        return (attempt, body) => applyMerge(attempt, body, operation.value);
      case 'patch':
        return (attempt, body) => applyPatch(attempt, body, operation.operations);
      case 'set':
        return prepareSet(operation.fields);
      case 'remove':
        return remove;
      default:
        return operation;
    }
  };
}

function remove(attempt: Attempt, body: JsonObject): undefined {
  attempt.write?.({ path: [], before: body, after: undefined, at: ['remove'] });
}

function notLoaded(): never {
  throw new Error('the operation was not among the overlays that were loaded for');
}
