/**
 * The images of the proposal: which ones waybill.yaml declares, where their code lies, and the locks made from what runs
 * now. Registries are asked only where the caller brings one.
 */
import { Failure } from '../diagnostics/failure.ts';
import type { ImageSource } from '../lock/lock.ts';
import { parseRepository } from '../record/repository.ts';
import { nameKey, splitReference } from '../references/reference.ts';
import type { JsonObject } from '../resources/json.ts';
import { writeYaml } from '../yaml/write.ts';
import { ownershipOf, type Ownership } from './ownership.ts';
import type { Proved } from './prove.ts';
import type { InitRequest } from './request.ts';

/** An image of the proposal. */
export interface ProposedImage {
  /** Without tag and digest. */
  readonly name: string;
  readonly ownership: Ownership;
  /** What the image's own label says; undefined where no registry was asked or the image does not say. */
  readonly sourceRepository: string | undefined;
}

/** What an image says about its code. */
export interface ImageOrigin {
  readonly repository: string;
  /** Only a full commit. */
  readonly commit: string | undefined;
}

const SOURCE = 'org.opencontainers.image.source';
const REVISION = 'org.opencontainers.image.revision';

/** Asks a registry where images come from; a question that fails is told and answered by undefined. */
export class Origins {
  readonly #request: InitRequest;
  readonly #known = new Map<string, Promise<ImageOrigin | undefined>>();

  constructor(request: InitRequest) {
    this.#request = request;
  }

  async of(reference: string): Promise<ImageOrigin | undefined> {
    const known = this.#known.get(reference) ?? this.#ask(reference);
    this.#known.set(reference, known);
    return await known;
  }

  async #ask(reference: string): Promise<ImageOrigin | undefined> {
    const { name, tag, digest } = splitReference(reference);
    const { registry, warn } = this.#request;
    if (registry === undefined) return undefined;
    try {
      const { labels, annotations } = await registry.image(name, digest ?? tag ?? 'latest');
      const repository = annotations.get(SOURCE) ?? labels.get(SOURCE);
      const commit = annotations.get(REVISION) ?? labels.get(REVISION);
      if (repository === undefined || parseRepository(repository) === undefined) return undefined;
      return { repository, commit: commit !== undefined && /^[0-9a-f]{40}$/u.test(commit) ? commit : undefined };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      for (const one of error.diagnostics) warn({ ...one, severity: 'warning' });
      return undefined;
    }
  }
}

/** The references of an environment by image; an image that runs in two versions has both. */
function referencesOf({ result }: Proved): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { reference } of result.images) {
    const { name } = splitReference(reference);
    found.set(name, (found.get(name) ?? new Set()).add(reference));
  }
  return found;
}

/** The images that every environment runs: a declaration that matches nothing would be an error. */
export async function proposeImages(
  proved: readonly Proved[],
  request: InitRequest,
  origins: Origins,
): Promise<ProposedImage[]> {
  const [first, ...others] = proved.map(referencesOf);
  const common = [...(first?.entries() ?? [])].filter(([name]) => others.every((one) => one.has(name)));
  const images: ProposedImage[] = [];
  for (const [name, references] of common.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const ownership = ownershipOf(name, request.owner);
    const origin = ownership === 'third-party' ? undefined : await origins.of([...references][0] ?? name);
    images.push({ name, ownership, sourceRepository: origin?.repository });
  }
  return images;
}

/** A lock, and what is left out of it. */
export interface ProposedLock {
  /** Undefined when nothing is to be locked. */
  readonly text: string | undefined;
  readonly names: readonly string[];
  /** Images of the team's that run in two versions at once. */
  readonly ambiguous: readonly string[];
}

/**
 * The lock of an environment from the images that it runs: the team's own, with a tag or a digest.
 * @param withSource whether the source commit of an image may be written: a record then needs a namespace
 */
export async function proposeLock(
  proved: Proved,
  environment: string,
  request: InitRequest,
  origins: Origins,
  withSource: boolean,
): Promise<ProposedLock> {
  const images: JsonObject[] = [];
  const names: string[] = [];
  const ambiguous: string[] = [];
  const seen = new Set<string>();
  for (const [name, references] of referencesOf(proved)) {
    if (ownershipOf(name, request.owner) !== 'own' || seen.has(nameKey(name))) continue;
    seen.add(nameKey(name));
    const [reference = name] = references;
    const { tag, digest } = splitReference(reference);
    if (references.size > 1) ambiguous.push(name);
    else if (tag !== undefined || digest !== undefined) {
      const origin = withSource ? await origins.of(reference) : undefined;
      const source: ImageSource | undefined =
        origin?.commit === undefined ? undefined : { repository: origin.repository, commit: origin.commit };
      names.push(name);
      images.push({
        name,
        ...(tag === undefined ? {} : { tag }),
        ...(digest === undefined ? {} : { digest }),
        ...(source === undefined ? {} : { source: { ...source } }),
      });
    }
  }
  if (images.length === 0) return { text: undefined, names, ambiguous };
  const lock = { apiVersion: 'waybill.dev/v1', kind: 'ImageLock', environment, images };
  return { text: writeYaml(lock), names, ambiguous };
}
