/**
 * The records of one environment as manifests, for Git: what the sidecar's render would add for the same lock. Where the
 * source is not here, the lock alone says what runs.
 */
import type { Environment } from '../config/environment.ts';
import { loadApplication } from '../config/load.ts';
import { resolveEnvironment } from '../config/resolve.ts';
import { createPatchedTree, landingPath } from '../files/patched.ts';
import { loadLock } from '../lock/locks.ts';
import { isRecordManifest } from '../record/manifest.ts';
import { formatReference } from '../references/reference.ts';
import { render, type RenderRequest } from '../render.ts';
import type { Resource } from '../resources/resource.ts';
import { makeRecords } from '../stamp/records.ts';

/** What is rendered, and for whom; the rest follows. */
export type RecordRequest = Omit<RenderRequest, 'stamp' | 'asSidecar' | 'record'>;

/** The records of a source that cannot be rendered here: of the lock's images, in its order. */
function recordsOfLock(request: RecordRequest): readonly Resource[] {
  const { tree, directory, policy, warn } = request;
  const environment = environmentOf(request);
  if (environment.stamp.record === false) return [];
  const lock = loadLock(tree, directory, environment.name);
  const resolved = (lock?.images ?? []).map((entry) => {
    const { name, newName, tag, digest, source } = entry;
    const parts = { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
    const reference = formatReference({ written: newName ?? name, ...parts });
    return { origin: { location: entry.locate() }, reference, source, declared: undefined };
  });
  return makeRecords({
    environment: environment.name,
    reportAs: environment.reportAs,
    app: environment.app,
    stamp: environment.stamp,
    resolved,
    prefix: policy.stampPrefix,
    namespace: environment.namespace ?? request.app.namespace,
    inFiles: true,
    location: { file: lock?.file ?? directory },
    warn,
  });
}

function environmentOf({ tree, directory, policy, app, values, environment }: RecordRequest): Environment {
  return resolveEnvironment(loadApplication(tree, directory, policy.limits), environment, { app, values });
}

/** What a record's file holds while the record is made: it may be missing, half written, or empty by a shell's `>`. */
const placeholder = `apiVersion: v1
kind: ConfigMap
metadata: { name: waybill-record }
data: { deployment.json: "" }
`;

/**
 * The records, in the order of the images; none where no source commit is known, of which `warn` hears. What the file of
 * the record holds now does not matter.
 * @throws Failure as render, and `record-…`
 */
export async function makeNativeRecords(request: RecordRequest): Promise<readonly Resource[]> {
  const { source, native } = environmentOf(request);
  if (source.kind === 'external') return recordsOfLock(request);
  const file = native?.record && landingPath(request.tree, native.record.path);
  const tree =
    file === undefined ? request.tree : createPatchedTree(request.tree, new Map([[file, Buffer.from(placeholder)]]));
  const { resources } = await render({ ...request, tree, stamp: true, asSidecar: true });
  return resources.filter(({ body }) => isRecordManifest(body));
}
