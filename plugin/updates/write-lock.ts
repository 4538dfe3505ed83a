/**
 * Writes images into the lock of an environment: the way that keeps source commits.
 */
import { checkEnvironment } from '../config/choose.ts';
import { loadApplication } from '../config/load.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { lockPath } from '../lock/locks.ts';
import type { LockedImage } from '../lock/lock.ts';
import { parseLock } from '../lock/read.ts';
import { sameRepository } from '../record/repository.ts';
import { nameKey } from '../references/reference.ts';
import { checkKnown, declaredFor, knownImages, statedVersion } from './known-images.ts';
import { type HeldRequest, passHolds } from './held.ts';
import { editHolds } from './hold-edit.ts';
import { editLock, type LockChange } from './lock-edit.ts';
import type { ImageOutcome } from './outcome.ts';
import type { ImageRequest } from './request.ts';
import { sourceOf } from './source.ts';
import type { WriteRequest, Writer } from './writer.ts';

/** Whether what runs was built from a newer commit of the same repository than what is asked for. */
async function isOlder(change: LockChange, entry: LockedImage | undefined, request: WriteRequest): Promise<boolean> {
  const [now, next] = [entry?.source, change.state?.source];
  if (request.allowOlder || !now || !next || !sameRepository(now.repository, next.repository)) return false;
  return await request.ancestry.isOlder(next.repository, next.commit, now.commit);
}

/** @see Writer */
export const writeLock: Writer = async (request) => {
  const { tree, directory, environment, images } = request;
  if (environment === undefined)
    throw failure('environment-missing', 'a lock belongs to an environment, and none is given', {
      help: ['Give one with -e.'],
    });
  const application = loadApplication(tree, directory);
  checkEnvironment(application, environment);
  const known = knownImages(tree, directory);
  const file = lockPath(directory, environment);
  const text = tree.kind(file) === 'file' ? tree.readText(file) : undefined;
  const { images: entries, holds } = text === undefined ? { images: [], holds: [] } : parseLock(text, file);
  const entryOf = (name: string): LockedImage | undefined =>
    entries.find((entry) => nameKey(entry.name) === nameKey(name));

  const changeOf = (image: ImageRequest): LockChange => {
    const entry = entryOf(image.name);
    if (!entry && !request.allowNew) checkKnown(tree, directory, image.name, known);
    const { name, tag, digest } = image;
    const newName = image.newName ?? entry?.newName;
    // A new name alone is the same image elsewhere.
    if (entry && tag === undefined && digest === undefined) return { name, state: { ...entry, newName } };
    const declared = declaredFor(application, environment, name);
    // What others build is of no commit of the pipeline's.
    const source = declared?.thirdParty
      ? undefined
      : request.facts && sourceOf(image, request.facts, { declared, locked: entry?.source });
    return { name, state: { newName, tag, digest, source } };
  };
  const changes = attemptAll(images, changeOf);
  const wanted: LockChange[] = [];
  const kept: ImageOutcome[] = [];
  for (const change of changes) {
    const entry = entryOf(change.name);
    if (entry && (await isOlder(change, entry, request))) {
      kept.push({ name: change.name, before: entry, after: change.state, result: 'kept-newer' });
    } else wanted.push(change);
  }
  const asked = wanted.flatMap(({ name, state }): HeldRequest[] =>
    state ? [{ holds, environment, name, current: entryOf(name), next: state, ancestry: request.ancestry }] : [],
  );
  const gone = await passHolds(asked, request.allowHeld);
  const told = (outcome: ImageOutcome): ImageOutcome => {
    // A first entry takes the place of what the manifests say.
    const stated = outcome.result === 'added' ? statedVersion(tree, directory, outcome.name) : undefined;
    const isOthers = declaredFor(application, environment, outcome.name)?.thirdParty;
    return { ...outcome, ...(stated ? { stated } : {}), ...(isOthers ? { thirdParty: isOthers } : {}) };
  };
  const edited = editLock(text, file, environment, wanted);
  const isChanged = edited.outcomes.some(({ result }) => result !== 'same');
  const written = isChanged && gone.length > 0 ? editHolds(edited.text, file, environment, { gone }) : edited.text;
  return {
    files: isChanged ? new Map([[file, written]]) : new Map(),
    targets: [file],
    outcomes: [...edited.outcomes.map(told), ...kept],
  };
};
