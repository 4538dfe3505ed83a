/**
 * `vendor/waybill-vendor.yaml`, and whether what it names is still what was fetched.
 */
import { createHash } from 'node:crypto';
import { failure } from '../diagnostics/failure.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import type { JsonObject } from '../resources/json.ts';
import { check } from '../schemas/problems.ts';
import type { VendorFile } from '../schemas/vendor.generated.ts';
import { validate } from '../schemas/vendor.validate.generated.js';
import { readYaml } from '../yaml/read.ts';
import { checkReadings } from '../yaml/two-readings.ts';
import { writeYaml } from '../yaml/write.ts';

/** Tree path of the file. */
export const vendorFile = 'vendor/waybill-vendor.yaml';

/** What is written about what was fetched. */
export interface Vendored {
  readonly charts: NonNullable<VendorFile['charts']>;
  readonly bases: NonNullable<VendorFile['bases']>;
}

/** `sha256:…` of bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** `sha256:…` over the names and contents of files. */
export function digestOfFiles(files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256');
  for (const [path, bytes] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  return `sha256:${hash.digest('hex')}`;
}

/** Reads it; empty where there is none. Failure `vendor-invalid`. */
export function readVendored(tree: FileTree): Vendored {
  if (tree.kind(vendorFile) !== 'file') return { charts: [], bases: [] };
  const text = tree.readText(vendorFile);
  const [document] = readYaml(text, { file: vendorFile, duplicateKeys: 'error' });
  checkReadings(text, vendorFile);
  if (document === undefined)
    throw failure('vendor-invalid', `${vendorFile} is empty`, { location: { file: vendorFile } });
  const { charts = [], bases = [] } = check<VendorFile>(
    validate,
    document.value,
    (path) => document.locate(path),
    'vendor-invalid',
  );
  return { charts, bases };
}

function pathOf(one: { readonly file?: string; readonly directory?: string }): string {
  return one.file ?? one.directory ?? '';
}

/** Entries as they are written; sorted, so that the order of fetching changes nothing. */
function entries(all: Vendored['charts'] | Vendored['bases']): JsonObject[] {
  const sorted = all.toSorted((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
  return sorted.map((one) => Object.fromEntries(Object.entries(one)));
}

/** Its text. */
export function vendoredText({ charts, bases }: Vendored): string {
  return `# Made by waybill vendor: what it fetched, by digest. waybill vendor --check compares it without a network.\n${writeYaml(
    {
      apiVersion: 'waybill.dev/v1',
      kind: 'Vendor',
      ...(charts.length === 0 ? {} : { charts: entries(charts) }),
      ...(bases.length === 0 ? {} : { bases: entries(bases) }),
    },
  )}`;
}

/** Every file below a directory of a tree, by its path below it. Links are followed where the tree allows them. */
export function filesBelow(tree: FileTree, directory: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const visit = (below: string): void => {
    for (const name of tree.list(joinPath(directory, below))) {
      const path = joinPath(below, name);
      if (tree.kind(joinPath(directory, path)) === 'directory') visit(path);
      else files.set(path, tree.readBytes(joinPath(directory, path)));
    }
  };
  visit('');
  return files;
}

/** What is not as it was fetched, each as a Failure's message; none when all is. */
export function changedVendored(tree: FileTree): string[] {
  const { charts, bases } = readVendored(tree);
  const wrong: string[] = [];
  for (const { file, digest } of charts) {
    if (tree.kind(file) !== 'file') wrong.push(`${file} is missing`);
    else if (digestOf(tree.readBytes(file)) !== digest) wrong.push(`${file} is not what was fetched`);
  }
  for (const { directory, digest } of bases) {
    if (tree.kind(directory) !== 'directory') wrong.push(`${directory} is missing`);
    else if (digestOfFiles(filesBelow(tree, directory)) !== digest) wrong.push(`${directory} is not what was fetched`);
  }
  return wrong;
}
