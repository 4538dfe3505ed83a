/**
 * What {@link lineOf} takes, out of what was read: the changes of each lock, and the reports of events and notes.
 */
import type { LockedImage } from '../../lock/lock.ts';
import type { Fleet, FleetHistoryEntry } from '../../schemas/fleet.generated.ts';
import { entryOf, sameEntry } from '../../updates/lock-history.ts';
import { imagesOf, referenceOf, repositoryPage, type Version } from '../versions.ts';
import type { Change, StateReport } from './metrics.ts';

/** `This reverts commit <hash>.`, as git writes it; Argo CD's trailer has the body as JSON. */
const revertOf = /This reverts commit ([0-9a-f]{40})/u;

/** The source commit that another one takes back; '' where it only says that it does, undefined where it does not. */
export function revertedBy(subject: string | undefined, body: string): string | undefined {
  const named = revertOf.exec(body)?.[1];
  return named ?? (subject !== undefined && /^Revert\b/u.test(subject) ? '' : undefined);
}

function keyOf({ name, newName, tag, digest, source }: LockedImage): string {
  return [name, newName, tag, digest, source?.commit].join('\0');
}

/**
 * The changes of one lock, oldest first. A change that brings several images is one.
 * @param versions newest first
 */
export function changesOf(versions: readonly Version[], texts: ReadonlyMap<string, string>, file: string): Change[] {
  const changes: Change[] = [];
  const ran = new Set<string>();
  let before: readonly LockedImage[] = [];
  for (const { change, blob } of versions.toReversed()) {
    const images = imagesOf(blob === undefined ? undefined : texts.get(blob), file);
    const differing = images.filter((image) => !sameEntry(entryOf(before, image.name), image));
    // What the first commit brings ran before anybody counted, or never did: it is no deployment that can be compared.
    const [first] = differing;
    if (first && before.length > 0) {
      const image = differing.find(({ source }) => source !== undefined) ?? first;
      const reference = referenceOf(change);
      const isAbout = reference?.commit === image.source?.commit;
      changes.push({
        at: change.at,
        change: change.commit,
        commit: image.source?.commit,
        repository: image.source && repositoryPage(image.source),
        subject: isAbout ? reference?.subject : change.subject,
        committedAt: isAbout && reference?.committedAt !== undefined ? Date.parse(reference.committedAt) : undefined,
        isRollback: differing.every((one) => ran.has(keyOf(one))),
        reverts: isAbout ? revertedBy(reference?.subject, change.body) : undefined,
      });
    }
    for (const image of images) ran.add(keyOf(image));
    before = images;
  }
  return changes;
}

function reportOf({ at, what, commit }: FleetHistoryEntry): StateReport[] {
  const isState = what !== 'locked' && what !== 'requested' && what !== 'tested';
  return isState && commit !== undefined ? [{ at: Date.parse(at), commit, state: what }] : [];
}

/** The reports of a cell, by events and by notes of the notifications controller. */
export function reportsOf({ services }: Pick<Fleet, 'services'>, service: string, environment: string): StateReport[] {
  const cell = services.find(({ name }) => name === service)?.cells.find((one) => one.environment === environment);
  return (cell?.history ?? []).flatMap(reportOf);
}
