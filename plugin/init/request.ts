/**
 * What `init` works with.
 */
import type { DeclaredApplication } from '../applications/argocd/read.ts';
import type { Registry } from '../registries/registry.ts';
import type { RenderRequest } from '../render.ts';

/** Everything but the environment, which is chosen here. */
export type InitRequest = Omit<RenderRequest, 'environment' | 'stamp' | 'images' | 'values'> & {
  /** The Applications that the repository declares. */
  readonly deployed: readonly DeclaredApplication[];
  /** Who owns the repository at its provider; undefined when it has no remote. */
  readonly owner: string | undefined;
  /** Whether locks are made from the images that run now. */
  readonly locks: boolean;
  /** Whether Argo CD renders as before, and records are written into files (docs/native.md). */
  readonly native: boolean;
  /** The environment of an application whose folders and files name none; undefined: it has none. */
  readonly soleEnvironment: string | undefined;
  /** Asked for the source of images; undefined: no registry is asked. */
  readonly registry: Pick<Registry, 'image'> | undefined;
};
