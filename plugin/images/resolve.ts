/**
 * The images stage: decides for every image of the manifests which tag and digest run, and which source commit it
 * was built from. Precedence: override, lock, strategy, as written. Nothing is looked up anywhere: what a registry
 * strategy chose arrives as an answer like the others.
 */
import type { DeclaredImage, ImagePath, Strategy } from '../config/environment.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import type { ImageLock, ImageSource } from '../lock/lock.ts';
import type { Cause, Recorder } from '../provenance/change.ts';
import type { ImageOverride } from '../references/override.ts';
import { formatReference, nameKey, referenceProblem, splitReference } from '../references/reference.ts';
import type { JsonObject } from '../resources/json.ts';
import { formatPointer, type Path } from '../resources/pointer.ts';
import type { Origin, Resource } from '../resources/resource.ts';
import { withValue } from '../resources/with-value.ts';
import {
  type ImageDecision,
  type ImageDecisions,
  type FoundNames,
  imageUnmatched,
  lockDecisions,
  overrideDecisions,
} from './decisions.ts';
import { findImages, type ImageUse } from './find.ts';
import { imageSource } from './source.ts';

/** What the stage works with, besides the resources. */
export interface ImagesContext {
  /** `images` of waybill.yaml. */
  readonly declared: readonly DeclaredImage[];
  readonly imagePaths: readonly ImagePath[];
  readonly lock?: ImageLock | undefined;
  readonly overrides?: readonly ImageOverride[] | undefined;
  /** What registry strategies chose for {@link undecidedImages}, by {@link nameKey}. */
  readonly chosen?: ImageDecisions | undefined;
  readonly record?: Recorder | undefined;
}

/** One image after resolution, in one field of one resource. */
export interface ResolvedImage {
  /** Which resource: the very `origin` object, kept through all stages. */
  readonly origin: Origin;
  /** The field that holds the reference. */
  readonly path: Path;
  /** What the manifest had. */
  readonly written: string;
  /** Name, tag and digest as they are deployed. */
  readonly reference: string;
  /** The entry of waybill.yaml's `images`, when there is one. */
  readonly declared?: DeclaredImage | undefined;
  /** Who decided; undefined when the image stays as written. */
  readonly cause?: Cause | undefined;
  /** The source repository and full commit, when known. */
  readonly source?: ImageSource | undefined;
}

/** The reference that an answer makes of a written one. */
function answered(written: string, answer: ImageDecision): string {
  const { name, tag, digest } = splitReference(written);
  // A new name alone is the same image elsewhere: tag and digest stay. A new tag takes the old digest away, and the
  // other way round, since they would contradict each other.
  const given = answer.tag !== undefined || answer.digest !== undefined;
  return formatReference({ written: answer.newName ?? name, ...optional(given ? answer : { tag, digest }) });
}

function optional(parts: { tag?: string | undefined; digest?: string | undefined }): { tag?: string; digest?: string } {
  return {
    ...(parts.tag === undefined ? {} : { tag: parts.tag }),
    ...(parts.digest === undefined ? {} : { digest: parts.digest }),
  };
}

function keyOf(use: ImageUse): string {
  return nameKey(splitReference(use.text).name);
}

function namesOf(uses: readonly ImageUse[]): FoundNames {
  const found = new Map<string, string>();
  for (const use of uses) {
    const key = keyOf(use);
    if (!found.has(key)) found.set(key, splitReference(use.text).name);
  }
  return found;
}

function declaredByKey(declared: readonly DeclaredImage[], found: FoundNames): ReadonlyMap<string, DeclaredImage> {
  return new Map(
    attemptAll(declared, (image): [string, DeclaredImage] => {
      const key = nameKey(image.name);
      if (!found.has(key)) {
        throw imageUnmatched(`images: ${JSON.stringify(image.name)}`, image.name, found, image.location);
      }
      return [key, image];
    }),
  );
}

/** The image fields of the resources, and what is said about their images, before anybody decides. */
interface Gathered {
  readonly uses: readonly ImageUse[];
  readonly overrides: ImageDecisions;
  readonly lock: ImageDecisions;
  readonly declared: ReadonlyMap<string, DeclaredImage>;
}

