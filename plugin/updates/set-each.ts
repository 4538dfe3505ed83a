/**
 * Images of one build that run in several applications: each application gets those that it names.
 */
import { attemptAll, attemptTogether } from '../diagnostics/failure.ts';
import { applicationsOf, withEnvironment } from './applications.ts';
import { isKnown, type KnownImages, knownImages, unknown } from './known-images.ts';
import type { Scope } from './scope.ts';
import type { Writer, WriteRequest } from './writer.ts';

interface Part {
  readonly directory: string;
  readonly known: KnownImages;
}

/** The applications, with what they know. `--all` leaves out those without the environment. */
function partsOf({ tree, directory, environment }: WriteRequest, scope: Scope): readonly Part[] {
  const found = applicationsOf(tree, directory, scope);
  const wanted = scope.all && environment !== undefined ? withEnvironment(tree, found, environment) : found;
  return attemptAll(wanted, (one) => ({ directory: one, known: knownImages(tree, one) }));
}

/**
 * Writes with `write` in every application of the scope that names one of the images, and says which.
 * @throws Failure `image-unmatched` for an image that none of them names, and as the writer, of all applications together
 */
export async function writeEach(write: Writer, request: WriteRequest, scope: Scope): ReturnType<Writer> {
  const { tree, images, allowNew } = request;
  const parts = partsOf(request, scope);
  const matches = new Map(
    attemptAll(images, (image) => {
      const found = parts.filter((part) => allowNew || isKnown(tree, part.directory, image.name, part.known));
      if (found.length > 0) return [image, new Set(found)] as const;
      const known = parts.map((part) => part.known);
      throw unknown(`no application here names the image ${image.name}`, image.name, known);
    }),
  );
  const written = await attemptTogether(
    parts.map(async (part) => {
      const { directory } = part;
      const own = images.filter((image) => matches.get(image)?.has(part));
      if (own.length === 0) return { files: new Map<string, string>(), outcomes: [] };
      const { files, outcomes } = await write({ ...request, directory, images: own });
      return { files, outcomes: outcomes.map((one) => Object.assign({}, one, { application: directory })) };
    }),
  );
  return {
    files: new Map(written.flatMap(({ files }) => [...files])),
    outcomes: written.flatMap(({ outcomes }) => outcomes),
  };
}
