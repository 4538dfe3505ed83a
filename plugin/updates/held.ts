/**
 * What an environment must not get, or must keep: the holds of its lock, asked before an image is written there.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import type { LockHold } from '../lock/lock.ts';
import { nameKey } from '../references/reference.ts';
import type { Ancestry } from './ancestry.ts';
import { type ImageState, sameImage, shortVersion } from './outcome.ts';

/** What is asked about. */
export interface HeldRequest {
  readonly holds: readonly LockHold[];
  readonly environment: string;
  readonly name: string;
  /** What the lock runs now. */
  readonly current: ImageState | undefined;
  /** What it is to run. */
  readonly next: ImageState;
  readonly ancestry: Pick<Ancestry, 'isOlder'>;
}

/** What the holds of an image mean for a version. */
interface Verdict {
  /** Those that refuse it. */
  readonly refusing: readonly LockHold[];
  /** Those that are over, since the version has a newer source commit. */
  readonly over: readonly LockHold[];
}

/** The version that a hold is about, as people write it. */
export function heldVersion({ tag, digest, commit }: Pick<LockHold, 'tag' | 'digest' | 'commit'>): string {
  if (tag === undefined && digest === undefined)
    return commit === undefined ? 'what runs' : `commit ${commit.slice(0, 12)}`;
  return shortVersion({ tag, digest });
}

/** Whether a hold is about this version: the same digest, the same source commit, or, where those do not tell, the same tag. */
export function isAbout(
  hold: Pick<LockHold, 'tag' | 'digest' | 'commit'>,
  { tag, digest, source }: ImageState,
): boolean {
  if (hold.digest !== undefined && digest !== undefined) return hold.digest === digest;
  if (hold.commit !== undefined && source !== undefined && hold.commit === source.commit) return true;
  return hold.tag !== undefined && hold.tag === tag;
}

/** The holds of one image. */
export function holdsOf(holds: readonly LockHold[], name: string): LockHold[] {
  return holds.filter(({ image }) => nameKey(image) === nameKey(name));
}

/** See {@link Verdict}. Source commits may be asked for at their repository. */
export async function judgeHolds({ holds, name, current, next, ancestry }: HeldRequest): Promise<Verdict> {
  const [refusing, over]: [LockHold[], LockHold[]] = [[], []];
  if (current && sameImage(current, next)) return { refusing, over };
  for (const hold of holdsOf(holds, name)) {
    if (hold.stays || isAbout(hold, next)) refusing.push(hold);
    else if (hold.commit !== undefined && next.source) {
      if (await ancestry.isOlder(next.source.repository, hold.commit, next.source.commit)) over.push(hold);
    }
  }
  return { refusing, over };
}

/** `image-held`, at the hold. */
function refusal(hold: LockHold, { environment, name, next }: HeldRequest): Diagnostic {
  const what = hold.stays
    ? `${name} stays as it is in ${environment}`
    : `${name} ${heldVersion(hold)} is held back in ${environment}`;
  const version = hold.stays || hold.tag === undefined ? '' : `:${hold.tag}`;
  return {
    severity: 'error',
    code: 'image-held',
    message: `${what}: ${hold.reason}`,
    location: hold.locate(),
    help: [
      ...(hold.stays
        ? [`${shortVersion(next)} would take its place.`]
        : ['A version of a newer source commit may come.']),
      `Use --allow-held if this is intended, or remove the hold: waybill release ${name}${version} -e ${environment}`,
    ],
  };
}

/**
 * Passes when no hold refuses. Returns the holds that are to go: those that are over, and, where what is held may come,
 * those that are about it.
 * @throws Failure `image-held`, of all at once
 */
export async function passHolds(requests: readonly HeldRequest[], allowHeld: boolean): Promise<LockHold[]> {
  const gone: LockHold[] = [];
  const refused: Diagnostic[] = [];
  for (const request of requests) {
    const { refusing, over } = await judgeHolds(request);
    gone.push(...over);
    if (allowHeld) gone.push(...refusing.filter(({ stays }) => !stays));
    else refused.push(...refusing.map((hold) => refusal(hold, request)));
  }
  if (refused.length > 0) throw new Failure(refused);
  return gone;
}
