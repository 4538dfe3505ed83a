/**
 * What belongs to a change of a lock where Argo CD renders without the sidecar: the images in the source's own files, and
 * the record. Every command that writes locks does it, in the same commit, since this stands behind all of them.
 */
import type { Environment } from '../config/environment.ts';
import { loadApplication } from '../config/load.ts';
import { resolveEnvironment } from '../config/resolve.ts';
import { Failure } from '../diagnostics/failure.ts';
import { createPatchedTree, landingPath } from '../files/patched.ts';
import { baseName, joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { lockPath } from '../lock/locks.ts';
import { readLock } from '../lock/read.ts';
import { checkNativeState } from '../native/check.ts';
import { type Placement, placementOf } from '../native/placement.ts';
import { recordFileText } from '../native/record-file.ts';
import {
  environmentFor,
  type NativeState,
  nativeState,
  type RecordRequest,
  recordsOfLock,
  withoutRecord,
} from '../native/records.ts';
import { loadPolicy } from '../policy/load.ts';
import { splitReference } from '../references/reference.ts';
import { manifestFiles } from '../sources/manifests/inputs.ts';
import { slug } from '../templates/slug.ts';
import { editYaml } from '../yaml/edit.ts';
import { type Rendering, renderSource } from './rendered.ts';
import type { ImageRequest } from './request.ts';
import type { Writer } from './writer.ts';
import { writeNativeValues } from './write-native-values.ts';

/** One environment whose lock is as it should be. */
export interface Followed {
  /** With the new lock. */
  readonly tree: FileTree;
  /** Tree path of the application directory. */
  readonly directory: string;
  readonly environment: string;
  /** The name of the directory, where that is the root of the tree. */
  readonly own: string;
  readonly rendering: Rendering;
  /** The destination's namespace, where waybill.yaml does not say it. */
  readonly namespace?: string | undefined;
}

/** What has to be written besides the lock. */
export interface Following {
  /** New texts by tree path. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that would change, were they not as they should be already. */
  readonly targets: readonly string[];
  /** Set when a file of the record is new that the Application does not read yet. */
  readonly extraSource?: Extract<Placement, { kind: 'extra-source' }>;
}

const NOTHING: Following = { files: new Map(), targets: [] };

/** Files that are written over those of a tree. */
class Draft {
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

  write(path: string, text: string): void {
    if (this.#below.kind(path) === 'file' && this.#below.readText(path) === text) this.texts.delete(path);
    else this.texts.set(path, text);
  }
}

function requestOf({ tree, directory, environment, own, rendering, namespace }: Followed): RecordRequest {
  const name = slug(directory === '' ? own : baseName(directory)) || 'application';
  return {
    tree,
    directory,
    environment,
    app: { name, instance: name, namespace },
    values: {},
    images: [],
    kubeVersion: undefined,
    apiVersions: [],
    policy: loadPolicy(rendering.env, 'cli'),
    binaries: { env: rendering.env },
    warn: ({ message }) => rendering.note(message),
  };
}

/** What the files have other than the lock, as changes of the names that come out. */
function missing({ rendered }: NativeState): ImageRequest[] {
  const found = new Map<string, ImageRequest>();
  for (const { written, reference } of rendered?.images ?? []) {
    if (written === reference) continue;
    const { name } = splitReference(written);
    const { name: newName, ...version } = splitReference(reference);
    found.set(name, { name, ...(newName === name ? {} : { newName }), ...version });
  }
  return [...found.values()];
}

/** All images of the lock, where nothing could be rendered. */
function ofLock({ tree, directory, environment }: Followed): ImageRequest[] {
  return readLock(tree, lockPath(directory, environment)).images.map(({ name, newName, tag, digest }) => ({
    name,
    ...(newName === undefined ? {} : { newName }),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  }));
}

/** Values files that other environments have, too. */
function sharedValues(followed: Followed, { app }: Environment): ReadonlySet<string> {
  const application = loadApplication(followed.tree, followed.directory);
  const shared = new Set<string>();
  for (const name of application.environments) {
    if (name === followed.environment) continue;
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

/** The files that say which images run, as tree paths. */
async function imageFiles(
  tree: FileTree,
  { directory }: Followed,
  environment: Environment,
): Promise<readonly string[]> {
  const { source, referencedFiles } = environment;
  switch (source.kind) {
    case 'manifests':
      return await manifestFiles(source, { tree, directory, referencedFiles, warn: () => undefined });
    case 'kustomize':
      return [];
    case 'helm':
      return [joinPath(source.chart.path, 'values.yaml'), ...source.valueFiles.map(({ path }) => path)].filter(
        (path) => tree.kind(path) === 'file',
      );
    case 'external':
      return source.valueFiles.map(({ path }) => path);
  }
}

function below(directory: string, path: string): string {
  return directory === '' ? path : path.slice(directory.length + 1);
}

/** Writes the images into the files of the source. Result: the files that say which images run. */
async function writeImages(
  draft: Draft,
  followed: Followed,
  environment: Environment,
  images: readonly ImageRequest[],
  renders: boolean,
): Promise<readonly string[]> {
  const { source } = environment;
  const { tree } = draft;
  const files = await imageFiles(tree, followed, environment);
  const write = async (writer: Writer, directory: string, named: readonly string[]): Promise<readonly string[]> => {
    const written = await writer({
      tree,
      directory,
      environment: followed.environment,
      images,
      facts: undefined,
      files: named,
      // Where nothing is rendered, the command that wrote the lock knows that the image is one of the application's.
      allowNew: !renders,
      // The lock has decided.
      allowOlder: true,
      allowHeld: true,
      ancestry: { isOlder: async () => false },
      rendering: followed.rendering,
    });
    for (const [path, text] of written.files) draft.write(path, text);
    return written.targets;
  };
  switch (source.kind) {
    case 'kustomize':
      return await write((await import('./write-kustomization.ts')).writeKustomization, source.directory.path, []);
    case 'manifests': {
      const directory = source.paths[0]?.path ?? '';
      const inside = files.map((path) => below(directory, path));
      if (images.length > 0 && tree.kind(directory) === 'directory')
        await write((await import('./write-manifests.ts')).writeManifests, directory, inside);
      return files;
    }
    default: {
      const request = {
        tree,
        images,
        files,
        shared: sharedValues(followed, environment),
        valueFiles: source.valueFiles,
      };
      if (images.length > 0) for (const [path, text] of writeNativeValues(request)) draft.write(path, text);
      return files;
    }
  }
}

/** Writes the file of the record, and lists it where it has to be listed. Result: the files that it stands in. */
function writeRecord(draft: Draft, { records }: NativeState, path: string, placement: Placement): readonly string[] {
  // An empty file would only be another thing to read.
  if (records.length === 0 && draft.tree.kind(path) === undefined) return [path];
  draft.write(path, recordFileText(records, placement));
  if (placement.kind !== 'kustomization') return [path];
  const { file, entry, isListed } = placement;
  if (!isListed)
    draft.write(
      file,
      editYaml(draft.tree.readText(file), [{ op: 'insert', path: ['resources'], value: entry }], { file }),
    );
  return [path, file];
}

/**
 * What has to be written besides the lock of one environment. Nothing where the sidecar renders.
 * @throws Failure when the files then give something else than the lock says (`record-…`, `image-…`), and of reading
 */
export async function followLock(followed: Followed): Promise<Following> {
  const { tree, directory, rendering } = followed;
  const request = requestOf(followed);
  const environment = environmentFor(request);
  if (!environment.native || tree.kind(lockPath(directory, followed.environment)) !== 'file') return NOTHING;
  const at = (files: FileTree): RecordRequest => ({ ...request, tree: files });
  const draft = new Draft(tree);
  const { record } = environment.native;
  const isHere = environment.source.kind !== 'external';
  const tried = isHere
    ? await renderSource(withoutRecord(request).tree, directory, environment.source, rendering)
    : undefined;
  const why = tried && 'why' in tried ? tried.why : undefined;
  const renders = isHere && why === undefined;
  if (why !== undefined)
    rendering.note(`the source cannot be rendered here, so the record is made of the lock: ${why}`);
  const images = renders ? missing(await nativeState(withoutRecord(request))) : ofLock(followed);
  const targets = [...(await writeImages(draft, followed, environment, images, renders))];
  if (record === undefined) return { files: draft.texts, targets };

  const state = renders ? await nativeState(withoutRecord(at(draft.tree))) : recordsOfLock(at(draft.tree));
  const placement = await placementOf(draft.tree, directory, environment, record.path);
  targets.push(...writeRecord(draft, state, record.path, placement));
  if (renders) {
    const after = await nativeState(at(draft.tree));
    const apart = placement.kind === 'extra-source' ? state.records : [];
    checkNativeState({ ...after, tree: draft.tree, namespace: followed.namespace, apart });
  }
  const isNew = placement.kind === 'extra-source' && tree.kind(record.path) !== 'file' && draft.texts.has(record.path);
  return { files: draft.texts, targets, ...(isNew ? { extraSource: placement } : {}) };
}
