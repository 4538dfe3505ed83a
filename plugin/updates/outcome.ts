/**
 * What became of one image of a request.
 */
import type { ImageSource } from '../lock/lock.ts';
import { formatReference } from '../references/reference.ts';

/** What an environment runs, or a file says, about one image. */
export interface ImageState {
  readonly newName?: string | undefined;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
  readonly source?: ImageSource | undefined;
}

/** One image: what it was and what it is now. */
export interface ImageOutcome {
  /** The application directory, where a command changes several. */
  readonly application?: string;
  readonly name: string;
  /** Undefined: it was not in the file. */
  readonly before: ImageState | undefined;
  /** What ran without an entry, by the manifests: for the words of a first entry. */
  readonly stated?: ImageState;
  /** Undefined: it is no longer in the file. */
  readonly after: ImageState | undefined;
  /** `kept-newer`: what runs was built from a newer commit, and stays. `held`: the lock holds the version back. */
  readonly result: 'added' | 'changed' | 'removed' | 'same' | 'kept-newer' | 'held';
  /** Somebody else builds it: no source is expected. */
  readonly thirdParty?: true;
  /** Why this version, where something was chosen. */
  readonly why?: string;
}

/** Whether something is written for it. */
export function isChange({ result }: ImageOutcome): boolean {
  return result !== 'same' && result !== 'kept-newer' && result !== 'held';
}

/** The version in words: `1.4.2`, `1.4.2@sha256:…`, `@sha256:…`; `none` for a state that is not there. */
export function shortVersion(state: ImageState | undefined): string {
  if (state === undefined) return 'none';
  const { newName, tag, digest } = state;
  const text = formatReference({
    written: newName ?? '',
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  });
  return text.replace(/^:/u, '') || 'as written';
}

/** Whether two states run the same image. */
export function sameImage(a: ImageState, b: ImageState): boolean {
  return a.newName === b.newName && a.tag === b.tag && a.digest === b.digest;
}
