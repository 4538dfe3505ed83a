/**
 * The lock of one cell, now and through its history, as the fleet shows it.
 */
import type { LockedImage } from '../lock/lock.ts';
import { linkURL } from '../record/link.ts';
import { commitURL, parseRepository, type Repository, pullRequestURL } from '../record/repository.ts';
import { formatReference } from '../references/reference.ts';
import type { FleetCommit, FleetHistoryEntry, FleetImage, FleetLock } from '../schemas/fleet.generated.ts';
import { entryOf, sameEntry } from '../updates/lock-history.ts';
import { defined } from './defined.ts';
import type { EnvironmentNow } from './origins/repository.ts';
import {
  changeOf,
  imagesOf,
  type Reference,
  referenceOf,
  repositoryPage,
  timeOf,
  type Version,
  type Versions,
} from './versions.ts';

/** Versions of a lock that the history of a cell goes back to. */
const longestHistory = 20;

/** The blobs of versions that {@link LockView} looks at. */
export function neededBlobs(versions: Versions, most = longestHistory + 1): string[] {
  return [...versions.values()].flatMap((each) =>
    each.slice(0, most).flatMap(({ blob }) => (blob === undefined ? [] : [blob])),
  );
}

/** What a view needs of what was read. */
export interface LockReadings {
  readonly versions: Versions;
  /** Texts of the blobs of versions, as far as they were fetched. */
  readonly texts: ReadonlyMap<string, string>;
  /** The URL of the deployments repository. */
  readonly url: string | undefined;
}

function pullRequestOf(number: number | undefined, repository: Repository | undefined): FleetCommit['pullRequest'] {
  if (number === undefined) return undefined;
  return defined({ number, url: repository && pullRequestURL(repository, number) });
}

function runOf(run: string | undefined): string | undefined {
  return run === undefined ? undefined : linkURL(run);
}

/** The source commits of the images of a lock, each once. */
function commitsOf(images: readonly LockedImage[], references: ReadonlyMap<string, Reference>): FleetCommit[] {
  const found = new Map<string, FleetCommit>();
  for (const { name, source } of images) {
    if (!source) continue;
    const page = repositoryPage(source);
    const key = `${page}\0${source.commit}`;
    const known = found.get(key);
    if (known) {
      known.images.push(name);
      continue;
    }
    const repository = parseRepository(source.repository);
    const reference = references.get(source.commit);
    found.set(
      key,
      defined({
        repository: page,
        commit: source.commit,
        url: repository && commitURL(repository, source.commit),
        subject: reference?.subject,
        author: reference?.author,
        committedAt: reference?.committedAt,
        ref: source.ref,
        version: source.version,
        pullRequest: pullRequestOf(source.pullRequest, repository),
        run: runOf(source.run),
        images: [name],
      }),
    );
  }
  return [...found.values()];
}

/** Everything that the lock of one cell says. */
export class LockView {
  readonly #readings: LockReadings;
  readonly #now: EnvironmentNow;
  readonly #versions: readonly Version[];
  readonly #parsed = new Map<string, readonly LockedImage[]>();

  constructor(readings: LockReadings, now: EnvironmentNow) {
    this.#readings = readings;
    this.#now = now;
    this.#versions = now.lock === undefined ? [] : (readings.versions.get(now.lock.file) ?? []);
  }

  get images(): readonly LockedImage[] {
    return this.#now.lock?.lock?.images ?? [];
  }

  #imagesAt({ blob }: Version): readonly LockedImage[] {
    if (blob === undefined) return [];
    const known = this.#parsed.get(blob);
    if (known) return known;
    const images = imagesOf(this.#readings.texts.get(blob), this.#now.lock?.file ?? '');
    this.#parsed.set(blob, images);
    return images;
  }

