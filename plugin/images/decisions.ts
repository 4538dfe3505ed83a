/**
 * Who says which image to run, in the order in which they are asked: an explicit override, then the environment's
 * lock. The first decision for an image wins; without one the manifest stays as written.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import type { ImageLock, ImageSource, LockedImage } from '../lock/lock.ts';
import type { Cause } from '../provenance/change.ts';
import { asAlias, type ImageOverride } from '../references/override.ts';
import { nameKey } from '../references/reference.ts';

/** What to run in place of one image. */
export interface ImageDecision {
  readonly newName?: string | undefined;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
  /** Where the code came from, when it is known. */
  readonly source?: ImageSource | undefined;
  readonly cause: Cause;
  /** Where to look when something is wrong with the source. */
  readonly location?: Location | undefined;
}

/** Answers by the key of the image's name ({@link nameKey}). */
export type ImageDecisions = ReadonlyMap<string, ImageDecision>;

/** The images that the manifests name: key of the name to the name as first written. */
export type FoundNames = ReadonlyMap<string, string>;

/** Thrown when an override, a lock entry or an entry of `images` matches no image of the manifests. */
export function imageUnmatched(what: string, name: string, found: FoundNames, location: Location | undefined): Error {
  return failure('image-unmatched', `${what} matches no image of the manifests`, {
    location,
    help: notFoundHelp('Images in the manifests', name, [...found.values()]),
  });
}

/**
 * The overrides by the image they are for. `alias=name:tag` is an alias when `alias` is no image and `name` is one.
 * Of overrides from several places (their labels) the first for an image wins.
 * @throws Failure `image-unmatched`; `image-override` when two of one place disagree
 */
export function overrideDecisions(overrides: readonly ImageOverride[], found: FoundNames): ImageDecisions {
  const decisions = new Map<string, ImageDecision & { text: string }>();
  attemptAll(overrides, (given) => {
    const alias = asAlias(given);
    const override = alias && !found.has(nameKey(given.name)) && found.has(nameKey(alias.name)) ? alias : given;
    const key = nameKey(override.name);
    const { newName, tag, digest, label, text, location } = override;
    if (!found.has(key)) throw imageUnmatched(`${label} ${JSON.stringify(text)}`, override.name, found, location);
    const before = decisions.get(key);
    // A source that is asked earlier wins: the command line before the parameter, the parameter before plugin env.
    if (before && before.cause.label !== label) return;
    if (before && (before.newName !== newName || before.tag !== tag || before.digest !== digest)) {
      throw failure('image-override', `${label} ${JSON.stringify(text)} and ${JSON.stringify(before.text)} disagree`, {
        location,
        help: ['Both are for the same image. Give one of them.'],
      });
    }
    decisions.set(key, {
      newName,
      tag,
      digest,
      text,
      location,
      cause: { kind: 'override', label, ...(location ? { location } : {}) },
    });
  });
  return decisions;
}

function lockAnswer(lock: ImageLock, entry: LockedImage): ImageDecision {
  const { newName, tag, digest, source } = entry;
  const field = digest === undefined ? (tag === undefined ? 'newName' : 'tag') : 'digest';
  return {
    newName,
    tag,
    digest,
    source,
    cause: { kind: 'lock', label: lock.file, location: entry.locate(field) },
    location: entry.locate('source'),
  };
}

/**
 * The lock's entries by the image they are for.
 * @throws Failure `image-unmatched`
 */
export function lockDecisions(lock: ImageLock | undefined, found: FoundNames): ImageDecisions {
  if (!lock) return new Map();
  return new Map(
    attemptAll(lock.images, (entry): [string, ImageDecision] => {
      const key = nameKey(entry.name);
      if (!found.has(key)) {
        throw imageUnmatched(`the lock's image ${JSON.stringify(entry.name)}`, entry.name, found, entry.locate('name'));
      }
      return [key, lockAnswer(lock, entry)];
    }),
  );
}
