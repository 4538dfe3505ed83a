/**
 * The forms in which people say which image to run from outside the files: `--image`, the plugin parameter
 * `images`, `WAYBILL_IMAGES`. They are those of the tools that people come from.
 *
 * | form | meaning | from |
 * |---|---|---|
 * | `name=newName:tag@digest`, each part optional | run this in place of `name` | kustomize, Argo CD |
 * | `name=:tag`, `name=@digest` | keep the name | |
 * | `alias=name:tag` | `alias` is no image: the same as `name:tag` | Argo CD Image Updater |
 * | `name:tag`, `name@digest`, `name:tag@digest` | keep the name | |
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { isDigest, isTag, parseReference, splitReference } from './reference.ts';

/** One override, taken apart. At least one of newName, tag and digest is given. */
export interface ImageOverride {
  /** As the user typed it, for messages. */
  readonly text: string;
  /** The image in the manifests, without tag and digest. */
  readonly name: string;
  readonly newName?: string;
  readonly tag?: string;
  readonly digest?: string;
  /** Where it was typed: `--image`, `parameter images`, `WAYBILL_IMAGES`. */
  readonly label: string;
  readonly location?: Location;
}

function malformed(text: string, label: string, problem: string, location: Location | undefined): Error {
  return failure('image-override', `${label} ${JSON.stringify(text)}: ${problem}`, {
    location,
    help: ['Write NAME:TAG, NAME@DIGEST, NAME=NEWNAME:TAG or NAME=:TAG, where NAME is an image of the manifests.'],
  });
}

/**
 * Reads one override.
 * @param label where it was typed, for messages and for `explain`
 * @throws Failure `image-override` when it is malformed or says nothing
 */
export function parseOverride(text: string, label: string, location?: Location): ImageOverride {
  const refuse = (problem: string) => malformed(text, label, problem, location);
  const trimmed = text.trim();
  const equals = trimmed.indexOf('=');
  const left = equals < 0 ? undefined : trimmed.slice(0, equals).trim();
  const right = splitReference(trimmed.slice(equals + 1).trim());
  const name = left ?? right.name;
  if (name === '') throw refuse('it names no image');
  const named = splitReference(name);
  if (left !== undefined && (named.tag !== undefined || named.digest !== undefined)) {
    throw refuse(`${JSON.stringify(left)} must be a name without tag and digest`);
  }
  const newName = left === undefined || right.name === '' ? undefined : right.name;
  if (newName !== undefined && !parseReference(newName))
    throw refuse(`${JSON.stringify(newName)} is not an image name`);
  if (right.tag !== undefined && !isTag(right.tag)) throw refuse(`${JSON.stringify(right.tag)} is not a tag`);
  if (right.digest !== undefined && !isDigest(right.digest)) {
    throw refuse(`${JSON.stringify(right.digest)} is not a digest (sha256: and 64 hexadecimal digits)`);
  }
  if (newName === undefined && right.tag === undefined && right.digest === undefined) {
    throw refuse('it gives neither a new name nor a tag nor a digest');
  }
  return {
    text: trimmed,
    name,
    ...(newName === undefined ? {} : { newName }),
    ...(right.tag === undefined ? {} : { tag: right.tag }),
    ...(right.digest === undefined ? {} : { digest: right.digest }),
    label,
    ...(location ? { location } : {}),
  };
}

/**
 * The override as Image Updater means `alias=name:tag`, when it can be that: the word before `=` is a plain one
 * (no registry, no path) and a tag or digest is given. Undefined otherwise.
 */
export function asAlias(override: ImageOverride): ImageOverride | undefined {
  const { newName, tag, digest, name } = override;
  if (newName === undefined || !/^[A-Za-z0-9_-]+$/u.test(name)) return undefined;
  if (tag === undefined && digest === undefined) return undefined;
  const { newName: _, ...rest } = override;
  return { ...rest, name: newName };
}
