/**
 * `waybill hold` and `waybill release` as functions: a note in a lock that a version of an image must not come, or that
 * what runs must stay; and taking it away.
 */
import { createHash } from 'node:crypto';
import { checkEnvironment } from '../config/choose.ts';
import { loadApplication } from '../config/load.ts';
import { failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import type { FileTree } from '../files/tree.ts';
import type { LockHold } from '../lock/lock.ts';
import { lockPath } from '../lock/locks.ts';
import { readLock } from '../lock/read.ts';
import { isDigest, isTag, splitReference } from '../references/reference.ts';
import { deliver } from './deliver.ts';
import { heldVersion, holdsOf, isAbout } from './held.ts';
import { editHolds, type NewHold } from './hold-edit.ts';
import type { Delivered, Delivery } from './intent.ts';
import { checkKnown, knownImages } from './known-images.ts';
import { entryOf } from './lock-history.ts';

/** An image, with or without a version. */
interface Held {
  readonly image: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** What is to be held or released. */
export interface HoldRequest {
  readonly environment: string;
  /** `NAME`, `NAME:TAG`, `NAME@DIGEST`. */
  readonly image: string;
  readonly reason: string;
}

/** What came of it. */
export interface HoldResult {
  readonly is: 'held' | 'released' | 'same';
  readonly holds: readonly NewHold[];
  /** The version that must not come runs now. */
  readonly runs: boolean;
}

function heldOf(text: string): Held {
  const { name, tag, digest } = splitReference(text);
  if (name === '' || (tag !== undefined && !isTag(tag)) || (digest !== undefined && !isDigest(digest))) {
    throw failure('image-override', `${JSON.stringify(text)} is no image`, {
      help: ['Write NAME:TAG or NAME@DIGEST for a version that must not come, NAME for what runs and must stay.'],
    });
  }
  return { image: name, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}

function serviceName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function messageOf(
  verb: 'Hold' | 'Release',
  environment: string,
  directory: string,
  holds: readonly NewHold[],
): string {
  const lines = holds.map((hold) => `${hold.image}: ${heldVersion(hold)}: ${oneLine(hold.reason)}`);
  const where = [`Environment: ${environment}`, ...(directory === '' ? [] : [`Application: ${directory}`])];
  const subject = `${verb} ${serviceName(holds[0]?.image ?? '')} in ${environment}`;
  return `${[subject, lines.join('\n'), where.join('\n'), `Waybill-Environment: ${environment}`].join('\n\n')}\n`;
}

function branchOf(verb: string, environment: string, directory: string, image: string): string {
  const hash = createHash('sha256').update([verb, directory, image].join('\n')).digest('hex').slice(0, 8);
  return `waybill/${environment}/${verb}-${hash}`;
}

interface Read {
  readonly file: string;
  readonly text: string | undefined;
  readonly holds: readonly LockHold[];
}

function read(tree: FileTree, directory: string, environment: string): Read {
  checkEnvironment(loadApplication(tree, directory), environment);
  const file = lockPath(directory, environment);
  if (tree.kind(file) !== 'file') return { file, text: undefined, holds: [] };
  return { file, text: tree.readText(file), holds: readLock(tree, file).holds };
}

/**
 * Writes a hold into the lock.
 * @throws Failure `image-override`, `image-unmatched`, `environment-…`, and as deliver
 */
export async function hold(request: HoldRequest, delivery: Delivery): Promise<Delivered<HoldResult>> {
  const { environment, reason } = request;
  const held = heldOf(request.image);
  return await deliver(delivery, async ({ tree, directory }) => {
    const { file, text, holds } = read(tree, directory, environment);
    checkKnown(tree, directory, held.image, knownImages(tree, directory));
    const entry = text === undefined ? undefined : entryOf(readLock(tree, file).images, held.image);
    const isVersion = held.tag !== undefined || held.digest !== undefined;
    const runs = isVersion && entry !== undefined && isAbout(held, entry);
    const added: NewHold = {
      ...held,
      image: entry?.name ?? held.image,
      ...(isVersion ? {} : { stays: true as const }),
      // The source commit is the better name: the same code under another tag is held, too.
      ...(runs && entry?.source ? { commit: entry.source.commit } : {}),
      reason: oneLine(reason),
    };
    const before = holdsOf(holds, held.image).find(
      (one) =>
        one.tag === added.tag &&
        one.digest === added.digest &&
        one.stays === added.stays &&
        one.reason === added.reason,
    );
    const result: HoldResult = { is: before ? 'same' : 'held', holds: [added], runs };
    return {
      files: before
        ? new Map<string, string>()
        : new Map([[file, editHolds(text, file, environment, { added: [added] })]]),
      targets: [file],
      message: async () => messageOf('Hold', environment, directory, [added]),
      branch: branchOf('hold', environment, directory, request.image),
      result,
    };
  });
}

/**
 * Takes holds away: those of the version, or all of the image.
 * @throws Failure `hold-unknown`, and as deliver
 */
export async function release(
  request: Omit<HoldRequest, 'reason'>,
  delivery: Delivery,
): Promise<Delivered<HoldResult>> {
  const { environment } = request;
  const held = heldOf(request.image);
  return await deliver(delivery, async ({ tree, directory }) => {
    const { file, text, holds } = read(tree, directory, environment);
    const isVersion = held.tag !== undefined || held.digest !== undefined;
    const gone = holdsOf(holds, held.image).filter((one) => !isVersion || (!one.stays && isAbout(one, { ...held })));
    if (gone.length === 0) {
      const there = holds.map((one) => `${one.image}${one.stays ? '' : `:${heldVersion(one)}`}`);
      throw failure('hold-unknown', `the lock of ${environment} holds nothing of ${request.image}`, {
        location: { file },
        help: notFoundHelp('Holds', request.image, there),
      });
    }
    const result: HoldResult = { is: 'released', holds: gone, runs: false };
    return {
      files: new Map([[file, editHolds(text, file, environment, { gone })]]),
      targets: [file],
      message: async () => messageOf('Release', environment, directory, gone),
      branch: branchOf('release', environment, directory, request.image),
      result,
    };
  });
}
