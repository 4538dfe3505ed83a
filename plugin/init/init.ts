/**
 * A first waybill.yaml for a directory that has none. What is proposed has been rendered: in every environment, with
 * the very code that Argo CD will run, and is what Argo CD renders without it.
 */
import type { LeftOut } from '../applications/find.ts';
import { Failure, failure } from '../diagnostics/failure.ts';
import { listNames } from '../diagnostics/suggest.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { splitReference } from '../references/reference.ts';
import { render } from '../render.ts';
import { detectLayout } from './detect.ts';
import { draft } from './draft.ts';
import type { Layout, LayoutEnvironment } from './layout.ts';
import { type Proved, prove } from './prove.ts';
import { candidatesBelow } from './candidates.ts';
import type { InitRequest } from './request.ts';
import { withFile } from './with-file.ts';

/** What `init` proposes. */
export interface Proposal {
  /** Tree path of the file. */
  readonly file: string;
  readonly text: string;
  /** What was rendered, one for each environment. */
  readonly proved: readonly Proved[];
  /** What looks like an environment and is not in the file. */
  readonly leftOut: readonly LeftOut[];
}

/** Names of the images that are found in every environment, without those of Docker's own library (databases, proxies). */
function commonImages(proved: readonly Proved[]): string[] {
  const found = proved.map(
    ({ result }) => new Set(result.images.map(({ reference }) => splitReference(reference).name)),
  );
  const [first = new Set<string>(), ...others] = found;
  return [...first].filter((name) => name.includes('/') && others.every((one) => one.has(name))).sort();
}

/** Argo CD knows a destination namespace; on a laptop there may be none, and any will do. */
async function renderStamped(request: InitRequest, tree: FileTree, environment: string | undefined): Promise<void> {
  const app = { ...request.app, namespace: request.app.namespace ?? 'default' };
  await render({ ...request, app, tree, environment, stamp: true, images: [], values: {} });
}

/** The directory itself has nothing to render: what is below it, or what was looked for. */
function nothingHere({ tree, directory }: InitRequest): Error {
  const below = candidatesBelow(tree, directory);
  const here = directory || 'this directory';
  if (below.length === 0) {
    return failure('init-nothing', `${here} has nothing to render`, {
      help: ['Looked for: a chart (Chart.yaml), a kustomization, overlays, and manifests (*.yaml, *.yml, *.json).'],
    });
  }
  return failure('init-several', `${here} is no application, but ${below.length} below it look like one`, {
    help: [
      `They are ${listNames(below)}.`,
      `Start waybill init in one of them, or write all: waybill init --all ${directory || '.'}`,
    ],
  });
}

interface Tried {
  readonly layout: Layout;
  readonly proved: readonly Proved[];
}

/** Renders each environment; those that fail are left out as long as another does not. */
async function tryEach(request: InitRequest, file: string, layout: Layout): Promise<Tried> {
  const proved: Proved[] = [];
  const failed: { environment: LayoutEnvironment | undefined; error: Failure }[] = [];
  const tree = withFile(request.tree, file, draft(layout, []));
  for (const environment of layout.environments.length === 0 ? [undefined] : layout.environments) {
    try {
      proved.push(await prove(request, tree, layout, environment));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failed.push({ environment, error });
    }
  }
  const [first] = failed;
  if (first !== undefined && proved.length === 0) throw first.error;
  const leftOut = failed.map(({ environment, error }) => ({
    directory: joinPath(request.directory, placeOf(layout, environment)),
    reason: `does not render: ${error.diagnostics[0]?.message ?? error.message}`,
  }));
  const environments = layout.environments.filter((one) => proved.some(({ environment }) => environment === one));
  return { layout: { ...layout, environments, leftOut: [...layout.leftOut, ...leftOut] }, proved };
}

/** The folder or file of an environment. */
function placeOf({ source }: Layout, environment: LayoutEnvironment | undefined): string {
  const pattern = source.kind === 'helm' ? (source.valueFiles.at(-1) ?? source.chart) : source.path;
  return pattern.replace('*', environment?.raw ?? '');
}

/** What differs from today is no proposal: Argo CD would change what runs. */
function refuseDifferences(proved: readonly Proved[], file: string): void {
  const wrong = proved.find(({ different }) => different.length > 0);
  if (wrong === undefined) return;
  const { environment, today, different } = wrong;
  throw failure(
    'init-different',
    `${environment?.name ?? 'the application'} would not render what ${today ?? 'its source'} renders`,
    {
      location: { file },
      help: [
        `Different: ${listNames(different)}.`,
        'Nothing is written. Write waybill.yaml by hand (docs/configuration.md), and compare with waybill render --no-stamp.',
      ],
    },
  );
}

/**
 * Proposes a waybill.yaml for `request.directory`.
 * @throws Failure `init-exists` when there is one, `init-nothing`, `init-several`, `init-different`, and whatever
 *   rendering reports where no environment renders
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
  const detected = detectLayout(tree, directory);
  if (detected === undefined) throw nothingHere(request);
  const { layout, proved } = await tryEach(request, file, detected);
  refuseDifferences(proved, file);
  const text = draft(layout, commonImages(proved));
  // The images are in the file now; nothing else may have changed.
  const whole = withFile(tree, file, text);
  for (const { environment } of proved) await renderStamped(request, whole, environment?.name);
  return { file, text, proved, leftOut: layout.leftOut };
}
