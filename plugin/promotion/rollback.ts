/**
 * `waybill rollback` as a function: environments run again what they ran before, as a new commit. Argo CD then sees an
 * ordinary change, and notifications report an ordinary deployment of the older commit.
 *
 * What is left is held back in the lock from then on, so that neither the next promotion nor the next rollback brings it
 * again.
 */
import { basename } from 'node:path';
import { applicationsOf, lockedApplications } from '../applications/select.ts';
import { tellLeftOut } from '../applications/left-out.ts';
import { isWide, type Scope } from '../applications/scope.ts';
import { checkEnvironment } from '../config/choose.ts';
import { loadApplication } from '../config/load.ts';
import { resolveApplicationName, resolveReportedName } from '../config/resolve.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import type { FileTree } from '../files/tree.ts';
import type { ImageLock, LockHold } from '../lock/lock.ts';
import { lockPath } from '../lock/locks.ts';
import { readLock } from '../lock/read.ts';
import { slug } from '../templates/slug.ts';
import { branchFor, Checkouts, messageFor } from '../updates/commit.ts';
import { deliver } from '../updates/deliver.ts';
import { holdsOf, passHolds } from '../updates/held.ts';
import { editHolds, type NewHold } from '../updates/hold-edit.ts';
import type { Delivered, Delivery, Snapshot } from '../updates/intent.ts';
import { editLock, type LockChange } from '../updates/lock-edit.ts';
import { entryOf, type LockVersion, lockVersions, sameVersion } from '../updates/lock-history.ts';
import { type ImageOutcome, shortVersion } from '../updates/outcome.ts';
import type { HealthRequest } from './health.ts';
import { differing, goBack, type Images, type Judged, noState, type Search } from './states.ts';

/** What is to be restored. */
export interface RollbackRequest extends Scope {
  readonly environment: string;
  /** Only these images; none: all of the lock. */
  readonly images: readonly string[];
  /** The lock as this commit left it. */
  readonly to?: string | undefined;
  /** Without `to`: how many states to go back. Undefined: one, unless a rollback is in force already. */
  readonly steps: number | undefined;
  /** Go back to what is held back, and take the hold away. */
  readonly allowHeld: boolean;
  /** Why; the holds say so. */
  readonly reason: string | undefined;
  /** The page of the CI run: the same run never goes back twice. */
  readonly run: string | undefined;
  /** Folders that may be checkouts of the source repository. */
  readonly checkouts: readonly string[];
  /** Who knows which states were healthy; undefined: nobody is asked. `app`: by default the directory's name. */
  readonly reports?: (Omit<HealthRequest, 'environment' | 'app'> & { readonly app: string | undefined }) | undefined;
}

/** What came of it. */
export interface RolledBack {
  /** One for each image that changes. */
  readonly outcomes: readonly ImageOutcome[];
  /** Newest first. */
  readonly judged: readonly Judged[];
  /** Applications that this run rolled back before. */
  readonly done: readonly string[];
}

interface Part {
  readonly directory: string;
  readonly file: string;
  readonly text: string;
  readonly outcomes: readonly ImageOutcome[];
  readonly judged: readonly Judged[];
  readonly version: LockVersion | undefined;
}

function names(images: Images, only: readonly string[]): string[] {
  if (only.length === 0) return images.map(({ name }) => name);
  return only.map((name) => {
    const entry = entryOf(images, name);
    if (entry) return entry.name;
    throw failure('image-unmatched', `the lock has no image ${name}`, {
      help: notFoundHelp(
        'Images in the lock',
        name,
        images.map((image) => image.name),
      ),
    });
  });
}

/** The environment's name as deployments are reported to it. */
function reported(tree: FileTree, directory: string, environment: string, name: string): string {
  return resolveReportedName(loadApplication(tree, directory), environment, {
    app: { name, instance: name },
    values: {},
  });
}

/** The name in the contexts of commit statuses. */
function applicationName(tree: FileTree, directory: string, environment: string, name: string): string {
  const context = { app: { name, instance: name }, values: {} };
  return resolveApplicationName(loadApplication(tree, directory), environment, context);
}

function read(tree: FileTree, file: string, environment: string): ImageLock {
  if (tree.kind(file) === 'file') return readLock(tree, file);
  throw failure('rollback-target', `environment ${environment} has no lock ${file}`, {
    help: ['Only locks have a history to go back to. Otherwise use git revert.'],
  });
}

