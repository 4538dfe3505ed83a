/**
 * `waybill promote` as a function: the images that one environment runs become those of the next, when its gates let
 * them through.
 */
import type { LeftOut } from '../applications/find.ts';
import { tellLeftOut } from '../applications/left-out.ts';
import { lockedApplications, refuseInside } from '../applications/select.ts';
import { checkEnvironment } from '../config/choose.ts';
import { loadApplication } from '../config/load.ts';
import { resolveReportedName } from '../config/resolve.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { attemptAll, Failure, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import { baseName } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import type { LockedImage } from '../lock/lock.ts';
import { lockPath } from '../lock/locks.ts';
import { readLock } from '../lock/read.ts';
import { sameRepository } from '../record/repository.ts';
import { nameKey } from '../references/reference.ts';
import { slug } from '../templates/slug.ts';
import { Ancestry } from '../updates/ancestry.ts';
import { branchFor, Checkouts, messageFor } from '../updates/commit.ts';
import { deliver } from '../updates/deliver.ts';
import type { Delivered, Delivery } from '../updates/intent.ts';
import { type HeldRequest, passHolds } from '../updates/held.ts';
import { editHolds } from '../updates/hold-edit.ts';
import { editLock, type LockChange } from '../updates/lock-edit.ts';
import { entryOf } from '../updates/lock-history.ts';
import { type ImageOutcome, isChange } from '../updates/outcome.ts';
import { checkGates, type GateRequest } from './gates.ts';

/** What is to be promoted. */
export interface PromotionRequest extends Pick<GateRequest, 'from' | 'to' | 'statuses' | 'findEvent' | 'deployments'> {
  /** The clock; asked at each try, since a push may be overtaken by others for a while. */
  readonly now: () => Date;
  /** Only these images; none: all that `from` runs. */
  readonly images: readonly string[];
  /** In every application below the directory whose lock of `from` has one of the images. */
  readonly all: boolean;
  /** Promote an image although `to` runs one of a newer source commit. */
  readonly allowOlder: boolean;
  /** Promote an image although `to` holds its version back. */
  readonly allowHeld: boolean;
  /** Folders that may be checkouts of the source repository. */
  readonly checkouts: readonly string[];
  /** The page of the run that promotes. */
  readonly trigger: string | undefined;
}

function lockedBy(tree: FileTree, directory: string, environment: string): readonly LockedImage[] {
  const file = lockPath(directory, environment);
  if (tree.kind(file) === 'file') return readLock(tree, file).images;
  checkEnvironment(loadApplication(tree, directory), environment);
  throw failure('promotion-source', `environment ${environment} has no lock ${file}`, {
    help: ['There is nothing to promote from it. Write one with waybill images set.'],
  });
}

function unmatched(name: string, images: readonly LockedImage[], from: string): Error {
  return failure('image-unmatched', `${from} runs no image ${name}`, {
    help: notFoundHelp(`Images of ${from}`, name, [...new Set(images.map((image) => image.name))]),
  });
}

/** An environment that pulls from a registry of its own keeps it. */
function changeOf(image: LockedImage, current: LockedImage | undefined): LockChange {
  const { name, tag, digest, source } = image;
  return { name, state: { newName: current?.newName ?? image.newName, tag, digest, source } };
}

/** One application whose images are promoted. */
interface Part {
  readonly directory: string;
  /** What `from` runs. */
  readonly images: readonly LockedImage[];
}

/** The applications, with the images that are promoted in each. An image that none of them has is an error. */
function partsOf(
  tree: FileTree,
  directory: string,
  { from, images: only, all }: PromotionRequest,
  tell: (leftOut: readonly LeftOut[]) => void,
): Part[] {
  if (!all) refuseInside(tree, directory);
  const found = all ? lockedApplications(tree, [directory], [from]) : { applications: [directory], leftOut: [] };
  tell(found.leftOut);
  const parts = found.applications.map((one): Part => ({ directory: one, images: lockedBy(tree, one, from) }));
  const every = parts.flatMap(({ images }) => images);
  attemptAll(only, (name) => {
    if (!entryOf(every, name)) throw unmatched(name, every, from);
  });
  if (only.length === 0) return parts;
  const wanted = ({ name }: LockedImage): boolean => only.some((one) => nameKey(one) === nameKey(name));
  return parts
    .map((part) => ({ directory: part.directory, images: part.images.filter(wanted) }))
    .filter(({ images }) => images.length > 0);
}

