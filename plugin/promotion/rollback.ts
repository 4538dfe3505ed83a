/**
 * `waybill rollback` as a function: an environment runs again what it ran before, as a new commit. Argo CD then sees an
 * ordinary change, and notifications report an ordinary deployment of the older commit.
 */
import { loadApplication } from '../config/load.ts';
import { resolveReportedName } from '../config/resolve.ts';
import { attemptTogether, Failure, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import type { FileTree } from '../files/tree.ts';
import type { LockedImage } from '../lock/lock.ts';
import { lockPath } from '../lock/locks.ts';
import { readLock } from '../lock/read.ts';
import { branchFor, Checkouts, messageFor } from '../updates/commit.ts';
import { deliver } from '../updates/deliver.ts';
import type { Delivered, Delivery, Ground } from '../updates/intent.ts';
import { editLock, type LockChange } from '../updates/lock-edit.ts';
import { entryOf, type LockVersion, lockVersions, sameEntry } from '../updates/lock-history.ts';
import type { ImageOutcome } from '../updates/outcome.ts';
import { healthOf, type HealthRequest } from './health.ts';

/** What is to be restored. */
export interface RollbackRequest {
  readonly environment: string;
  /** Only these images; none: all of the lock. */
  readonly images: readonly string[];
  /** The lock as this commit left it. */
  readonly to?: string | undefined;
  /** Without `to`: how many states to go back. @default 1 */
  readonly steps: number;
  /** Folders that may be checkouts of the source repository. */
  readonly checkouts: readonly string[];
  /** Who knows which states were healthy; undefined: nobody is asked. */
  readonly reports?: Omit<HealthRequest, 'environment'> | undefined;
}

/** A state of the lock that was passed over, or taken although nobody said how it went. */
export interface Judged {
  readonly version: Pick<LockVersion, 'commit' | 'subject'>;
  readonly isSkipped: boolean;
  /** One for each image. */
  readonly why: readonly string[];
}

/** What came of it. */
export interface RolledBack {
  /** One for each image that changes. */
  readonly outcomes: readonly ImageOutcome[];
  /** Newest first. */
  readonly judged: readonly Judged[];
}

type Images = readonly LockedImage[];

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

/** The names of which two locks say different things; an image that one of them lacks differs. */
function differing(a: Images, b: Images, only: readonly string[]): string[] {
  const all = only.length > 0 ? only : [...a, ...b.filter(({ name }) => !entryOf(a, name))].map(({ name }) => name);
  return all.filter((name) => !sameEntry(entryOf(a, name), entryOf(b, name)));
}

/** `skipped 8f3c0e7b6a5d "Deploy api": …`, without a full stop. */
export function sentenceOf({ version, isSkipped, why }: Judged): string {
  const what = `${version.commit.slice(0, 12)} ${JSON.stringify(version.subject)}`;
  return `${isSkipped ? 'skipped' : 'taken as it is:'} ${what}: ${why.join('; ')}`;
}

/** Somebody in a hurry must not be held up by a GitHub that does not answer. */
async function orAdvice<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const advice = '--any-state goes back to the last state that differed, whatever became of it.';
    throw new Failure(error.diagnostics.map((one) => Object.assign({}, one, { help: [...(one.help ?? []), advice] })));
  }
}

/** What is known of the entries that a version would bring back. */
async function judge(
  current: Images,
  version: LockVersion,
  only: readonly string[],
  request: HealthRequest,
): Promise<Judged | undefined> {
  const entries = differing(current, version.images, only).flatMap((name) => entryOf(version.images, name) ?? []);
  const found = await orAdvice(attemptTogether(entries.map(async (entry) => await healthOf(entry, request))));
  const unhealthy = found.filter((one) => one.is === 'unhealthy');
  const unknown = found.filter((one) => one.is === 'unknown');
  const told = unhealthy.length > 0 ? unhealthy : unknown;
  if (told.length === 0) return undefined;
  return { version, isSkipped: unhealthy.length > 0, why: told.map(({ why }) => why) };
}