  /** The source commits that the lock names, with what deployments said about them. */
  get commits(): FleetCommit[] {
    return commitsOf(this.images, this.#references);
  }

  get #references(): ReadonlyMap<string, Reference> {
    return new Map(
      this.#versions.flatMap(({ change }) => {
        const reference = referenceOf(change);
        return reference ? [[reference.commit, reference] as const] : [];
      }),
    );
  }

  /** The oldest version since which an image is what it is now. */
  #since(image: LockedImage): Version | undefined {
    let since: Version | undefined;
    for (const version of this.#versions) {
      if (version.blob !== undefined && !this.#readings.texts.has(version.blob)) return since;
      if (!sameEntry(entryOf(this.#imagesAt(version), image.name), image)) return since;
      since = version;
    }
    return since;
  }

  lock(): FleetLock | undefined {
    const { lock } = this.#now;
    if (!lock) return undefined;
    const url = this.#readings.url;
    const [newest] = this.#versions;
    return defined({
      file: lock.file,
      change: newest && changeOf(newest.change, url),
      uncommitted: lock.isUncommitted || undefined,
      images: this.images.map((image) => this.#image(image, url)),
      holds: (lock.lock?.holds ?? []).map(({ image, tag, digest, commit, stays, reason, rollback, run }) =>
        defined({ image, tag, digest, commit, stays, reason, rollback, run: runOf(run) }),
      ),
      problem: lock.problem,
    });
  }

  #image(image: LockedImage, url: string | undefined): FleetImage {
    const { name, newName, tag, digest, source } = image;
    const since = this.#since(image);
    return defined({
      name,
      reference: formatReference({ written: newName ?? name, ...defined({ tag, digest }) }),
      tag,
      digest,
      repository: source && repositoryPage(source),
      commit: source?.commit,
      since: since && changeOf(since.change, url),
    });
  }

  /** When the lock changed, newest first: one entry for each image that changed. */
  history(): FleetHistoryEntry[] {
    const versions = this.#versions.slice(0, longestHistory);
    return versions.flatMap((version, index): FleetHistoryEntry[] => {
      const older = this.#versions[index + 1];
      if (older?.blob !== undefined && !this.#readings.texts.has(older.blob)) return [];
      const before = older ? this.#imagesAt(older) : [];
      return this.#imagesAt(version).flatMap((image) => {
        if (sameEntry(entryOf(before, image.name), image)) return [];
        const earlier = this.#versions.slice(index + 2, index + 2 + longestHistory);
        const isRollback = earlier.some((one) => sameEntry(entryOf(this.#imagesAt(one), image.name), image));
        const { change } = version;
        return [
          defined({
            at: timeOf(change.at),
            what: 'locked' as const,
            from: 'repository' as const,
            commit: image.source?.commit,
            repository: image.source && repositoryPage(image.source),
            image: image.name,
            tag: image.tag,
            by: change.author || undefined,
            change: change.commit,
            subject: change.subject || undefined,
            url: changeOf(change, this.#readings.url).url,
            isRollback: isRollback || undefined,
          }),
        ];
      });
    });
  }

  /**
   * The last time that the lock named an image: since which version, and until which; undefined when it never did.
   * A commit that changes something else does not end it.
   */
  spanOf(matches: (image: LockedImage) => boolean): { since: Version; until: Version | undefined } | undefined {
    let until: Version | undefined;
    let since: Version | undefined;
    for (const version of this.#versions) {
      if (this.#imagesAt(version).some(matches)) since = version;
      else if (since) return { since, until };
      else until = version;
    }
    return since && { since, until };
  }

  /** All images, of now and of before, each once. */
  get #everyImage(): LockedImage[] {
    return [...this.images, ...this.#versions.flatMap((version) => this.#imagesAt(version))];
  }

  /** The source commits of images that match. */
  commitsWhere(matches: (image: LockedImage) => boolean): FleetCommit[] {
    return commitsOf(this.#everyImage.filter(matches), this.#references);
  }

  /** What images that match are pulled by. */
  referencesWhere(matches: (image: LockedImage) => boolean): string[] {
    return this.#everyImage
      .filter(matches)
      .map(({ name, newName, tag, digest }) =>
        formatReference({ written: newName ?? name, ...defined({ tag, digest }) }),
      );
  }

  /** So many versions of an image came here since it was `image`; undefined when it never was. */
  versionsSince(image: LockedImage): number | undefined {
    let count = 0;
    let last: LockedImage | undefined;
    for (const version of this.#versions) {
      const entry = entryOf(this.#imagesAt(version), image.name);
      if (sameEntry(entry, image)) return count;
      if (image.source !== undefined && entry?.source?.commit === image.source.commit) return count;
      if (entry !== undefined && !sameEntry(entry, last)) count += 1;
      last = entry;
    }
    return undefined;
  }
}
