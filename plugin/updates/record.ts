/**
 * `waybill record --write` as a function: brings the images in the files and the record of one environment to its lock.
 */
import { checkEnvironment } from '../config/choose.ts';
import { loadApplication } from '../config/load.ts';
import { isNative } from '../config/native.ts';
import { failure } from '../diagnostics/failure.ts';
import { lockPath } from '../lock/locks.ts';
import { deliver } from './deliver.ts';
import type { Delivered, Delivery } from './intent.ts';

/**
 * Writes what belongs to the lock; the lock stays.
 * @throws Failure `lock-environment` when there is no lock, `config-invalid` where the sidecar renders, and as deliver
 */
export async function writeRecord(environment: string, delivery: Delivery): Promise<Delivered<undefined>> {
  return await deliver(delivery, async ({ tree, directory }) => {
    const application = loadApplication(tree, directory);
    checkEnvironment(application, environment);
    if (!isNative(application.config)) {
      throw failure('config-invalid', 'the sidecar renders this application and adds the record itself', {
        location: { file: application.file ?? (directory || '.') },
        help: ['To have Argo CD render it, write source: native and record: FILE into waybill.yaml.'],
      });
    }
    const file = lockPath(directory, environment);
    if (tree.kind(file) !== 'file') {
      throw failure('lock-environment', `environment ${environment} has no lock ${file}`, {
        help: [`CI writes it: waybill images set NAME=:TAG -e ${environment}.`],
      });
    }
    return {
      files: new Map<string, string>(),
      targets: [file],
      message: async () => '',
      branch: `waybill/${environment}/record`,
      result: undefined,
    };
  });
}
