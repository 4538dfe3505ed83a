/**
 * Which annotations a resource gets. They depend on the resource's own images, the environment and the application
 * alone: what happens elsewhere in the repository changes none of them.
 */
import { writeJson } from '../yaml/write-json.ts';
import type { Annotations } from './annotate.ts';
import type { StampContext, StampedImage } from './context.ts';

type Sourced = StampedImage & { readonly source: NonNullable<StampedImage['source']> };

function isSourced(image: StampedImage): image is Sourced {
  return image.source !== undefined;
}

/** The images with a known source, each reference once, in the given order. */
export function sourcedImages(images: readonly StampedImage[]): readonly Sourced[] {
  const seen = new Set<string>();
  return images.filter(isSourced).filter(({ reference }) => !seen.has(reference) && seen.add(reference));
}

/** What is known about the first image, under plain names; about all of several, as JSON under `images`. */
function imageAnnotations(images: readonly Sourced[]): Annotations {
  const [first] = images;
  if (!first) return [];
  const { repository, commit, ref, run } = first.source;
  return [
    ['source-repository', repository],
    ['source-commit', commit],
    ...pairs('source-ref', ref),
    ...pairs('run', run),
    ['image', first.reference],
    ...pairs('images', images.length > 1 ? imagesJson(images) : undefined),
  ];
}

function pairs(name: string, value: string | undefined): Annotations {
  return value === undefined ? [] : [[name, value]];
}

function imagesJson(images: readonly Sourced[]): string {
  return writeJson(
    images.map(({ reference, source: { repository, commit, ref, run } }) => ({
      image: reference,
      repository,
      commit,
      ref,
      run,
    })),
  );
}

/**
 * The annotations of a resource with these images, in the order in which they are written: with `workloads`, of
 * those alone that run an image of a known source; with `all`, of everything.
 */
export function annotationsFor(images: readonly StampedImage[], context: StampContext): Annotations {
  const { prefix, environment, app, stamp } = context;
  if (stamp.resources === 'none') return [];
  const sourced = sourcedImages(images);
  if (sourced.length === 0 && stamp.resources === 'workloads') return [];
  const named: Annotations = [
    ...pairs('environment', environment),
    ...pairs('application', stamp.resources === 'all' ? app.name : undefined),
    ...imageAnnotations(sourced),
  ];
  return named.map(([name, value]) => [`${prefix}/${name}`, value]);
}