/** The holds of rollbacks after which nothing else was deployed: the image still runs what the rollback restored. */
async function inForce(
  lock: ImageLock,
  only: readonly string[],
  past: NonNullable<Snapshot['past']>,
): Promise<LockHold[]> {
  const found: LockHold[] = [];
  for (const hold of lock.holds) {
    if (hold.rollback === undefined || (only.length > 0 && !only.some((name) => holdsOf([hold], name).length > 0)))
      continue;
    const commit = await past.repository.resolve(hold.rollback);
    // A shallow clone may not have it; then the rollback is taken to be the last word.
    const [version] = commit === undefined ? [] : await lockVersions(past.repository, lock.file, commit);
    const [now, then] = [entryOf(lock.images, hold.image), version && entryOf(version.images, hold.image)];
    if (version === undefined || sameVersion(now, then)) found.push(hold);
  }
  return found;
}

function repeated(next: LockVersion | undefined, environment: string, hold: LockHold): Error {
  const states = next
    ? [
        `One step further back is ${next.commit.slice(0, 12)} ${JSON.stringify(next.subject)}: --steps 1, or --to ${next.commit.slice(0, 12)}.`,
      ]
    : ['There is no other state to go back to.'];
  return failure(
    'rollback-repeated',
    `${environment} is rolled back already, and nothing was deployed since: ${hold.image}: ${hold.reason}`,
    {
      location: hold.locate(),
      help: states,
    },
  );
}

async function target(
  lock: ImageLock,
  request: RollbackRequest,
  past: NonNullable<Snapshot['past']>,
  health: HealthRequest | undefined,
): Promise<{ readonly version: LockVersion | undefined; readonly judged: readonly Judged[] }> {
  const { file, images: current } = lock;
  const { repository, commit } = past;
  const { to, steps, images, allowHeld, run, environment } = request;
  if (to !== undefined) {
    const resolved = await repository.resolve(to);
    if (resolved === undefined)
      throw failure('rollback-target', `--to ${to}: there is no such commit here`, {
        help: ['In a shallow clone, fetch it first: git fetch --unshallow.'],
      });
    const [version] = await lockVersions(repository, file, resolved);
    if (version && version.images.length > 0) return { version, judged: [] };
    throw failure('rollback-target', `${file} had no readable lock at ${to}`);
  }
  const named = names(current, images);
  const only = images.length > 0 ? named : [];
  const before = await inForce(lock, only, past);
  if (run !== undefined && before.some((hold) => hold.run === run)) return { version: undefined, judged: [] };
  const versions = await lockVersions(repository, file, commit);
  const search: Search = { current, versions, only, holds: allowHeld ? [] : lock.holds, health };
  const { version, judged } = await goBack(search, steps ?? 1);
  // An image that was deployed since may go back, if those that were not stay as they are.
  const again = before.find(
    ({ image }) => !version || !sameVersion(entryOf(current, image), entryOf(version.images, image)),
  );
  if (again && steps === undefined) throw repeated(version, environment, again);
  if (version) return { version, judged };
  throw noState(images.length > 0 ? named.join(', ') : file, file, steps ?? 1, judged);
}

/**
 * What is left is held: it comes again on purpose, or with a newer source commit. A hold says only what tells the version
 * that is left from the one that is restored, so that it is never about what runs.
 */
function holdsFor(
  outcomes: readonly ImageOutcome[],
  version: LockVersion,
  { reason, run }: RollbackRequest,
): NewHold[] {
  return outcomes.flatMap(({ name, before, after }): NewHold[] => {
    if (!before || (before.tag === undefined && before.digest === undefined)) return [];
    if (sameVersion(before, after)) return [];
    const { tag, digest, source } = before;
    const isOtherDigest = digest !== undefined && digest !== after?.digest;
    const isOtherTag = tag !== undefined && (tag !== after?.tag || (isOtherDigest && after.digest !== undefined));
    const isOther = source !== undefined && source.commit !== after?.source?.commit;
    if (!isOtherDigest && !isOtherTag && !isOther) return [];
    return [
      {
        image: name,
        ...(isOtherTag ? { tag } : {}),
        ...(isOtherDigest ? { digest } : {}),
        ...(isOther ? { commit: source.commit } : {}),
        reason: reason ?? `rolled back from ${shortVersion(before)} to ${shortVersion(after)}`,
        rollback: version.commit,
        ...(run === undefined ? {} : { run }),
      },
    ];
  });
}

