/**
 * `waybill hold` and `waybill release` as functions: a note in a lock that a version of an image must not come, or that
 * what runs must stay; and taking it away.
 */
import { createHash } from 'node:crypto';
import { withEnvironment } from '../applications/environments.ts';
import { tellLeftOut } from '../applications/left-out.ts';
import { isWide, type Scope } from '../applications/scope.ts';
import { applicationsOf, lockedApplications, refuseInside } from '../applications/select.ts';
import { checkEnvironment } from '../config/choose.ts';
import { loadApplication } from '../config/load.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
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
import { checkKnown, isKnown, knownImages, unknown } from './known-images.ts';
import { entryOf } from './lock-history.ts';

/** An image, with or without a version. */
interface Held {
  readonly image: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** What is to be held or released. */
export interface HoldRequest extends Scope {
  readonly environment: string;
  /** `NAME`, `NAME:TAG`, `NAME@DIGEST`. */
  readonly image: string;
  readonly reason: string;
}

/** What came of it in one application. */
export interface HoldResult {
  /** The application directory, where a command changes several. */
  readonly application?: string;
  readonly is: 'held' | 'released' | 'same';
  readonly holds: readonly NewHold[];
  /** The version that must not come runs now. */
  readonly runs: boolean;
}

/** One application: its lock as it is to be, unless nothing changes, and what that means. */
interface Part {
  readonly directory: string;
  readonly file: string;
  readonly text: string | undefined;
  readonly result: HoldResult;
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

function messageOf(verb: 'Hold' | 'Release', environment: string, parts: readonly Part[], wide: boolean): string {
  const lines = parts.flatMap(({ directory, result }) =>
    result.holds.map((hold) => {
      const line = `${hold.image}: ${heldVersion(hold)}: ${oneLine(hold.reason)}`;
      return wide ? `${directory || '.'}: ${line}` : line;
    }),
  );
  const [first] = parts;
  const application = wide || !first || first.directory === '' ? [] : [`Application: ${first.directory}`];
  const where = [`Environment: ${environment}`, ...application];
  const subject = `${verb} ${serviceName(first?.result.holds[0]?.image ?? '')} in ${environment}`;
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

/** Delivers the parts as one commit. */
async function deliverParts(
  verb: 'Hold' | 'Release',
  request: Omit<HoldRequest, 'reason'>,
  delivery: Delivery,
  partsOf: (tree: FileTree, directory: string) => readonly Part[],
): Promise<Delivered<readonly HoldResult[]>> {
  const { environment, image } = request;
  const wide = isWide(request);
  return await deliver(delivery, async ({ tree, directory }) => {
    const parts = partsOf(tree, directory);
    const changed = parts.flatMap(({ file, text }): [string, string][] => (text === undefined ? [] : [[file, text]]));
    return {
      files: new Map(changed),
      targets: parts.map(({ file }) => file),
      message: async () =>
        messageOf(
          verb,
          environment,
          parts.filter(({ text }) => text !== undefined),
          wide,
        ),
      branch: branchOf(verb.toLowerCase(), environment, directory, image),
      result: parts.map((part) => (wide ? Object.assign({ application: part.directory }, part.result) : part.result)),
    };
  });
}

function holdIn(tree: FileTree, directory: string, held: Held, { environment, reason }: HoldRequest): Part {
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
      one.tag === added.tag && one.digest === added.digest && one.stays === added.stays && one.reason === added.reason,
  );
  return {
    directory,
    file,
    text: before ? undefined : editHolds(text, file, environment, { added: [added] }),
    result: { is: before ? 'same' : 'held', holds: [added], runs },
  };
}

/**
 * Writes a hold into the lock, or, with a scope, into the lock of each application that names the image.
 * @throws Failure `image-override`, `image-unmatched`, `environment-…`, and as deliver
 */
export async function hold(request: HoldRequest, delivery: Delivery): Promise<Delivered<readonly HoldResult[]>> {
  const held = heldOf(request.image);
  const tell = tellLeftOut(delivery.note);
  return await deliverParts('Hold', request, delivery, (tree, directory) => {
    if (!isWide(request)) refuseInside(tree, directory);
    if (!isWide(request)) return [holdIn(tree, directory, held, request)];
    const found = applicationsOf(tree, directory, request);
    const wanted = request.all
      ? withEnvironment(tree, found.applications, request.environment)
      : { applications: found.applications, leftOut: [] };
    tell([...found.leftOut, ...wanted.leftOut]);
    const known = attemptAll(wanted.applications, (one) => ({ directory: one, known: knownImages(tree, one) }));
    const naming = known.filter((one) => isKnown(tree, one.directory, held.image, one.known));
    if (naming.length === 0) {
      const all = known.map((one) => one.known);
      throw unknown(`no application here names the image ${held.image}`, held.image, all);
    }
    return attemptAll(naming, (one) => holdIn(tree, one.directory, held, request));
  });
}

function releaseIn(tree: FileTree, directory: string, held: Held, environment: string): Part & { there: string[] } {
  const { file, text, holds } = read(tree, directory, environment);
  const isVersion = held.tag !== undefined || held.digest !== undefined;
  const gone = holdsOf(holds, held.image).filter((one) => !isVersion || (!one.stays && isAbout(one, { ...held })));
  return {
    directory,
    file,
    text: gone.length === 0 ? undefined : editHolds(text, file, environment, { gone }),
    result: { is: 'released', holds: gone, runs: false },
    there: holds.map((one) => `${one.image}${one.stays ? '' : `:${heldVersion(one)}`}`),
  };
}

/**
 * Takes holds away: those of the version, or all of the image; with a scope, in each application that has them.
 * @throws Failure `hold-unknown`, and as deliver
 */
export async function release(
  request: Omit<HoldRequest, 'reason'>,
  delivery: Delivery,
): Promise<Delivered<readonly HoldResult[]>> {
  const { environment, image } = request;
  const held = heldOf(image);
  const tell = tellLeftOut(delivery.note);
  return await deliverParts('Release', request, delivery, (tree, directory) => {
    const named = applicationsOf(tree, directory, request);
    const found = request.all ? lockedApplications(tree, [directory], [environment]) : named;
    tell([...found.leftOut]);
    const parts = attemptAll(found.applications, (one) => releaseIn(tree, one, held, environment));
    const gone = parts.filter(({ text }) => text !== undefined);
    if (gone.length > 0) return gone;
    const what = isWide(request) ? `no lock of ${environment} here` : `the lock of ${environment}`;
    throw failure('hold-unknown', `${what} holds ${isWide(request) ? 'anything' : 'nothing'} of ${image}`, {
      ...(parts[0] ? { location: { file: isWide(request) ? directory || '.' : parts[0].file } } : {}),
      help: notFoundHelp('Holds', image, [...new Set(parts.flatMap(({ there }) => there))]),
    });
  });
}
