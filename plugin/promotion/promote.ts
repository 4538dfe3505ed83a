/**
 * `waybill promote` as a function: the images that one environment runs become those of the next, when its gates let
 * them through.
 */
import { checkEnvironment } from '../config/choose.ts';
import { loadApplication } from '../config/load.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import type { FileTree } from '../files/tree.ts';
import type { LockedImage } from '../lock/lock.ts';
import { lockPath } from '../lock/locks.ts';
import { readLock } from '../lock/read.ts';
import { sameRepository } from '../record/repository.ts';
import { Ancestry } from '../updates/ancestry.ts';
import { branchFor, messageFor } from '../updates/commit.ts';
import { type Delivered, type Delivery, deliver } from '../updates/deliver.ts';
import { editLock, type LockChange } from '../updates/lock-edit.ts';
import { entryOf } from '../updates/lock-history.ts';
import type { ImageOutcome } from '../updates/outcome.ts';
import { checkGates, type GateRequest } from './gates.ts';

/** What is to be promoted. */
export interface PromotionRequest extends Pick<GateRequest, 'from' | 'to' | 'statuses' | 'findEvent'> {
  /** Only these images; none: all that `from` runs. */
  readonly images: readonly string[];
  /** Promote an image although `to` runs one of a newer source commit. */
  readonly allowOlder: boolean;
  /** Folders that may be checkouts of the source repository. */
  readonly checkouts: readonly string[];
  /** The page of the run that promotes. */
  readonly trigger: string | undefined;
}

function lockedBy(tree: FileTree, directory: string, environment: string): readonly LockedImage[] {
  const file = lockPath(directory, environment);
  if (tree.kind(file) === 'file') return readLock(tree, file).images;
  throw failure('promotion-source', `environment ${environment} has no lock ${file}`, {
    help: ['There is nothing to promote from it. Write one with waybill images set.'],
  });
}

function chosen(images: readonly LockedImage[], { images: only, from }: PromotionRequest): readonly LockedImage[] {
  if (only.length === 0) return images;
  return attemptAll(only, (name) => {
    const entry = entryOf(images, name);
    if (entry) return entry;
    throw failure('image-unmatched', `${from} runs no image ${name}`, {
      help: notFoundHelp(
        `Images of ${from}`,
        name,
        images.map((image) => image.name),
      ),
    });
  });
}

/** An environment that pulls from a registry of its own keeps it. */
function changeOf(image: LockedImage, current: LockedImage | undefined): LockChange {
  const { name, tag, digest, source } = image;
  return { name, state: { newName: current?.newName ?? image.newName, tag, digest, source } };
}

/**
 * Promotes. Result: what became of each image.
 * @throws Failure `gate-refused`, `promotion-source`, `image-unmatched`, `environment-…`, and as deliver
 */
export async function promote(
  request: PromotionRequest,
  delivery: Delivery,
): Promise<Delivered<readonly ImageOutcome[]>> {
  const { from, to, allowOlder, checkouts } = request;
  const ancestry = new Ancestry(checkouts, delivery.env);
  return await deliver(delivery, async ({ tree, directory }) => {
    const application = loadApplication(tree, directory);
    attemptAll([from, to], (environment) => checkEnvironment(application, environment));
    const file = lockPath(directory, to);
    const text = tree.kind(file) === 'file' ? tree.readText(file) : undefined;
    const current = text === undefined ? [] : readLock(tree, file).images;
    const wanted: LockedImage[] = [];
    const kept: ImageOutcome[] = [];
    for (const image of chosen(lockedBy(tree, directory, from), request)) {
      const now = entryOf(current, image.name);
      const [next, runs] = [image.source, now?.source];
      const mayBeOlder = !allowOlder && next && runs && sameRepository(next.repository, runs.repository);
      if (mayBeOlder && (await ancestry.isOlder(next.repository, next.commit, runs.commit))) {
        kept.push({ name: image.name, before: now, after: changeOf(image, now).state, result: 'kept-newer' });
      } else wanted.push(image);
    }
    const edited = editLock(
      text,
      file,
      to,
      wanted.map((image) => changeOf(image, entryOf(current, image.name))),
    );
    const changed = edited.outcomes.filter(({ result }) => result !== 'same');
    const gates = application.config.environments?.[to]?.gates;
    if (gates) {
      const images = wanted.filter(({ name }) =>
        changed.some((one) => one.name === (entryOf(current, name)?.name ?? name)),
      );
      const location = application.document.locate(['environments', to, 'gates'], 'key');
      await checkGates({ ...request, gates, location, images });
    }
    const about = { environment: to, directory, outcomes: changed };
    const source = changed.find(({ after }) => after?.source)?.after?.source;
    return {
      files: changed.length > 0 ? new Map([[file, edited.text]]) : new Map<string, string>(),
      message: async () =>
        await messageFor({ ...about, verb: 'Promote', trigger: request.trigger, source, checkouts, env: delivery.env }),
      branch: branchFor('promote', about),
      result: [...edited.outcomes, ...kept],
    };
  });
}
