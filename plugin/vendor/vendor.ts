/**
 * Fetches what a repository's charts and kustomizations would take from elsewhere, and says which files that changes:
 * packages of charts, directories of other repositories, the kustomizations that name them, and the digests of all.
 */
import type { Binaries } from '../binaries/binaries.ts';
import { attemptTogether } from '../diagnostics/failure.ts';
import type { FileTree } from '../files/tree.ts';
import type { Policy } from '../policy/policy.ts';
import { fetchBase, type FetchedBase, remoteBases, withReferences } from './bases.ts';
import { fetchCharts, incompleteCharts } from './charts.ts';
import { digestOfFiles, filesBelow, readVendored, type Vendored, vendoredText, vendorFile } from './vendored.ts';

/** What to write, and lines for people. */
export interface Vendoring {
  /** Bytes by tree path; none when nothing has to be fetched. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly told: readonly string[];
}

/** What is fetched with. */
export interface VendorRequest {
  readonly tree: FileTree;
  readonly directories: readonly string[];
  readonly policy: Policy;
  readonly binaries: Binaries;
}

/** Digests of directories, with what was in them before. */
function basesWith(tree: FileTree, before: Vendored, fetched: readonly FetchedBase[]): Vendored['bases'] {
  const known = new Map(before.bases.map((one) => [one.directory, one]));
  const files = new Map<string, Map<string, Uint8Array>>();
  for (const { base, files: made } of fetched) {
    const { directory } = base;
    const there = tree.kind(directory) === 'directory';
    const all = files.get(directory) ?? (there ? filesBelow(tree, directory) : new Map<string, Uint8Array>());
    for (const [path, bytes] of made) all.set(path.slice(directory.length + 1), bytes);
    files.set(directory, all);
    known.set(directory, { ...base, digest: digestOfFiles(all) });
  }
  return [...known.values()];
}

/**
 * Fetches everything; nothing is written here.
 * @throws Failure of helm and git, `vendor-…`; of everything that cannot be fetched together
 */
export async function vendor({ tree, directories, policy, binaries }: VendorRequest): Promise<Vendoring> {
  const before = readVendored(tree);
  const files = new Map<string, Uint8Array>();
  const told: string[] = [];
  const charts = new Map(before.charts.map((one) => [one.file, one]));
  const incomplete = directories.flatMap((directory) => incompleteCharts(tree, directory, policy));
  const remote = directories.flatMap((directory) => remoteBases(tree, directory));
  const fetched: FetchedBase[] = [];
  const references = new Map<string, { path: readonly (string | number)[]; reference: string }[]>();
  const work = [
    ...incomplete.map((one) => async () => {
      const made = await fetchCharts(tree, one, before, binaries);
      for (const [path, bytes] of made.files) files.set(path, bytes);
      for (const chart of made.charts) charts.set(chart.file, chart);
      told.push(`${one.chart || '.'}: ${made.charts.map(({ file }) => file.split('/').at(-1)).join(', ')}`);
    }),
    ...remote.map((one) => async () => {
      const made = await fetchBase(one, binaries.env);
      fetched.push(made);
      for (const [path, bytes] of made.files) files.set(path, bytes);
      const list = references.get(one.file) ?? [];
      references.set(one.file, [...list, { path: one.path, reference: made.reference }]);
      told.push(`${one.file}: ${one.url} is now ${made.reference} (${made.base.commit.slice(0, 7)})`);
    }),
  ];
  // One after the other, and all that fails is told together.
  const done: Promise<void>[] = [];
  for (const each of work) {
    const one = each();
    done.push(one);
    await Promise.allSettled([one]);
  }
  await attemptTogether(done);
  for (const [file, list] of references) files.set(file, Buffer.from(withReferences(tree.readText(file), file, list)));
  if (files.size === 0) return { files, told };
  const after = { charts: [...charts.values()], bases: basesWith(tree, before, fetched) };
  files.set(vendorFile, Buffer.from(vendoredText(after)));
  return { files, told };
}
