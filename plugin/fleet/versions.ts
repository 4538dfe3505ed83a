/**
 * The locks of a repository through its history: what an environment was to run, since when, and who said so.
 */
import { Failure } from '../diagnostics/failure.ts';
import type { ChangingCommit } from '../git/file-changes.ts';
import type { ImageSource, LockedImage } from '../lock/lock.ts';
import { parseLock } from '../lock/read.ts';
import { linkURL } from '../record/link.ts';
import { commitURL, parseRepository } from '../record/repository.ts';
import type { FleetChange } from '../schemas/fleet.generated.ts';
import { quickImages } from './quick-lock.ts';

/** A lock as one commit left it. */
export interface Version {
  readonly change: ChangingCommit;
  /** Undefined: the commit removed the file. */
  readonly blob: string | undefined;
}

/** By file, newest first. */
export type Versions = ReadonlyMap<string, readonly Version[]>;

/** The versions of each file. */
export function versionsOf(commits: readonly ChangingCommit[]): Versions {
  const found = new Map<string, Version[]>();
  for (const change of commits) {
    for (const [file, blob] of change.files) {
      const versions = found.get(file);
      if (versions) versions.push({ change, blob });
      else found.set(file, [{ change, blob }]);
    }
  }
  return found;
}

/** What Argo CD's trailers in the message of a deployment say about the source commit. */
export interface Reference {
  readonly commit: string;
  readonly subject?: string;
  readonly author?: string;
  readonly committedAt?: string;
}

/** The source commit that a deployment's message describes (`Argocd-reference-commit-*`). */
export function referenceOf({ body }: Pick<ChangingCommit, 'body'>): Reference | undefined {
  if (!body.includes('Argocd-reference-commit-sha: ')) return undefined;
  const value = (name: string): string | undefined =>
    new RegExp(`^Argocd-reference-commit-${name}: (.+)$`, 'mu').exec(body)?.[1]?.trim();
  const [commit, subject, mailbox, date] = [value('sha'), value('subject'), value('author'), value('date')];
  if (commit === undefined) return undefined;
  const author = mailbox?.replace(/ <[^<>]*>$/u, '').replaceAll(/^"|"$/gu, '');
  const at = date === undefined ? Number.NaN : Date.parse(date);
  return {
    commit,
    ...(subject === undefined ? {} : { subject }),
    ...(author === undefined ? {} : { author }),
    ...(Number.isNaN(at) ? {} : { committedAt: timeOf(at) }),
  };
}

/** RFC 3339 with whole seconds, of milliseconds since 1970; a time that no calendar has is its nearest end. */
export function timeOf(milliseconds: number): string {
  const bounded = Math.min(Math.max(milliseconds, 0), Date.UTC(9999, 11, 31));
  return new Date(bounded).toISOString().replace(/\.\d{3}Z$/u, 'Z');
}

/** A change as the fleet has it. `url`: of the deployments repository. */
export function changeOf(change: ChangingCommit, url: string | undefined): FleetChange {
  const { commit, at, author, subject, body } = change;
  const repository = url === undefined ? undefined : parseRepository(url);
  const run = /^Trigger: (\S+)$/mu.exec(body)?.[1];
  const link = run === undefined ? undefined : linkURL(run);
  return {
    commit,
    at: timeOf(at),
    ...(author === '' ? {} : { author }),
    ...(subject === '' ? {} : { subject }),
    ...(repository ? { url: commitURL(repository, commit) } : {}),
    ...(link === undefined ? {} : { run: link }),
  };
}

/** The images of a lock's text; none for one that could not be read then: it ran nowhere. */
export function imagesOf(text: string | undefined, file: string): readonly LockedImage[] {
  if (text === undefined) return [];
  const quick = quickImages(text);
  if (quick) return quick.map((image) => Object.assign(image, { locate: () => ({ file }) }));
  try {
    return parseLock(text, file).images;
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** A source repository as the fleet names it: its page, else as it is written without credentials. */
export function repositoryPage({ repository }: Pick<ImageSource, 'repository'>): string {
  return parseRepository(repository)?.webURL ?? repository.replace(/\/\/[^/@]*@/u, '//');
}