async function partOf(
  tree: FileTree,
  directory: string,
  request: RollbackRequest,
  past: NonNullable<Snapshot['past']>,
  own: string,
): Promise<Part> {
  const { environment, images, reports, allowHeld } = request;
  checkEnvironment(loadApplication(tree, directory), environment);
  const file = lockPath(directory, environment);
  const lock = read(tree, file, environment);
  const text = tree.readText(file);
  const app =
    reports?.app ?? applicationName(tree, directory, environment, slug(directory === '' ? own : basename(directory)));
  const health = reports && { ...reports, app, environment: reported(tree, directory, environment, app) };
  const { version, judged } = await target(lock, request, past, health);
  if (version === undefined) return { directory, file, text, outcomes: [], judged, version };
  const only = images.length > 0 ? names(lock.images, images) : [];
  const restored = differing(lock.images, version.images, only, request.to !== undefined);
  const changes = restored.map((name): LockChange => ({ name, state: entryOf(version.images, name) }));
  const asked = changes.flatMap(({ name, state }) =>
    state
      ? [{ holds: lock.holds, environment, name, current: entryOf(lock.images, name), next: state, ancestry: never }]
      : [],
  );
  const gone = await passHolds(asked, allowHeld);
  const edited = editLock(text, file, environment, changes);
  const added = holdsFor(edited.outcomes, version, request);
  const held = editHolds(edited.text, file, environment, { added, gone });
  return { directory, file, text: held, outcomes: edited.outcomes, judged, version };
}

/** An older version never lifts a hold. */
const never = { isOlder: async (): Promise<boolean> => false };

/** Of many applications, those that have no other state, or are rolled back already, stay. */
const mayStay: ReadonlySet<string> = new Set(['rollback-target', 'rollback-repeated']);

async function partsOf(
  tree: FileTree,
  directory: string,
  request: RollbackRequest,
  past: NonNullable<Snapshot['past']>,
  delivery: Delivery,
  tell: ReturnType<typeof tellLeftOut>,
): Promise<Part[]> {
  const own = basename(delivery.directory);
  const named = applicationsOf(tree, directory, request);
  if (!isWide(request)) return [await partOf(tree, directory, request, past, own)];
  const locked = request.all ? lockedApplications(tree, [directory], [request.environment]) : named;
  tell([...locked.leftOut]);
  const parts: Part[] = [];
  const staying: Diagnostic[] = [];
  for (const one of locked.applications) {
    try {
      parts.push(await partOf(tree, one, request, past, own));
    } catch (error) {
      if (!(error instanceof Failure) || !error.diagnostics.every(({ code }) => mayStay.has(code))) throw error;
      staying.push(...error.diagnostics);
      tell(error.diagnostics.map(({ message }) => ({ directory: one, reason: message })));
    }
  }
  if (parts.length > 0) return parts;
  if (staying.length > 0) throw new Failure(staying);
  throw failure('rollback-target', `no application here has a lock of ${request.environment}`);
}

/**
 * Restores earlier entries of the lock, or of the locks of several applications as one commit.
 * @throws Failure `rollback-target`, `rollback-repeated`, `image-held`, `image-unmatched`, `statuses-unreadable`, and as
 * deliver
 */
export async function rollback(request: RollbackRequest, delivery: Delivery): Promise<Delivered<RolledBack>> {
  const { environment } = request;
  const tell = tellLeftOut(delivery.note);
  return await deliver({ ...delivery, needsPast: true }, async ({ tree, directory, past }) => {
    if (!past)
      throw new Failure([{ severity: 'error', code: 'rollback-target', message: 'there is no commit to go back to' }]);
    const parts = await partsOf(tree, directory, request, past, delivery, tell);
    const isMany = isWide(request);
    const outcomes = parts.flatMap((part) =>
      part.outcomes.map((one) => (isMany ? Object.assign({ application: part.directory }, one) : one)),
    );
    const about = { environment, directory, outcomes };
    const source = outcomes.find(({ after }) => after?.source)?.after?.source;
    const versions = parts.flatMap(({ version }) => version ?? []);
    const triggers = [...new Set(versions.map(({ commit, subject }) => `${commit} ${subject}`))];
    return {
      files: new Map(parts.filter((part) => part.outcomes.length > 0).map(({ file, text }) => [file, text])),
      targets: parts.map(({ file }) => file),
      message: async () =>
        await messageFor({
          ...about,
          verb: 'Roll back',
          trigger: triggers.length === 1 ? triggers[0] : undefined,
          source,
          checkouts: new Checkouts(request.checkouts, delivery.env),
        }),
      branch: branchFor('rollback', about),
      result: {
        outcomes,
        judged: parts.flatMap(({ judged }) => judged),
        done: parts.filter(({ version }) => version === undefined).map((part) => part.directory || '.'),
      },
    };
  });
}
