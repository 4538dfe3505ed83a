/**
 * The deployments repository as an origin: which services and environments it has, what their locks say now, and how they
 * came to say it. What cannot be read is a problem beside the rest.
 */
import { environmentsOf } from '../../applications/environments.ts';
import { findApplicationsMeanwhile } from '../../applications/find.ts';
import type { Application } from '../../config/application.ts';
import { loadApplication } from '../../config/load.ts';
import { resolveReportedName } from '../../config/resolve.ts';
import { Failure } from '../../diagnostics/failure.ts';
import { baseName } from '../../files/path.ts';
import type { FileTree } from '../../files/tree.ts';
import { BlobSearch, changingCommits, type ChangingCommit, repositoryFacts } from '../../git/file-changes.ts';
import type { ImageLock } from '../../lock/lock.ts';
import { lockedEnvironments, lockPath } from '../../lock/locks.ts';
import { parseLock } from '../../lock/read.ts';
import { parseRepository, withoutCredentials } from '../../record/repository.ts';
import type { FleetOrigin, FleetProblem } from '../../schemas/fleet.generated.ts';
import { slug } from '../../templates/slug.ts';

/** A lock as it is now. */
interface LockNow {
  /** Tree path. */
  readonly file: string;
  readonly isUncommitted: boolean;
  readonly lock: ImageLock | undefined;
  /** Why it could not be read. */
  readonly problem: string | undefined;
}

/** One environment of a service. */
export interface EnvironmentNow {
  readonly name: string;
  /** As it is reported. */
  readonly reportedAs: string;
  /** Undefined: it has no lock. */
  readonly lock: LockNow | undefined;
}

/** The directory of an application. */
export interface ServiceNow {
  /** Unique among those of the repository. */
  readonly name: string;
  /** Tree path; '' for the top. */
  readonly directory: string;
  /** In the order of waybill.yaml; it is the order of promotion. */
  readonly environments: readonly EnvironmentNow[];
  /** Whether waybill.yaml gives that order. */
  readonly isOrdered: boolean;
}

/** What was read. */
export interface RepositoryReading {
  readonly origin: FleetOrigin;
  readonly problems: readonly FleetProblem[];
  readonly services: readonly ServiceNow[];
  /** The repository's URL; undefined without a remote. */
  readonly url: string | undefined;
  /** Commits that changed locks, newest first, as far back as was asked. */
  readonly commits: readonly ChangingCommit[];
}

/** What is read, and how far back. */
export interface RepositoryRequest {
  readonly tree: FileTree;
  /** The tree's root on disk. */
  readonly root: string;
  /** Tree path to look below. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Commits to look back at; a lock without a change among them is looked for in all of them. */
  readonly commits: number;
  /** Only services with a lock that has, or had, this text; undefined: all. */
  readonly needle?: string | undefined;
}

/** So many commits are looked at for locks that changed long ago. */
const mostCommits = 200_000;

/** So many files are named to git one by one. */
const mostNamed = 50;

function problemOf(origin: string, error: unknown): FleetProblem[] {
  if (!(error instanceof Failure)) throw error;
  return error.diagnostics.map(({ message, location }) => ({
    origin,
    message,
    ...(location ? { file: location.file } : {}),
    ...(location?.line === undefined ? {} : { line: location.line }),
  }));
}

/** The ends of a path, from the shortest: `web`, `shop/web`, `apps/shop/web`. */
function endsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_part, index) => parts.slice(-index - 1).join('/'));
}

/** `a/web` and `b/web` are not one service: as much of the path as tells them apart. */
function uniqueNames(directories: readonly string[], top: string): ReadonlyMap<string, string> {
  const ends = new Map(directories.map((directory) => [directory, endsOf(directory || top)]));
  const counts = new Map<string, number>();
  for (const end of [...ends.values()].flat()) counts.set(end, (counts.get(end) ?? 0) + 1);
  return new Map(
    [...ends].map(([directory, each]) => [
      directory,
      each.find((end) => counts.get(end) === 1) ?? each.at(-1) ?? directory,
    ]),
  );
}

function reportedName(application: Application, environment: string): string {
  try {
    const name = slug(baseName(application.directory) || 'application');
    return resolveReportedName(application, environment, { app: { name, instance: name }, values: {} });
  } catch (error) {
    // Templates that need what only Argo CD knows.
    if (error instanceof Failure) return environment;
    throw error;
  }
}

class Reader {
  readonly problems: FleetProblem[] = [];
  readonly #request: RepositoryRequest;
  readonly #origin: string;
  readonly #changed: ReadonlySet<string>;

  constructor(request: RepositoryRequest, origin: string, changed: ReadonlySet<string>) {
    this.#request = request;
    this.#origin = origin;
    this.#changed = changed;
  }

