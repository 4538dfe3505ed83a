/**
 * What a change does to every environment of every application, through whatever files they share: both sides are
 * rendered, but for applications that read nothing of what has changed.
 */
import { environmentsOf } from '../applications/environments.ts';
import { findApplications } from '../applications/find.ts';
import { isApplication } from '../applications/marks.ts';
import { loadApplication } from '../config/load.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import { baseName } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { render, type RenderRequest } from '../render.ts';
import type { Resource } from '../resources/resource.ts';
import { slug } from '../templates/slug.ts';
import { compareResources } from './compare.ts';
import { fold, type Folded } from './fold.ts';
import { trackTree } from './tracked-tree.ts';

/** One environment of an application that the change touches. */
export interface Touched extends Folded {
  /** Tree path of its directory. */
  readonly directory: string;
  readonly environment: string | undefined;
  /** It is new, or gone; undefined: it was there before and is there now. */
  readonly is: 'new' | 'gone' | undefined;
}

/** One that cannot be rendered on one of the sides. */
export interface Unrendered {
  readonly directory: string;
  readonly environment: string | undefined;
  /** Whether the change breaks it; else it was broken before, and nobody knows what the change does. */
  readonly isBroken: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a change does. */
export interface AllComparison {
  readonly touched: readonly Touched[];
  readonly unrendered: readonly Unrendered[];
  /** Environments of applications that render the same. */
  readonly unchanged: number;
}

/** What is compared. */
export interface CompareAllRequest extends Pick<RenderRequest, 'policy' | 'binaries' | 'kubeVersion' | 'apiVersions'> {
  readonly before: FileTree;
  readonly after: FileTree;
  /** Tree path to look below. */
  readonly directory: string;
  /** Paths that differ between the sides. */
  readonly changed: ReadonlySet<string>;
  /** Only these environments; none: all. */
  readonly environments: readonly string[];
  readonly namespace: string | undefined;
  readonly stamp: boolean;
  /** The prefix of stamped annotations, which are folded. */
  readonly stampPrefix: string;
  readonly progress: (text: string) => void;
}

type Side = { readonly resources: readonly Resource[] } | { readonly diagnostics: readonly Diagnostic[] };

/** The environments of a directory on one side; undefined where it is no application there, or cannot be read. */
function environmentsIn(tree: FileTree, directory: string): readonly (string | undefined)[] | undefined {
  if (tree.kind(directory) !== 'directory' || !isApplication(tree, directory)) return undefined;
  try {
    const names = environmentsOf(loadApplication(tree, directory));
    return names.length === 0 ? [undefined] : names;
  } catch (error) {
    // Rendering says what is wrong.
    if (error instanceof Failure) return [undefined];
    throw error;
  }
}

async function renderSide(
  request: CompareAllRequest,
  tree: FileTree,
  directory: string,
  environment: string | undefined,
): Promise<Side> {
  const name = slug(baseName(directory) || 'application');
  const { policy, binaries, kubeVersion, apiVersions, namespace, stamp } = request;
  try {
    const { resources } = await render({
      tree,
      directory,
      environment,
      app: { name, instance: name, namespace },
      values: {},
      preview: 'example',
      images: [],
      kubeVersion,
      apiVersions,
      stamp,
      policy,
      binaries,
      warn: () => undefined,
    });
    return { resources };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { diagnostics: error.diagnostics };
  }
}

class Result {
  readonly touched: Touched[] = [];
  readonly unrendered: Unrendered[] = [];
  unchanged = 0;
}

async function compareOne(
  request: CompareAllRequest,
  directory: string,
  environment: string | undefined,
  sides: { readonly before: boolean; readonly after: boolean },
  result: Result,
): Promise<void> {
  const tracked = trackTree(request.after);
  const none: Side = { resources: [] };
  const after = sides.after ? await renderSide(request, tracked.tree, directory, environment) : none;
  if (sides.before && sides.after && !tracked.isTouched(request.changed)) {
    // What was broken before stays broken, and the change has no part in it.
    result.unchanged += 1;
    return;
  }
  const before = sides.before ? await renderSide(request, request.before, directory, environment) : none;
  if ('diagnostics' in after || 'diagnostics' in before) {
    const isBroken = 'diagnostics' in after && !('diagnostics' in before);
    const diagnostics = 'diagnostics' in after ? after.diagnostics : 'diagnostics' in before ? before.diagnostics : [];
    result.unrendered.push({ directory, environment, isBroken, diagnostics });
    return;
  }
  const comparison = compareResources(before.resources, after.resources);
  if (comparison.resources.length === 0 && sides.before && sides.after) {
    result.unchanged += 1;
    return;
  }
  const is = sides.before ? (sides.after ? undefined : 'gone') : 'new';
  result.touched.push({ ...fold(comparison, request.stampPrefix), directory, environment, is });
}

/** Compares. @throws Failure for limits of the trees; what cannot be rendered is in the result */
export async function compareAll(request: CompareAllRequest): Promise<AllComparison> {
  const { before, after, directory, environments, changed } = request;
  const result = new Result();
  const now = after.kind(directory) === 'directory' ? findApplications(after, directory).applications : [];
  // A directory that is gone has files among the changed ones.
  const folders = new Set([...changed].flatMap((path) => foldersAbove(path, directory)));
  const gone = [...folders].filter((one) => !now.includes(one) && before.kind(one) === 'directory');
  for (const one of [...now, ...gone.sort()]) {
    const [old, current] = [environmentsIn(before, one), environmentsIn(after, one)];
    for (const environment of new Set([...(current ?? []), ...(old ?? [])])) {
      if (environments.length > 0 && (environment === undefined || !environments.includes(environment))) continue;
      request.progress(`${one || '.'} ${environment ?? ''}`);
      const sides = { before: old?.includes(environment) === true, after: current?.includes(environment) === true };
      await compareOne(request, one, environment, sides, result);
    }
  }
  return result;
}

function foldersAbove(path: string, directory: string): string[] {
  const parts = path.split('/').slice(0, -1);
  const all = parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
  return [...all, ''].filter((one) => directory === '' || one === directory || one.startsWith(`${directory}/`));
}