/** The version that is `steps` different states behind, looking at `only` these images; unhealthy ones do not count. */
async function goBack(
  current: Images,
  versions: readonly LockVersion[],
  only: readonly string[],
  steps: number,
  health: HealthRequest | undefined,
): Promise<{ readonly version: LockVersion | undefined; readonly judged: readonly Judged[] }> {
  const judged: Judged[] = [];
  let state = current;
  let left = steps;
  for (const version of versions) {
    // A commit that removed or broke the lock ran nothing to go back to.
    if (version.images.length === 0 || differing(state, version.images, only).length === 0) continue;
    const told = health && (await judge(current, version, only, health));
    if (told) judged.push(told);
    if (told?.isSkipped) continue;
    left -= 1;
    if (left === 0) return { version, judged };
    state = version.images;
  }
  return { version: undefined, judged };
}

/** The environment's name as deployments are reported to it. */
function reported(tree: FileTree, directory: string, environment: string, name: string): string {
  return resolveReportedName(loadApplication(tree, directory), environment, {
    app: { name, instance: name },
    values: {},
  });
}

async function target(
  current: Images,
  file: string,
  request: RollbackRequest,
  past: NonNullable<Ground['past']>,
  health: HealthRequest | undefined,
): Promise<{ readonly version: LockVersion; readonly judged: readonly Judged[] }> {
  const { repository, commit } = past;
  const { to, steps, images } = request;
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
  const only = names(current, images);
  const versions = await lockVersions(repository, file, commit);
  const { version, judged } = await goBack(current, versions, images.length > 0 ? only : [], steps, health);
  if (version) return { version, judged };
  throw failure(
    'rollback-target',
    `the history has no ${steps === 1 ? 'other state' : `${steps} other states`} of ${images.length > 0 ? only.join(', ') : file} to go back to`,
    {
      help: [
        ...judged.filter((one) => one.isSkipped).map((one) => `${sentenceOf(one)}.`),
        'In a shallow clone, fetch the rest first: git fetch --unshallow. Or name a commit with --to.',
      ],
    },
  );
}

function read(tree: FileTree, file: string, environment: string): Images {
  if (tree.kind(file) === 'file') return readLock(tree, file).images;
  throw failure('rollback-target', `environment ${environment} has no lock ${file}`, {
    help: ['Only locks have a history to go back to. Otherwise use git revert.'],
  });
}

/**
 * Restores earlier entries of the lock.
 * @throws Failure `rollback-target`, `image-unmatched`, `statuses-unreadable`, and as deliver
 */
export async function rollback(request: RollbackRequest, delivery: Delivery): Promise<Delivered<RolledBack>> {
  const { environment, images, reports } = request;
  return await deliver({ ...delivery, needsPast: true }, async ({ tree, directory, past }) => {
    const file = lockPath(directory, environment);
    const current = read(tree, file, environment);
    if (!past)
      throw new Failure([{ severity: 'error', code: 'rollback-target', message: 'there is no commit to go back to' }]);
    const health = reports && { ...reports, environment: reported(tree, directory, environment, reports.app) };
    const { version, judged } = await target(current, file, request, past, health);
    const restored = differing(current, version.images, images.length > 0 ? names(current, images) : []);
    const changes = restored.map((name): LockChange => ({ name, state: entryOf(version.images, name) }));
    const { text, outcomes } = editLock(tree.readText(file), file, environment, changes);
    const about = { environment, directory, outcomes };
    const source = outcomes.find(({ after }) => after?.source)?.after?.source;
    const trigger = `${version.commit} ${version.subject}`;
    return {
      files: outcomes.length > 0 ? new Map([[file, text]]) : new Map<string, string>(),
      targets: [file],
      message: async () =>
        await messageFor({
          ...about,
          verb: 'Roll back',
          trigger,
          source,
          checkouts: new Checkouts(request.checkouts, delivery.env),
        }),
      branch: branchFor('rollback', about),
      result: { outcomes, judged },
    };
  });
}
