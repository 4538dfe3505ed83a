/**
 * `waybill record --patch` as a function: the patch of the Application by which it deploys a record that its own source
 * does not hold.
 */
import { failure } from '../diagnostics/failure.ts';
import { WorkTree } from '../git/work-tree.ts';
import { applicationPatch } from '../native/extra-source.ts';
import { placementOf } from '../native/placement.ts';
import { environmentFor, type RecordRequest } from '../native/records.ts';
import { withoutCredentials } from '../record/repository.ts';

/**
 * The text of the patch.
 * @param directory the application directory, absolute
 * @throws Failure `record-file` when the environment needs no extra source; and of reading
 */
export async function patchFor(request: RecordRequest, directory: string): Promise<string> {
  const environment = environmentFor(request);
  const record = environment.native?.record;
  const placement = record && (await placementOf(request.tree, request.directory, environment, record.path));
  if (placement?.kind !== 'extra-source') {
    throw failure('record-file', 'the record needs no extra source', {
      location: record?.location,
      help: [
        record === undefined
          ? 'waybill.yaml names no file for it: record: records/{{ environment }}.yaml, with a native source.'
          : `${record.path} is part of what Argo CD renders already.`,
      ],
    });
  }
  const tree = await WorkTree.open(directory, request.binaries.env);
  const local = await tree.currentBranch();
  const { remote, branch } = local === undefined ? { remote: 'origin', branch: 'HEAD' } : await tree.upstreamOf(local);
  const url = await tree.remoteURL(remote);
  const repository = url === undefined ? undefined : withoutCredentials(url);
  return applicationPatch({ ...placement, application: environment.app.name, repository, revision: branch });
}