  #application(directory: string): Application | undefined {
    try {
      return loadApplication(this.#request.tree, directory);
    } catch (error) {
      this.problems.push(...problemOf(this.#origin, error));
      return undefined;
    }
  }

  #lock(directory: string, environment: string, service: string): LockNow {
    const file = lockPath(directory, environment);
    const isUncommitted = this.#changed.has(file);
    try {
      return { file, isUncommitted, lock: parseLock(this.#request.tree.readText(file), file), problem: undefined };
    } catch (error) {
      const found = problemOf(this.#origin, error);
      this.problems.push(...found.map((one) => Object.assign(one, { service, environment })));
      return { file, isUncommitted, lock: undefined, problem: found[0]?.message ?? 'it cannot be read' };
    }
  }

  service(directory: string, name: string): ServiceNow {
    const { tree } = this.#request;
    const application = this.#application(directory);
    const locked = lockedEnvironments(tree, directory);
    const declared = application ? environmentsOf(application) : [];
    const names = [...declared, ...locked.filter((one) => !declared.includes(one))];
    return {
      name,
      directory,
      isOrdered: (application?.environments.length ?? 0) > 1,
      environments: names.map((environment) => ({
        name: environment,
        reportedAs:
          application === undefined || application.file === undefined
            ? environment
            : reportedName(application, environment),
        lock: locked.includes(environment) ? this.#lock(directory, environment, name) : undefined,
      })),
    };
  }
}

/** The text of a lock; '' for one that cannot be read. */
function lockTextOf(tree: FileTree, file: string): string {
  try {
    return tree.readText(file);
  } catch (error) {
    if (error instanceof Failure) return '';
    throw error;
  }
}

/** Whether a path may be a lock's. */
function isLock(path: string): boolean {
  return /(?:^|\/)locks\/[^/]+\.yaml$/u.test(path);
}

function below(directory: string): readonly string[] {
  return directory === '' ? [] : [directory];
}

function directoryOf(lock: string): string {
  return lock.replace(/(?:^|\/)locks\/[^/]+$/u, '');
}

/** What a search over the history came to. */
interface Searched {
  readonly commits: readonly ChangingCommit[];
  readonly changed: ReadonlySet<string>;
  readonly having: ReadonlySet<string>;
  readonly isComplete: boolean;
}

/**
 * Directories with a lock that has the text, or had it. Every lock that git knows is among the commits, so that only
 * those that differ from HEAD, that git does not know, or of which the clone lacks an object are read from disk.
 */
function directoriesWith(
  tree: FileTree,
  directories: readonly string[],
  needle: string,
  { commits, changed, having, isComplete }: Searched,
): string[] {
  const found = new Set<string>();
  const known = new Set<string>();
  for (const [file, blob] of commits.flatMap(({ files }) => [...files])) {
    known.add(directoryOf(file));
    if (having.has(blob ?? '')) found.add(directoryOf(file));
  }
  const differs = new Set([...changed].map(directoryOf));
  const isOnDisk = (directory: string): boolean =>
    lockedEnvironments(tree, directory)
      .map((environment) => lockPath(directory, environment))
      .some((file) => lockTextOf(tree, file).includes(needle));
  return directories.filter(
    (one) => found.has(one) || ((!isComplete || !known.has(one) || differs.has(one)) && isOnDisk(one)),
  );
}

function lockFiles(services: readonly ServiceNow[]): string[] {
  return services.flatMap(({ environments }) => environments.flatMap(({ lock }) => lock?.file ?? []));
}

/** The commits that changed the locks: the recent ones, and those of locks that changed before them only. */
async function history(
  { root, env, directory }: RepositoryRequest,
  recent: readonly ChangingCommit[],
  services: readonly ServiceNow[],
): Promise<readonly ChangingCommit[]> {
  const seen = new Set(recent.flatMap(({ files }) => [...files.keys()]));
  const missing = lockFiles(services).filter((file) => !seen.has(file));
  if (missing.length === 0) return recent;
  // Git is slow with many names: it looks at everything then.
  const paths = missing.length <= mostNamed ? missing : below(directory);
  const known = new Set(recent.map(({ commit }) => commit));
  const older = await changingCommits({ folder: root, env }, { wanted: isLock, paths, most: mostCommits });
  return [...recent, ...older.filter(({ commit }) => !known.has(commit))];
}

/** The commits that changed one of the locks. */
function ofServices(commits: readonly ChangingCommit[], services: readonly ServiceNow[]): ChangingCommit[] {
  const files = new Set(lockFiles(services));
  return commits.filter((one) => [...one.files.keys()].some((file) => files.has(file)));
}

/** Reads the repository, as it is on disk. @throws Failure for a directory that does not exist */
export async function readRepository(request: RepositoryRequest): Promise<RepositoryReading> {
  const { tree, root, directory, env, needle, commits } = request;
  const at = { folder: root, env };
  const search = needle === undefined ? undefined : new BlobSearch(at, needle);
  const selection = search
    ? { onFiles: (files: ChangingCommit['files']) => search.add(files.values()) }
    : { most: commits };
  // git works while the folders are looked through here.
  const [facts, recent, { applications: all, leftOut }] = await Promise.all([
    repositoryFacts(at),
    changingCommits(at, { wanted: isLock, paths: below(directory), ...selection }),
    findApplicationsMeanwhile(tree, directory),
  ]).finally(() => search?.noMore());
  const searched = await search?.result();
  const url = facts?.origin === undefined ? undefined : withoutCredentials(facts.origin);
  const name = (url === undefined ? undefined : parseRepository(url)?.webURL) ?? root;
  const changed = facts?.changed ?? new Set<string>();
  const reader = new Reader(request, name, changed);
  const names = uniqueNames(all, slug(baseName(root)));
  const applications =
    needle === undefined || !searched
      ? all
      : directoriesWith(tree, all, needle, { ...searched, commits: recent, changed });
  const services = applications.map((one) => reader.service(one, names.get(one) ?? one));
  const reasons = [
    ...(facts === undefined ? ['there is no git repository, so it is unknown since when'] : []),
    ...(facts?.isShallow ? ['the clone is shallow: older deployments are not known'] : []),
  ];
  return {
    url,
    services,
    commits: needle === undefined ? await history(request, recent, services) : ofServices(recent, services),
    problems: [
      ...reader.problems,
      ...leftOut.map((one) => ({ origin: name, message: one.reason, file: one.directory })),
    ],
    origin: {
      kind: 'repository',
      name,
      read: true,
      ...(reasons.length > 0 ? { reason: reasons.join('; ') } : {}),
      ...(facts?.head === undefined ? {} : { revision: facts.head }),
      ...(facts && facts.changed.size > 0 ? { uncommitted: true } : {}),
    },
  };
}
