/**
 * One environment of an application that Argo CD renders itself: the records that belong to its lock, as the sidecar's
 * render would add them, and what the files give now. Where the source is not here, the lock alone says what runs.
 */
import type { Environment } from '../config/environment.ts';
import { loadApplication } from '../config/load.ts';
import { resolveEnvironment } from '../config/resolve.ts';
import { createPatchedTree, landingPath } from '../files/patched.ts';
import type { ResolvedImage } from '../images/resolve.ts';
import type { ImageLock } from '../lock/lock.ts';
import { loadLock } from '../lock/locks.ts';
import { isRecordManifest } from '../record/manifest.ts';
import { formatReference } from '../references/reference.ts';
import { render, type RenderRequest } from '../render.ts';
import type { Resource } from '../resources/resource.ts';
import { makeRecords } from '../stamp/records.ts';

/** What is rendered, and for whom; the rest follows. */
export type RecordRequest = Omit<RenderRequest, 'stamp' | 'asSidecar' | 'record'>;

/** What belongs to the lock, and what the files give. */
export interface NativeState {
  readonly environment: Environment;
  /** The records of the lock's images, in the order of the images; none where no source commit is known. */
  readonly records: readonly Resource[];
  /** Undefined: nothing was rendered. */
  readonly rendered: Rendered | undefined;
}

/** What comes out of the files without the sidecar. */
export interface Rendered {
  /** Records of any kind among them. */
  readonly resources: readonly Resource[];
  /** Each image as the files have it (`written`) and as the lock does (`reference`). */
  readonly images: readonly ResolvedImage[];
}

/** The application's environment. Failures of waybill.yaml. */
export function environmentFor({ tree, directory, policy, app, values, environment }: RecordRequest): Environment {
  return resolveEnvironment(loadApplication(tree, directory, policy.limits), environment, { app, values });
}

/** As manifests name the images of a lock. */
function imagesOf(lock: ImageLock | undefined) {
  return (lock?.images ?? []).map((entry) => {
    const { name, newName, tag, digest, source } = entry;
    const parts = { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
    const reference = formatReference({ written: newName ?? name, ...parts });
    return { origin: { location: entry.locate() }, reference, source, declared: undefined };
  });
}

/**
 * The records by the lock alone, in its order: for a source that cannot be rendered here.
 * @throws Failure of reading, and `record-…`
 */
export function recordsOfLock(request: RecordRequest): NativeState {
  const environment = environmentFor(request);
  const { tree, directory, policy, warn } = request;
  if (environment.stamp.record === false) return { environment, records: [], rendered: undefined };
  const lock = loadLock(tree, directory, environment.name);
  const records = makeRecords({
    environment: environment.name,
    reportAs: environment.reportAs,
    app: environment.app,
    stamp: environment.stamp,
    resolved: imagesOf(lock),
    prefix: policy.stampPrefix,
    namespace: environment.namespace ?? request.app.namespace,
    inFiles: true,
    location: { file: lock?.file ?? directory },
    warn,
  });
  return { environment, records, rendered: undefined };
}

/** What a record's file holds while the record is made: it may be missing, half written, or empty by a shell's `>`. */
const placeholder = `apiVersion: v1
kind: ConfigMap
metadata: { name: waybill-record }
data: { deployment.json: "" }
`;

/** The tree in which the file of the record holds nothing that matters. */
export function withoutRecord(request: RecordRequest): RecordRequest {
  const record = environmentFor(request).native?.record;
  if (record === undefined) return request;
  const file = landingPath(request.tree, record.path);
  return { ...request, tree: createPatchedTree(request.tree, new Map([[file, Buffer.from(placeholder)]])) };
}

/**
 * Renders the environment with the lock's images.
 * @throws Failure as render, and `record-…`
 */
export async function nativeState(request: RecordRequest): Promise<NativeState> {
  const before = environmentFor(request);
  if (before.source.kind === 'external') return recordsOfLock(request);
  const { environment, sourced, resources, images } = await render({ ...request, stamp: true, asSidecar: true });
  return {
    environment,
    records: resources.filter(({ body }) => isRecordManifest(body)),
    rendered: { resources: sourced, images },
  };
}

/** {@link nativeState}'s records, whatever the file of the record holds now. */
export async function makeNativeRecords(request: RecordRequest): Promise<readonly Resource[]> {
  return (await nativeState(withoutRecord(request))).records;
}
