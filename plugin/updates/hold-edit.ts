/**
 * Changing the holds of a lock in place.
 */
import type { LockHold } from '../lock/lock.ts';
import { parseLock } from '../lock/read.ts';
import { nameKey } from '../references/reference.ts';
import type { Json } from '../resources/json.ts';
import { editYaml } from '../yaml/edit.ts';
import { emptyLock } from './lock-edit.ts';

/** A hold as it is written. */
export type NewHold = Omit<LockHold, 'locate'>;

const keys = ['image', 'tag', 'digest', 'commit', 'stays', 'reason', 'rollback', 'run'] as const;

function written(hold: NewHold): Json {
  return Object.fromEntries(
    keys.flatMap((key): [string, Json][] => {
      const value = hold[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** Whether two holds are about the same version of the same image. */
function sameHold(a: NewHold, b: NewHold): boolean {
  return (
    nameKey(a.image) === nameKey(b.image) &&
    a.tag === b.tag &&
    a.digest === b.digest &&
    a.commit === b.commit &&
    (a.stays ?? false) === (b.stays ?? false)
  );
}

/**
 * The text of the lock without the holds of `gone`, and with those of `added`; one that is there already is written anew.
 * @param text the lock as it is; undefined when there is none yet
 */
export function editHolds(
  text: string | undefined,
  file: string,
  environment: string,
  { added = [], gone = [] }: { readonly added?: readonly NewHold[]; readonly gone?: readonly NewHold[] },
): string {
  let current = text ?? emptyLock(environment);
  for (const hold of [...gone, ...added]) {
    const { holds } = parseLock(current, file);
    const index = holds.findIndex((one) => sameHold(one, hold));
    if (index < 0) continue;
    const path = holds.length === 1 ? ['holds'] : ['holds', index];
    current = editYaml(current, [{ op: 'remove', path }], { file });
  }
  for (const hold of added) {
    current = editYaml(current, [{ op: 'insert', path: ['holds'], value: written(hold) }], { file });
  }
  parseLock(current, file);
  return current;
}
