/**
 * Whether images that were written into files of an application's source are what the application renders: a lock or an
 * overlay may have the last word, and a file may not be one that the source reads.
 */
import { environmentNames, withoutPreviews } from '../applications/environments.ts';
import { isApplication } from '../applications/marks.ts';
import { Failure, failure } from '../diagnostics/failure.ts';
import { createPatchedTree, landingPath } from '../files/patched.ts';
import { baseName } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import type { ResolvedImage } from '../images/resolve.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Cause } from '../provenance/change.ts';
import { nameKey, splitReference } from '../references/reference.ts';
import { render } from '../render.ts';
import { slug } from '../templates/slug.ts';
import type { Rendering } from './rendered.ts';
import type { ImageRequest } from './request.ts';
import type { Writer, WriteRequest } from './writer.ts';

/** The images of one environment, with what set those that an overlay set; or why it does not render. */
type Outcome = { readonly images: readonly ResolvedImage[]; readonly overlaid: ReadonlyMap<string, Cause> } | string;

async function renderOne(
  tree: FileTree,
  directory: string,
  environment: string | undefined,
  { env }: Rendering,
): Promise<Outcome> {
  const name = slug(baseName(directory || (tree.directory ?? '')) || 'application');
  const overlaid = new Map<string, Cause>();
  try {
    const { images } = await render({
      tree,
      directory,
      environment,
      app: { name, instance: name, namespace: 'default' },
      values: {},
      images: [],
      kubeVersion: undefined,
      apiVersions: [],
      stamp: false,
      policy: loadPolicy(env, 'cli'),
      binaries: { env },
      warn: () => undefined,
      record: ({ cause, after }) => {
        if (cause.kind === 'overlay' && typeof after === 'string') overlaid.set(after, cause);
      },
    });
    return { images, overlaid };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics[0]?.message ?? '';
  }
}

/** The uses of an image, by its name in the manifests or in what comes out. */
function usesOf(images: readonly ResolvedImage[], { name, newName }: ImageRequest): ResolvedImage[] {
  const keys = new Set([nameKey(name), nameKey(newName ?? name)]);
  const isIt = (text: string): boolean => keys.has(nameKey(splitReference(text).name));
  return images.filter(({ written, reference }) => isIt(written) || isIt(reference));
}

function isWanted(reference: string, { newName, tag, digest }: ImageRequest): boolean {
  const found = splitReference(reference);
  return (
    (newName === undefined || found.name === newName) &&
    (tag === undefined || found.tag === tag) &&
    (digest === undefined || found.digest === digest)
  );
}

function refuse(command: string, directory: string, image: ImageRequest, after: Exclude<Outcome, string>): Failure {
  const wrong = usesOf(after.images, image).find(({ reference }) => !isWanted(reference, image));
  if (!wrong) {
    return failure('image-not-rendered', `${command} has no ${image.name} after the change`, {
      location: { file: directory || '.' },
      help: ['The source of the application does not read what was changed. Name the right place with --file.'],
    });
  }
  const cause = wrong.cause ?? after.overlaid.get(wrong.written);
  return failure('image-not-rendered', `${command} still gives ${wrong.reference} after the change`, {
    location: cause?.location ?? { file: directory || '.' },
    help: [
      cause === undefined
        ? `${wrong.origin.location.file} has it, and was not changed.`
        : `${cause.label} decides which image runs. Change it there${cause.kind === 'lock' ? ' (leave --write out)' : ''}.`,
    ],
  });
}

async function check(
  request: WriteRequest,
  rendering: Rendering,
  files: ReadonlyMap<string, string>,
  images: readonly ImageRequest[],
): Promise<void> {
  const { tree, directory } = request;
  const known = withoutPreviews(tree, directory, environmentNames(tree, directory) ?? []).names;
  const asked = known.filter((name) => request.environment === undefined || name === request.environment);
  const patched = createPatchedTree(
    tree,
    new Map(Array.from(files, ([path, text]) => [landingPath(tree, path), Buffer.from(text)])),
  );
  // Who names files, or no environment of several, may mean what is written for others than these.
  const isExact = request.files.length === 0 && (known.length === 0 || request.environment !== undefined);
  for (const environment of known.length === 0 ? [undefined] : asked) {
    const command = `waybill render${environment === undefined ? '' : ` -e ${environment}`}`;
    const after = await renderOne(patched, directory, environment, rendering);
    if (typeof after === 'string') {
      const before = await renderOne(tree, directory, environment, rendering);
      if (typeof before !== 'string')
        throw failure('image-not-rendered', `${command} fails after the change: ${after}`, {
          location: { file: directory || '.' },
          help: ['Nothing was written.'],
        });
      rendering.note(`not held against ${command}, which fails without the change, too: ${before}`);
      continue;
    }
    for (const image of images) {
      const uses = usesOf(after.images, image);
      const wanted = uses.filter(({ reference }) => isWanted(reference, image));
      const isRight = uses.length > 0 && (isExact ? wanted.length === uses.length : wanted.length > 0);
      if (isRight) continue;
      const refusal = refuse(command, directory, image, after);
      if (isExact) throw refusal;
      for (const { message, help = [] } of refusal.diagnostics) rendering.note(`${message}: ${help.join(' ')}`);
    }
  }
}

/** A writer whose result is held against what the application renders. Failure `image-not-rendered`. */
export function arriving(writer: Writer): Writer {
  return async (request) => {
    const { rendering, tree, directory } = request;
    const written = await writer(request);
    if (!rendering || request.allowNew || !isApplication(tree, directory)) return written;
    const kept = new Set(written.outcomes.flatMap(({ name, result }) => (result === 'kept-newer' ? [name] : [])));
    await check(
      request,
      rendering,
      written.files,
      request.images.filter(({ name }) => !kept.has(name)),
    );
    return written;
  };
}