async function promotePart(
  tree: FileTree,
  { directory, images }: Part,
  request: PromotionRequest,
  ancestry: Ancestry,
): Promise<{ files: [string, string][]; outcomes: readonly ImageOutcome[] }> {
  const { from, to, allowOlder, allowHeld } = request;
  const application = loadApplication(tree, directory);
  attemptAll([from, to], (environment) => checkEnvironment(application, environment));
  const file = lockPath(directory, to);
  const text = tree.kind(file) === 'file' ? tree.readText(file) : undefined;
  const { images: current, holds } = text === undefined ? { images: [], holds: [] } : readLock(tree, file);
  const wanted: LockedImage[] = [];
  const kept: ImageOutcome[] = [];
  for (const image of images) {
    const now = entryOf(current, image.name);
    const [next, runs] = [image.source, now?.source];
    const mayBeOlder = !allowOlder && next && runs && sameRepository(next.repository, runs.repository);
    if (mayBeOlder && (await ancestry.isOlder(next.repository, next.commit, runs.commit))) {
      kept.push({ name: image.name, before: now, after: changeOf(image, now).state, result: 'kept-newer' });
    } else wanted.push(image);
  }
  const changes = wanted.map((image) => changeOf(image, entryOf(current, image.name)));
  const asked = changes.flatMap(({ name, state }): HeldRequest[] =>
    state ? [{ holds, environment: to, name, current: entryOf(current, name), next: state, ancestry }] : [],
  );
  const gone = await passHolds(asked, allowHeld);
  const edited = editLock(text, file, to, changes);
  const changed = edited.outcomes.filter(({ result }) => result !== 'same');
  const gates = application.config.environments?.[to]?.gates;
  if (gates) {
    const promoted = wanted.filter(({ name }) => changed.some((one) => nameKey(one.name) === nameKey(name)));
    const location = application.document.locate(['environments', to, 'gates'], 'key');
    const name = slug(baseName(directory) || 'application');
    const reportedFrom = resolveReportedName(application, from, { app: { name, instance: name }, values: {} });
    await checkGates({ ...request, gates, location, images: promoted, reportedFrom, now: request.now() });
  }
  const written = gone.length > 0 ? editHolds(edited.text, file, to, { gone }) : edited.text;
  return { files: changed.length > 0 ? [[file, written]] : [], outcomes: [...edited.outcomes, ...kept] };
}

/**
 * Promotes. Result: what became of each image.
 * @throws Failure `gate-refused`, `promotion-source`, `image-unmatched`, `environment-…`, and as deliver
 */
export async function promote(
  request: PromotionRequest,
  delivery: Delivery,
): Promise<Delivered<readonly ImageOutcome[]>> {
  const { to, checkouts, all } = request;
  const ancestry = new Ancestry(checkouts, delivery.env);
  const tell = tellLeftOut(delivery.note);
  return await deliver(delivery, async ({ tree, directory }) => {
    const files = new Map<string, string>();
    const outcomes: ImageOutcome[] = [];
    const refused: Diagnostic[] = [];
    const parts = partsOf(tree, directory, request, tell);
    for (const part of parts) {
      try {
        const done = await promotePart(tree, part, request, ancestry);
        for (const [file, text] of done.files) files.set(file, text);
        for (const one of done.outcomes) outcomes.push(all ? { application: part.directory, ...one } : one);
      } catch (error) {
        // All refusals of all applications are told at once; nothing is written then.
        if (!(error instanceof Failure)) throw error;
        refused.push(...error.diagnostics);
      }
    }
    if (refused.length > 0) throw new Failure(refused);
    const changed = outcomes.filter(isChange);
    const about = { environment: to, directory, outcomes: changed };
    const source = changed.find(({ after }) => after?.source)?.after?.source;
    const { trigger } = request;
    return {
      files,
      targets: parts.map((part) => lockPath(part.directory, to)),
      message: async () =>
        await messageFor({
          ...about,
          verb: 'Promote',
          trigger,
          source,
          checkouts: new Checkouts(checkouts, delivery.env),
        }),
      branch: branchFor('promote', about),
      result: outcomes,
    };
  });
}
