/**
 * The images of a lock in the files of a native source: the kustomization, the values of the environment, or the
 * manifests.
 */
import type { Environment, Source } from '../config/environment.ts';
import { loadApplication } from '../config/load.ts';
import { resolveEnvironment } from '../config/resolve.ts';
import { Failure } from '../diagnostics/failure.ts';
import { createPatchedTree, landingPath } from '../files/patched.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import type { LockedImage } from '../lock/lock.ts';
import { lockPath } from '../lock/locks.ts';
import { readLock } from '../lock/read.ts';
import type { NativeState } from '../native/records.ts';
import { splitReference } from '../references/reference.ts';
import { manifestFiles } from '../sources/manifests/inputs.ts';
import type { Rendering } from './rendered.ts';
import type { ImageRequest } from './request.ts';
import { writeNativeValues } from './write-native-values.ts';

/** Whose files they are. */
export interface NativeEnvironment {
  readonly tree: FileTree;
  /** Tree path of the application directory. */
  readonly directory: string;
  readonly environment: string;
  readonly rendering: Rendering;
}

/** Files that are written over those of a tree. */
export class Draft {
  readonly texts = new Map<string, string>();
  readonly #below: FileTree;

  constructor(below: FileTree) {
    this.#below = below;
  }

  get tree(): FileTree {
    const texts = Array.from(this.texts, ([path, text]): [string, Buffer] => [
      landingPath(this.#below, path),
      Buffer.from(text),
    ]);
    return createPatchedTree(this.#below, new Map(texts));
  }

  writeAll(files: ReadonlyMap<string, string>): void {
    for (const [path, text] of files) this.write(path, text);
  }

  write(path: string, text: string): void {
    if (this.#below.kind(path) === 'file' && this.#below.readText(path) === text) this.texts.delete(path);
    else this.texts.set(path, text);
  }
}

/** What the files have other than the lock, as changes of the names that come out. */
export function missingImages({ rendered }: NativeState): ImageRequest[] {
  const found = new Map<string, ImageRequest>();
  for (const { written, reference } of rendered?.images ?? []) {
    if (written === reference) continue;
    const { name } = splitReference(written);
    const { name: newName, ...version } = splitReference(reference);
    found.set(name, { name, ...(newName === name ? {} : { newName }), ...version });
  }
  return [...found.values()];
}

function requestOf({ name, newName, tag, digest }: LockedImage): ImageRequest {
  return {
    name,
    ...(newName === undefined ? {} : { newName }),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** All images of the lock, where nothing could be rendered. */
export function lockedImages({ tree, directory, environment }: NativeEnvironment): ImageRequest[] {
  return readLock(tree, lockPath(directory, environment)).images.map(requestOf);
}

/** Values files that other environments have, too. */
function sharedValues(native: NativeEnvironment, { app }: Environment): ReadonlySet<string> {
  const application = loadApplication(native.tree, native.directory);
  const shared = new Set<string>();
  for (const name of application.environments) {
    if (name === native.environment) continue;
    try {
      const { source } = resolveEnvironment(application, name, { app, values: {} });
      if ('valueFiles' in source) for (const { path } of source.valueFiles) shared.add(path);
    } catch (error) {
      // Another environment's mistake is not this one's.
      if (!(error instanceof Failure)) throw error;
    }
  }
  return shared;
}

/** The values files of the environment in helm's order, the chart's own first. */
function valuesOf(tree: FileTree, source: Extract<Source, { kind: 'helm' | 'external' }>): string[] {
  const named = source.valueFiles.map(({ path }) => path);
  const own = source.kind === 'helm' ? [joinPath(source.chart.path, 'values.yaml')] : [];
  return [...own.filter((path) => tree.kind(path) === 'file'), ...named];
}

/**
 * Writes images into the files of the source; none when they have them already.
 * @returns the files that say which images run, changed or not
 */
export async function writeNativeImages(
  draft: Draft,
  native: NativeEnvironment,
  environment: Environment,
  { images, renders }: { readonly images: readonly ImageRequest[]; readonly renders: boolean },
): Promise<readonly string[]> {
  const { source, referencedFiles } = environment;
  const { tree } = draft;
  const request = {
    tree,
    environment: native.environment,
    images,
    facts: undefined,
    // Where nothing is rendered, the command that wrote the lock knows that the image is one of the application's.
    allowNew: !renders,
    // The lock has decided.
    allowOlder: true,
    allowHeld: true,
    ancestry: { isOlder: async () => false },
    rendering: native.rendering,
  };
  if (source.kind === 'kustomize') {
    const { writeKustomization } = await import('./write-kustomization.ts');
    const { files, targets } = await writeKustomization({ ...request, directory: source.directory.path, files: [] });
    draft.writeAll(files);
    return targets;
  }
  if (source.kind === 'manifests') {
    const { directory } = native;
    const read = await manifestFiles(source, { tree, directory, referencedFiles, warn: () => undefined });
    if (images.length === 0) return read;
    const { writeManifests } = await import('./write-manifests.ts');
    draft.writeAll((await writeManifests({ ...request, directory: '', files: read })).files);
    return read;
  }
  const { valueFiles } = source;
  const files = valuesOf(tree, source);
  const shared = sharedValues(native, environment);
  if (images.length > 0) draft.writeAll(writeNativeValues({ tree, images, files, shared, valueFiles }));
  return files;
}