/** @throws Failure `image-unmatched`, `image-override`, `image-path`; all of them at once */
function gather(resources: readonly Resource[], context: ImagesContext): Gathered {
  const uses = findImages(resources, context.imagePaths);
  const found = namesOf(uses);
  const steps: { overrides: ImageDecisions; lock: ImageDecisions; declared: ReadonlyMap<string, DeclaredImage> } = {
    overrides: new Map(),
    lock: new Map(),
    declared: new Map(),
  };
  attemptAll(
    [
      () => (steps.overrides = overrideDecisions(context.overrides ?? [], found)),
      () => (steps.lock = lockDecisions(context.lock, found)),
      () => (steps.declared = declaredByKey(context.declared, found)),
    ],
    (step) => step(),
  );
  return { uses, ...steps };
}

/** An image whose tag nobody has decided, though waybill.yaml says how to. */
export interface UndecidedImage {
  readonly image: DeclaredImage;
  readonly strategy: Strategy;
  /** The lock says that it runs from here, but not which tag. */
  readonly newName?: string | undefined;
}

/**
 * The images with a strategy for which neither an override nor the lock names a tag or digest.
 * @throws Failure as {@link resolveImages}
 */
export function undecidedImages(resources: readonly Resource[], context: ImagesContext): readonly UndecidedImage[] {
  const { overrides, lock, declared } = gather(resources, context);
  return [...declared].flatMap(([key, image]): UndecidedImage[] => {
    const { strategy } = image;
    const locked = lock.get(key);
    if (!strategy || overrides.has(key) || decides(locked)) return [];
    return [{ image, strategy, newName: locked?.newName }];
  });
}

function decides(answer: ImageDecision | undefined): boolean {
  return answer?.tag !== undefined || answer?.digest !== undefined;
}

/**
 * Writes the decided references into the resources and says for each image field what was decided and why.
 * Resources whose images stay as written are passed on as they are.
 * @throws Failure `image-unmatched`, `image-override`, `image-path`, `lock-commit`; all of them at once
 */
export function resolveImages(
  resources: readonly Resource[],
  context: ImagesContext,
): { resources: readonly Resource[]; resolved: readonly ResolvedImage[] } {
  const { uses, ...steps } = gather(resources, context);
  const { chosen = new Map<string, ImageDecision>() } = context;
  const resolved = attemptAll(uses, (use): ResolvedImage => {
    const key = keyOf(use);
    // What a strategy chose includes the name that the lock gives.
    const answer = steps.overrides.get(key) ?? chosen.get(key) ?? steps.lock.get(key);
    const declared = steps.declared.get(key);
    const reference = answer ? answered(use.text, answer) : use.text;
    const source = imageSource({ reference, answer, locked: steps.lock.get(key), declared });
    const { resource, path, text } = use;
    return { origin: resource.origin, path, written: text, reference, declared, cause: answer?.cause, source };
  });
  attemptAll(resolved, checkReference);
  return { resources: apply(resources, resolved, context.record), resolved };
}

/**
 * A reference that no container runtime takes: pods with it end in InvalidImageName after a green pipeline. A single word
 * may be a placeholder, which somebody else fills in.
 */
function checkReference({ origin, path, reference }: ResolvedImage): void {
  if (!/[/:@]|^\s+\S|\S\s+$|\w\s+\w/u.test(reference)) return;
  const problem = referenceProblem(reference);
  if (problem === undefined) return;
  throw failure('image-invalid', `${JSON.stringify(reference)} at ${formatPointer(path)} is no image: ${problem}`, {
    location: origin.location,
    help: ['Pods with it would end in InvalidImageName. Look for a tag that is added twice, in values or a template.'],
  });
}

function apply(
  resources: readonly Resource[],
  resolved: readonly ResolvedImage[],
  record: Recorder | undefined,
): readonly Resource[] {
  const changed = new Map<Origin, ResolvedImage[]>();
  for (const one of resolved) {
    if (one.reference === one.written) continue;
    const list = changed.get(one.origin);
    if (list) list.push(one);
    else changed.set(one.origin, [one]);
  }
  return resources.map((resource) => {
    const images = changed.get(resource.origin);
    if (!images) return resource;
    let body: JsonObject = resource.body;
    for (const { origin, path, written, reference, cause } of images) {
      body = withValue(body, path, reference);
      if (cause) record?.({ origin, path, body, before: written, after: reference, cause });
    }
    return { ...resource, body };
  });
}
