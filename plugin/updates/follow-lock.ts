/**
 * What belongs to a change of a lock where Argo CD renders without the sidecar: the images in the source's own files, and
 * the record. Every command that writes locks does it, in the same commit, since this stands behind all of them.
 */
import type { Environment } from '../config/environment.ts';
import { baseName } from '../files/path.ts';
import { lockPath } from '../lock/locks.ts';
import { failure } from '../diagnostics/failure.ts';
import { checkNativeState } from '../native/check.ts';
import { holdsOnlyRecords } from '../native/files.ts';
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
import { slug } from '../templates/slug.ts';
import { editYaml } from '../yaml/edit.ts';
import { Draft, lockedImages, missingImages, type NativeEnvironment, writeNativeImages } from './native-images.ts';
import { renderSource } from './rendered.ts';

/** One environment whose lock is as it should be. */
export interface Followed extends NativeEnvironment {
  /** The name of the directory, where that is the root of the tree. */
  readonly own: string;
  /** The destination's namespace, where waybill.yaml does not say it. */
  readonly namespace?: string | undefined;
  /** The files have the images already. @default false */
  readonly imagesWritten?: boolean;
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
 * The records of the lock, and what the files give so far. A source that cannot be rendered here, for want of a program or
 * of what would have to be fetched, leaves the lock's word alone.
 */
async function stateBefore(
  request: RecordRequest,
  { source }: Environment,
  { directory, rendering }: Followed,
): Promise<NativeState> {
  if (source.kind === 'external') return recordsOfLock(request);
  const asked = withoutRecord(request);
  try {
    return await nativeState(asked);
  } catch (error) {
    const tried = await renderSource(asked.tree, directory, source, rendering);
    if (!('why' in tried)) throw error;
    rendering.note(`the source cannot be rendered here, so the record is made of the lock: ${tried.why}`);
    return recordsOfLock(request);
  }
}

/**
 * What has to be written besides the lock of one environment. Nothing where the sidecar renders.
 * @throws Failure when the files then give something else than the lock says (`record-…`, `image-…`), and of reading
 */
export async function followLock(followed: Followed): Promise<Following> {
  const { tree, directory } = followed;
  const request = requestOf(followed);
  const environment = environmentFor(request);
  if (!environment.native || tree.kind(lockPath(directory, followed.environment)) !== 'file') return NOTHING;
  const draft = new Draft(tree);
  const { record } = environment.native;
  if (record && tree.kind(record.path) === 'file' && !holdsOnlyRecords(tree.readText(record.path), record.path)) {
    throw failure('record-file', `${record.path} holds something else than records, and would be overwritten`, {
      location: { file: record.path },
      help: ['Use a separate file for the record.'],
    });
  }
  const before = await stateBefore(request, environment, followed);
  const renders = before.rendered !== undefined;
  const images = renders ? missingImages(before) : lockedImages(followed);
  const targets = followed.imagesWritten
    ? []
    : [...(await writeNativeImages(draft, followed, environment, { images, renders }))];
  if (record === undefined) return { files: draft.texts, targets };

  const placement = await placementOf(draft.tree, directory, environment, record.path);
  // The lock has decided what the record says, whatever the files had.
  targets.push(...writeRecord(draft, before, record.path, placement));
  if (renders) {
    const after = await nativeState({ ...request, tree: draft.tree });
    const apart = placement.kind === 'extra-source' ? before.records : [];
    checkNativeState({ ...after, tree: draft.tree, namespace: followed.namespace, apart });
  }
  const isNew = placement.kind === 'extra-source' && tree.kind(record.path) !== 'file' && draft.texts.has(record.path);
  return { files: draft.texts, targets, ...(isNew ? { extraSource: placement } : {}) };
}
