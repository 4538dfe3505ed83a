/**
 * Whether the image that was asked for is what comes out of a render.
 */
import { failure } from '../diagnostics/failure.ts';
import type { Location } from '../diagnostics/diagnostic.ts';
import { formatReference, splitReference } from '../references/reference.ts';
import { type Rendered, referencesTo } from './rendered.ts';
import type { ImageRequest } from './request.ts';

/** What was done, and what came of it. */
export interface Arrival {
  readonly image: ImageRequest;
  /** The names that the image may have in what comes out. */
  readonly names: readonly string[];
  /** `kustomize build` or `helm template`. */
  readonly program: string;
  readonly before: Rendered;
  readonly after: Rendered;
  readonly isChanged: boolean;
  /** Whether every use of the image has to be the new one. */
  readonly all: boolean;
  readonly location: Location;
  readonly note: (line: string) => void;
}

function isIt(text: string, { tag, digest }: ImageRequest): boolean {
  const found = splitReference(text);
  return (tag === undefined || found.tag === tag) && (digest === undefined || found.digest === digest);
}

function wantedText({ name, newName, tag, digest }: ImageRequest): string {
  return formatReference({
    written: newName ?? name,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  });
}

/** @throws Failure `image-not-rendered` when another image comes out than was asked for, or the change changes nothing */
export function checkArrived(arrival: Arrival): void {
  const { image, names, program, before, after, isChanged, all, location, note } = arrival;
  const refuse = (message: string, help: readonly string[]): Error =>
    failure('image-not-rendered', message, { location, help });
  if ('why' in before) {
    note(`${image.name}: not held against ${program}, which fails without the change, too: ${before.why}`);
    return;
  }
  if ('why' in after) throw refuse(`${program} fails after the change: ${after.why}`, ['Nothing was written.']);
  const found = referencesTo(after.texts, image.newName === undefined ? names : [image.newName]);
  const versioned = found.filter(
    (text) => splitReference(text).tag !== undefined || splitReference(text).digest !== undefined,
  );
  const others = versioned.filter((text) => !isIt(text, image));
  if (others.length > 0 && (all || others.length === versioned.length)) {
    throw refuse(`${program} still gives ${others.join(', ')} after the change, not ${wantedText(image)}`, [
      'Something behind the place that was changed decides which image runs. Nothing was written.',
    ]);
  }
  if (others.length > 0) note(`${image.name}: ${program} also gives ${others.join(', ')}`);
  if (versioned.length > others.length || found.length > 0) return;
  const isSame = JSON.stringify(before.texts) === JSON.stringify(after.texts);
  if (!isChanged || !isSame) return;
  throw refuse(`${program} gives the same with and without the change: nothing reads ${wantedText(image)} there`, [
    'Name the right place (--file, --values-path); or give --new when it is read elsewhere. Nothing was written.',
  ]);
}
