/**
 * One run of a strategy, and what its outcome is made of.
 */
import type { DeclaredImage, Strategy } from '../config/environment.ts';
import type { ImageSource } from '../lock/lock.ts';
import type { ImageFacts } from '../registries/registry.ts';
import type { CurrentImage, RankingContext } from './ranking.ts';
import { sourceOf, wantsSource } from './source.ts';

/** What the lock says about the image. */
export interface LockedChoice extends CurrentImage {
  /** The image runs from here: this repository is asked. */
  readonly newName?: string | undefined;
  readonly source?: ImageSource | undefined;
}

/** How a strategy is run. */
export interface ChooseOptions {
  /** Whether what is chosen may be older than what the lock has. @default false */
  readonly allowDowngrade?: boolean;
  /** Asks about tags anew that the disk cache knows, for repositories whose tags move. @default false */
  readonly refresh?: boolean;
}

/** What to run. */
export interface Choice {
  readonly tag: string;
  readonly digest: string;
  /** Absent when nothing names a full source commit, or the image has no source repository. */
  readonly source?: ImageSource;
  /** Why this tag, in a sentence without a full stop. */
  readonly why: string;
}

/** One run of a strategy. */
export interface Run {
  readonly strategy: Strategy;
  readonly image: DeclaredImage;
  readonly place: RankingContext;
  readonly locked: LockedChoice | undefined;
  readonly options: ChooseOptions;
}

/** Whether the labels of an image must be read: somebody asks for its source, and the lock does not know. */
export function needsFacts({ strategy, image, locked }: Run, known: boolean): boolean {
  if (known) return locked?.source === undefined && wantsSource(image, undefined);
  return strategy.platforms.length > 0 || wantsSource(image, locked?.source?.repository);
}

/** The outcome for one tag, digest and facts known. */
export function choice(run: Run, tag: string, digest: string, facts: ImageFacts | undefined, why: string): Choice {
  const { image, locked, place } = run;
  const kept = locked?.digest === digest && locked.source ? locked.source : undefined;
  const reference = `${place.repository}:${tag}`;
  const source = kept ?? (facts && sourceOf(image, locked?.source?.repository, reference, tag, facts));
  return { tag, digest, ...(source === undefined ? {} : { source }), why };
}
