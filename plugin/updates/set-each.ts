/**
 * Images of one build that run in several applications: each application gets those that it names.
 */
import { attemptAll, attemptTogether } from '../diagnostics/failure.ts';
import { withEnvironment } from '../applications/environments.ts';
import type { LeftOut } from '../applications/find.ts';
import type { Scope } from '../applications/scope.ts';
import { applicationsOf } from '../applications/select.ts';
import { isKnown, type KnownImages, knownImages, unknown } from './known-images.ts';
import type { Writer, WriteRequest } from './writer.ts';

interface Part {
  readonly directory: string;
  readonly known: KnownImages;
}

/** The applications, with what they know. `--all` leaves out those without the environment. */
function partsOf(
  { tree, directory, environment }: WriteRequest,
  scope: Scope,
  tell: (leftOut: readonly LeftOut[]) => void,
): readonly Part[] {
  const { applications, leftOut } = applicationsOf(tree, directory, scope);
  tell(leftOut);
  if (!scope.all || environment === undefined) return partsIn(tree, applications);
  const wanted = withEnvironment(tree, applications, environment);
  tell(wanted.leftOut);
  return partsIn(tree, wanted.applications);
}

function partsIn(tree: WriteRequest['tree'], directories: readonly string[]): readonly Part[] {
  return attemptAll(directories, (directory) => ({ directory, known: knownImages(tree, directory) }));
}

/**
 * Writes with `write` in every application of the scope that names one of the images, and says which.
 * @param tell hears which applications are left out
 * @throws Failure `image-unmatched` for an image that none of them names, and as the writer, of all applications together
 */
export async function writeEach(
  write: Writer,
  request: WriteRequest,
  scope: Scope,
  tell: (leftOut: readonly LeftOut[]) => void,
): ReturnType<Writer> {
  const { tree, images, allowNew } = request;
  const parts = partsOf(request, scope, tell);
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
      if (own.length === 0) return { files: new Map<string, string>(), targets: [], outcomes: [] };
      const { files, targets, outcomes } = await write({ ...request, directory, images: own });
      return { files, targets, outcomes: outcomes.map((one) => Object.assign({}, one, { application: directory })) };
    }),
  );
  return {
    files: new Map(written.flatMap(({ files }) => [...files])),
    targets: written.flatMap(({ targets }) => targets),
    outcomes: written.flatMap(({ outcomes }) => outcomes),
  };
}
