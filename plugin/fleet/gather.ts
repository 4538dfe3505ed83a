/**
 * Reads every origin that was asked for. One that fails is missing, and the fleet says so.
 */
import type { FileTree } from '../files/tree.ts';
import { blobTexts } from '../git/file-changes.ts';
import type { ApplicationsReading, Readings, Witnessed } from './assemble.ts';
import { neededBlobs } from './lock-view.ts';
import { readRepository, type RepositoryReading } from './origins/repository.ts';
import { versionsOf } from './versions.ts';

/** What a fleet is gathered from. */
export interface GatherRequest {
  /** The deployments repository on disk; undefined: it is not looked at. */
  readonly repository: { readonly tree: FileTree; readonly root: string; readonly directory: string } | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Each gives one origin. */
  readonly applications: readonly (() => Promise<ApplicationsReading>)[];
  readonly witnesses: readonly (() => Promise<Witnessed>)[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether the fleet is to have histories. @default true */
  readonly withHistory?: boolean;
  /** Only services with a lock that has, or had, this text: with their whole history. */
  readonly needle?: string | undefined;
  /** Whether all of the history is read. @default false */
  readonly wholeHistory?: boolean;
}

/** Enough for what a table shows; `where` and `metrics` look back as far as they need. */
const usualCommits = 2000;

async function repositoryOf(request: GatherRequest) {
  const { repository, env, needle, wholeHistory = false } = request;
  const commits = wholeHistory ? Number.MAX_SAFE_INTEGER : usualCommits;
  const reading: RepositoryReading | undefined =
    repository && (await readRepository({ ...repository, env, commits, needle }));
  const versions = versionsOf(reading?.commits ?? []);
  const at = repository && { folder: repository.root, env };
  return {
    repository: reading,
    versions,
    texts: at
      ? await blobTexts(
          at,
          neededBlobs(versions, needle === undefined && !wholeHistory ? undefined : Number.POSITIVE_INFINITY),
        )
      : new Map<string, string>(),
  };
}

/** @throws Failure for a directory that does not exist; what is wrong with an origin is in the fleet */
export async function readOrigins(request: GatherRequest): Promise<Readings> {
  const { withHistory = true } = request;
  const [repository, applications, witnessed] = await Promise.all([
    repositoryOf(request),
    Promise.all(request.applications.map(async (read) => await read())),
    Promise.all(request.witnesses.map(async (read) => await read())),
  ]);
  const none =
    applications.length > 0
      ? []
      : [
          {
            kind: 'applications' as const,
            name: 'Argo CD',
            read: false,
            reason: 'give --applications FILE, --kube or --argocd URL to see what runs',
          },
        ];
  return { ...repository, applications, witnessed, missing: none, now: request.now, withHistory };
}
