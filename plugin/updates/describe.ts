/**
 * The files of `waybill init` as a change: into the work tree, a commit, or a remote branch. Where Argo CD goes on
 * rendering, the records of the locks are written with them.
 */
import { failure } from '../diagnostics/failure.ts';
import { baseName } from '../files/path.ts';
import { deliver } from './deliver.ts';
import type { Delivered, Delivery } from './intent.ts';

/** What is written for one application: the texts of waybill.yaml and of its locks, by tree path. */
export interface Description {
  /** Tree path of the application directory. */
  readonly directory: string;
  readonly files: ReadonlyMap<string, string>;
}

function subjectOf(described: readonly Description[]): string {
  const [first] = described;
  const what = described.length === 1 ? baseName(first?.directory ?? '') : `${described.length} applications`;
  return `Describe ${what === '' || what.length > 40 ? 'the application' : what} for Waybill\n`;
}

/**
 * Writes them all.
 * @throws Failure `init-exists` when one of the files is there with another text, and as deliver
 */
export async function deliverDescriptions(
  described: readonly Description[],
  delivery: Delivery,
): Promise<Delivered<undefined>> {
  const files = new Map(described.flatMap((one) => [...one.files]));
  const message = async (): Promise<string> => subjectOf(described);
  return await deliver(delivery, async ({ tree }) => {
    for (const [file, text] of files) {
      if (tree.kind(file) === undefined || tree.readText(file) === text) continue;
      throw failure('init-exists', `${file} is there already`, {
        location: { file },
        help: ['waybill init never changes it. To see what it does, run waybill explain.'],
      });
    }
    return { files, targets: [...files.keys()], message, branch: 'waybill/init', result: undefined };
  });
}
