/**
 * A first waybill.yaml for a directory that has none. What is proposed has been rendered: in every environment, with
 * the very code that Argo CD will run.
 */
import { failure } from '../diagnostics/failure.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { splitReference } from '../references/reference.ts';
import { render, type RenderRequest } from '../render.ts';
import { draft } from './draft.ts';
import { detectLayout, type Layout } from './layout.ts';
import { withFile } from './with-file.ts';

/** What `init` proposes. */
export interface Proposal {
  /** Tree path of the file. */
  readonly file: string;
  readonly text: string;
  readonly environments: readonly string[];
}

/** Everything but the environment, which is chosen here. */
export type InitRequest = Omit<RenderRequest, 'environment' | 'stamp' | 'images' | 'values'>;

/** Names of the images that are found in every environment, without those of Docker's own library (databases, proxies). */
async function commonImages(
  request: InitRequest,
  tree: FileTree,
  environments: readonly (string | undefined)[],
): Promise<string[]> {
  const found: Set<string>[] = [];
  for (const environment of environments) {
    const { images } = await render({ ...request, tree, environment, stamp: false, images: [], values: {} });
    found.push(new Set(images.map(({ reference }) => splitReference(reference).name)));
  }
  const [first = new Set<string>(), ...others] = found;
  return [...first].filter((name) => name.includes('/') && others.every((one) => one.has(name))).sort();
}

/** Renders as Argo CD will. Argo CD knows a destination namespace; on a laptop there may be none, and any will do. */
async function prove(request: InitRequest, tree: FileTree, { environments }: Layout): Promise<void> {
  const app = { ...request.app, namespace: request.app.namespace ?? 'default' };
  for (const environment of environments.length === 0 ? [undefined] : environments) {
    await render({ ...request, app, tree, environment, stamp: true, images: [], values: {} });
  }
}

/**
 * Proposes a waybill.yaml for `request.directory`.
 * @throws Failure `init-exists` when there is one, and whatever rendering the proposal would report
 */
export async function propose(request: InitRequest): Promise<Proposal> {
  const { tree, directory } = request;
  const file = joinPath(directory, 'waybill.yaml');
  if (tree.kind(file) !== undefined) {
    throw failure('init-exists', `${file} is there already`, {
      location: { file },
      help: ['waybill init never changes it. To see what it does, run waybill explain.'],
    });
  }
  const layout = detectLayout(tree, directory);
  const environments = layout.environments.length === 0 ? [undefined] : layout.environments;
  const images = await commonImages(request, withFile(tree, file, draft(layout, [])), environments);
  const text = draft(layout, images);
  await prove(request, withFile(tree, file, text), layout);
  return { file, text, environments: layout.environments };
}
