/**
 * What a helm source is made of, looked at before helm runs: the chart and its values files, all inside the root.
 * helm itself would follow a link out of the chart, and read any file that a schema refers to.
 */
import type { PathEntry, Source } from '../../config/environment.ts';
import { attemptAll, failure } from '../../diagnostics/failure.ts';
import { notFoundHelp } from '../../diagnostics/suggest.ts';
import { baseName, joinPath, parentPath } from '../../files/path.ts';
import type { FileTree } from '../../files/tree.ts';
import { checkSchema } from './schema.ts';

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

/** Looks at every file below a chart: links that leave the root, special files, and schemas that refer elsewhere. */
function inspectDirectory(tree: FileTree, directory: string): void {
  attemptAll(tree.list(directory), (name) => {
    if (name === '.git') return;
    const path = joinPath(directory, name);
    if (tree.kind(path) === 'directory') inspectDirectory(tree, path);
    else if (name === 'values.schema.json') checkSchema(tree.readText(path), path);
  });
}

/** Checks that the chart is there and stays inside the root. Failure `file-missing`, `source-remote`, and what the tree says. */
export function inspectChart(tree: FileTree, chart: PathEntry): void {
  const { path, location } = chart;
  const kind = tree.kind(path);
  if (kind === undefined) throw missing('chart', chart, tree);
  if (kind === 'file') {
    if (path.endsWith('.tgz')) return;
    throw failure('file-missing', `${path} is no chart`, {
      location,
      help: ['A chart is a directory with a Chart.yaml, or a packaged chart (.tgz).'],
    });
  }
  if (tree.kind(joinPath(path, 'Chart.yaml')) !== 'file') {
    throw failure('file-missing', `the directory ${path || '.'} has no Chart.yaml`, { location });
  }
  inspectDirectory(tree, path);
}

/** The texts of the values files, in order, named by their paths. Failure `file-missing`, and what the tree says. */
export function readValueFiles(tree: FileTree, files: readonly PathEntry[]): { name: string; text: string }[] {
  return attemptAll(files, (file) => {
    if (tree.kind(file.path) !== 'file') throw missing('values file', file, tree);
    return { name: file.path, text: tree.readText(file.path) };
  });
}
