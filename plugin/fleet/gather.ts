/**
 * Reads every origin that was asked for, and puts together what they say. An origin that fails is missing, and the fleet
 * says so.
 */
import type { FileTree } from '../files/tree.ts';
import { blobTexts } from '../git/file-changes.ts';
import type { Fleet } from '../schemas/fleet.generated.ts';
import { type ApplicationsReading, assemble, type Witnessed } from './assemble.ts';
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
  /** Commits of the repository to look back at. @default 2000 */
  readonly commits?: number;
  /** Whether the fleet is to have histories. @default true */
  readonly withHistory?: boolean;
}

/** Enough for what a table shows; `where` and `metrics` look back as far as they need. */
const usualCommits = 2000;

async function repositoryOf({ repository, env, commits = usualCommits }: GatherRequest) {
  const reading: RepositoryReading | undefined = repository && (await readRepository({ ...repository, env, commits }));
  const versions = versionsOf(reading?.commits ?? []);
  const at = repository && { folder: repository.root, env };
  return {
    repository: reading,
    versions,
    texts: at ? await blobTexts(at, neededBlobs(versions)) : new Map<string, string>(),
  };
}

/** @throws Failure for a directory that does not exist; what is wrong with an origin is in the fleet */
export async function gatherFleet(request: GatherRequest): Promise<Fleet> {
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
  return assemble({ ...repository, applications, witnessed, missing: none, now: request.now, withHistory });
}
