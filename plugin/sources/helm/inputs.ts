/**
 * What a helm source is made of, judged and copied before helm runs: the chart and its values files, all inside the
 * root. helm itself would follow a link out of the chart, and read any file that a schema refers to.
 */
import type { PathEntry, Source } from '../../config/environment.ts';
import { attemptAll, failure } from '../../diagnostics/failure.ts';
import { notFoundHelp } from '../../diagnostics/suggest.ts';
import { baseName, joinPath, parentPath } from '../../files/path.ts';
import type { FileTree } from '../../files/tree.ts';
import type { Copy } from '../copy.ts';
import { isSchemaName, judgeSchema } from './schema.ts';

/** The helm form of a source. */
export type HelmSource = Extract<Source, { kind: 'helm' }>;

function missing(what: string, { path, location }: PathEntry, tree: FileTree): Error {
  const parent = parentPath(path);
  const names = tree.kind(parent) === 'directory' ? tree.list(parent) : [];
  return failure('file-missing', `the ${what} ${path || '.'} does not exist`, {
    location,
    help: notFoundHelp(`In ${parent || '.'}`, baseName(path), names),
  });
}

/** A chart's package: the judging of it is loaded only where there is one. */
function takePackage(path: string, copy: Copy): void {
  copy.replace(path, async (bytes) => (await import('./package.ts')).repackChart(bytes, path));
}

/** Copies every file below a chart, judged: links that leave the root, special files, and schemas that refer elsewhere. */
function copyDirectory(tree: FileTree, directory: string, chart: string, copy: Copy): void {
  attemptAll(tree.list(directory), (name) => {
    const path = joinPath(directory, name);
    if (tree.kind(path) === 'directory') copyDirectory(tree, path, chart, copy);
    else if (isSchemaName(chart === '' ? path : path.slice(chart.length + 1)))
      copy.write(path, judgeSchema(tree.readText(path), path));
    else if (name.endsWith('.tgz') && baseName(directory) === 'charts') takePackage(path, copy);
    else copy.add(path);
  });
}

/**
 * Copies a chart, checked to be one and to stay inside the root. Failure `file-missing`, `source-remote`,
 * `file-unreadable`, and what the tree says.
 */
export function copyChart(chart: PathEntry, tree: FileTree, copy: Copy): void {
  const { path, location } = chart;
  const kind = tree.kind(path);
  if (kind === undefined) throw missing('chart', chart, tree);
  if (kind === 'file') {
    if (path.endsWith('.tgz')) {
      takePackage(path, copy);
      return;
    }
    throw failure('file-missing', `${path} is no chart`, {
      location,
      help: ['A chart is a directory with a Chart.yaml, or a packaged chart (.tgz).'],
    });
  }
  if (tree.kind(joinPath(path, 'Chart.yaml')) !== 'file') {
    throw failure('file-missing', `the directory ${path || '.'} has no Chart.yaml`, { location });
  }
  copyDirectory(tree, path, path, copy);
}

/** The texts of the values files, in order, named by their paths. Failure `file-missing`, and what the tree says. */
export function readValueFiles(tree: FileTree, files: readonly PathEntry[]): { name: string; text: string }[] {
  return attemptAll(files, (file) => {
    if (tree.kind(file.path) !== 'file') throw missing('values file', file, tree);
    return { name: file.path, text: tree.readText(file.path) };
  });
}
