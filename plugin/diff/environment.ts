/**
 * What a change does to one environment of one application: both sides are rendered, unless nothing that was read has
 * changed. Requests and results can be sent to a worker thread and back.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import { createDirectoryTree } from '../files/directory.ts';
import { baseName } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { createGitRevisionTree } from '../git/revision-tree.ts';
import { loadPolicy } from '../policy/load.ts';
import { fileLimits, type Policy } from '../policy/policy.ts';
import { type ManyRequest, newCaches } from '../renders/many.ts';
import { plainDiagnostic } from '../renders/one.ts';
import { render } from '../render.ts';
import type { Resource } from '../resources/resource.ts';
import { slug } from '../templates/slug.ts';
import { compareResources } from './compare.ts';
import { fold, type Folded } from './fold.ts';
import { trackTree } from './tracked-tree.ts';

/** What is compared. */
export interface EnvironmentChange extends ManyRequest {
  /** The folder that bounds everything: an absolute path. */
  readonly root: string;
  /** The git revision of the side before. */
  readonly revision: string;
  /** On which sides the environment exists. */
  readonly sides: { readonly before: boolean; readonly after: boolean };
  /** Paths that differ between the sides. */
  readonly changed: ReadonlySet<string>;
  readonly namespace: string | undefined;
  readonly kubeVersion: string | undefined;
  readonly apiVersions: readonly string[];
  readonly stamp: boolean;
}

/** What the change does. */
export type EnvironmentOutcome =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'touched'; readonly folded: Folded }
  /** It cannot be rendered on one of the sides; `isBroken`: the change breaks it. */
  | { readonly kind: 'unrendered'; readonly isBroken: boolean; readonly diagnostics: readonly Diagnostic[] };

type Side = { readonly resources: readonly Resource[] } | { readonly diagnostics: readonly Diagnostic[] };

interface Trees {
  readonly key: string;
  readonly before: FileTree;
  readonly after: FileTree;
}

/** Compares one environment after the other, and keeps what they share. */
export class EnvironmentComparison {
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #caches = newCaches();
  #trees: Trees | undefined;

  /** @param env the environment of the command */
  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  #treesOf({ root, revision }: EnvironmentChange, policy: Policy): Trees {
    const key = `${root}\0${revision}`;
    if (this.#trees?.key === key) return this.#trees;
    const limits = fileLimits(policy);
    const before = createGitRevisionTree({ root, revision, env: this.#env }, limits);
    this.#trees = { key, before, after: createDirectoryTree(root, limits) };
    return this.#trees;
  }

  async #render(request: EnvironmentChange, tree: FileTree, policy: Policy): Promise<Side> {
    const { root, directory, environment, kubeVersion, apiVersions, namespace, stamp } = request;
    const name = slug(baseName(directory) || 'application');
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
        binaries: { env: this.#env },
        warn: () => undefined,
        reuse: this.#caches.in(root),
      });
      return { resources };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { diagnostics: error.diagnostics.map(plainDiagnostic) };
    }
  }

  /** Compares one. @throws Failure for a revision that is gone, and for limits of the trees */
  async compare(request: EnvironmentChange): Promise<EnvironmentOutcome> {
    const { sides, changed } = request;
    const policy = loadPolicy(this.#env, 'cli');
    const trees = this.#treesOf(request, policy);
    const tracked = trackTree(trees.after);
    const none: Side = { resources: [] };
    const after = sides.after ? await this.#render(request, tracked.tree, policy) : none;
    // What was broken before stays broken, and the change has no part in it.
    if (sides.before && sides.after && !tracked.isTouched(changed)) return { kind: 'unchanged' };
    const before = sides.before ? await this.#render(request, trees.before, policy) : none;
    if ('diagnostics' in after || 'diagnostics' in before) {
      const isBroken = 'diagnostics' in after && !('diagnostics' in before);
      const diagnostics =
        'diagnostics' in after ? after.diagnostics : 'diagnostics' in before ? before.diagnostics : [];
      return { kind: 'unrendered', isBroken, diagnostics };
    }
    const comparison = compareResources(before.resources, after.resources);
    if (comparison.resources.length === 0 && sides.before && sides.after) return { kind: 'unchanged' };
    return { kind: 'touched', folded: fold(comparison, policy.stampPrefix) };
  }
}
