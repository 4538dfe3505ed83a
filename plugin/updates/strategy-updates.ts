/**
 * The images of one application that have a strategy, and what the strategies choose: the new text of its lock.
 */
import type { Application } from '../config/application.ts';
import type { DeclaredImage, Strategy } from '../config/environment.ts';
import { loadApplication } from '../config/load.ts';
import { resolveEnvironmentImages } from '../config/resolve.ts';
import { attemptTogether, failure } from '../diagnostics/failure.ts';
import type { FileTree } from '../files/tree.ts';
import type { LockedImage, LockHold } from '../lock/lock.ts';
import { lockPath } from '../lock/locks.ts';
import { readLock } from '../lock/read.ts';
import { nameKey } from '../references/reference.ts';
import type { Registry } from '../registries/registry.ts';
import { choose } from '../strategies/choose.ts';
import type { ChooseOptions } from '../strategies/run.ts';
import type { Ancestry } from './ancestry.ts';
import { judgeHolds } from './held.ts';
import { editHolds } from './hold-edit.ts';
import { editLock, type LockChange } from './lock-edit.ts';
import { entryOf } from './lock-history.ts';
import type { ImageOutcome } from './outcome.ts';

/** An image whose version a strategy chooses. */
interface Candidate {
  readonly image: DeclaredImage;
  readonly strategy: Strategy;
  readonly locked: LockedImage | undefined;
}

/** The strategies of one application for one environment. */
export interface Candidates {
  readonly application: Application;
  /** The lock's tree path, existing or not. */
  readonly file: string;
  readonly text: string | undefined;
  readonly images: readonly Candidate[];
  readonly holds: readonly LockHold[];
}

/** What is asked, and how. */
export interface ChoiceRequest extends ChooseOptions {
  /** Write a version that the lock holds back. */
  readonly allowHeld: boolean;
  readonly ancestry: Pick<Ancestry, 'isOlder'>;
  readonly environment: string;
  readonly registry: Registry;
}

/**
 * What the strategies of an application would be asked about.
 * @param name the application's, as templates have it
 * @throws Failure for a waybill.yaml or lock that cannot be read, and an environment that does not exist
 */
export function candidatesOf(tree: FileTree, directory: string, environment: string, name: string): Candidates {
  const application = loadApplication(tree, directory);
  const declared = resolveEnvironmentImages(application, environment, {
    app: { name, instance: name },
    values: {},
  });
  const file = lockPath(directory, environment);
  const isThere = tree.kind(file) === 'file';
  const { images: locked, holds } = isThere ? readLock(tree, file) : { images: [], holds: [] };
  const images = declared.flatMap((image): Candidate[] => {
    const { strategy } = image;
    return strategy ? [{ image, strategy, locked: entryOf(locked, image.name) }] : [];
  });
  return { application, file, text: isThere ? tree.readText(file) : undefined, images, holds };
}

interface Chosen {
  readonly change: LockChange;
  readonly why: string;
}

/** A declared source repository is a promise to report: without the commit, the next deployment would not be. */
function checkSource({ config }: Application, { name, sourceRepository, location }: DeclaredImage, tag: string): void {
  if (sourceRepository === undefined || config.stamp?.record === false) return;
  throw failure('source-commit', `the source commit of ${name}:${tag} is not known`, {
    location,
    help: [
      `Deployments of it are reported to ${sourceRepository}, and neither labels nor the tag name the commit.`,
      'Let the build set the label org.opencontainers.image.revision, or give commitFromTag; without reports, leave sourceRepository out.',
    ],
  });
}

async function chosenFor(
  application: Application,
  { image, strategy, locked }: Candidate,
  { registry, allowDowngrade, refresh }: ChoiceRequest,
): Promise<Chosen> {
  const options = {
    ...(allowDowngrade === undefined ? {} : { allowDowngrade }),
    ...(refresh === undefined ? {} : { refresh }),
  };
  const { tag, digest, source, why } = await choose(strategy, registry, image, locked, options);
  if (source === undefined) checkSource(application, image, tag);
  const state = { newName: locked?.newName, tag, digest, source };
  return { change: { name: locked?.name ?? image.name, state }, why };
}

/**
 * Runs the strategies and edits the lock: all of the application's images, or none.
 * @throws Failure as choose, `source-commit`, and as editLock; of all images together
 */
export async function updateLock(
  { application, file, text, images, holds }: Candidates,
  request: ChoiceRequest,
): Promise<{ text: string; outcomes: readonly ImageOutcome[] }> {
  const chosen = await attemptTogether(images.map((one) => chosenFor(application, one, request)));
  const { environment, ancestry, allowHeld } = request;
  const held: ImageOutcome[] = [];
  const changes: LockChange[] = [];
  const gone: LockHold[] = [];
  for (const [index, { change }] of chosen.entries()) {
    const { name, state } = change;
    const current = images[index]?.locked;
    // A strategy finds a held version each time: it stays where it is, and the others go on.
    const { refusing, over } = state
      ? await judgeHolds({ holds, environment, name, current, next: state, ancestry })
      : { refusing: [], over: [] };
    const [hold] = allowHeld ? [] : refusing;
    if (hold) held.push({ name, before: current, after: state, result: 'held', why: hold.reason });
    else {
      changes.push(change);
      gone.push(...over, ...refusing.filter(({ stays }) => !stays));
    }
  }
  const edited = editLock(text, file, environment, changes);
  const whys = new Map(chosen.map(({ change, why }) => [nameKey(change.name), why]));
  const outcomes = edited.outcomes.map((one): ImageOutcome => {
    const why = whys.get(nameKey(one.name));
    return { ...one, ...(why === undefined ? {} : { why }) };
  });
  const written = gone.length > 0 ? editHolds(edited.text, file, environment, { gone }) : edited.text;
  return { text: written, outcomes: [...outcomes, ...held] };
}
