/**
 * Which template a manifest in helm's output came from: helm writes `# Source: CHART/templates/FILE` above each.
 */
import { joinPath } from '../../files/path.ts';
import type { FileTree } from '../../files/tree.ts';

/** A line before the content of a document. */
const PREAMBLE = /^(?:---.*|#.*|\s*)$/u;

/**
 * A function from the line of helm's output at which a document starts to the tree path of the template that printed
 * it: the template's file where the tree has it (a packaged subchart's it has not), else the chart. To be asked from
 * top to bottom.
 */
export function templateOrigins(output: string, chart: string, tree: FileTree): (line: number) => string {
  const fallback = tree.kind(chart) === 'directory' ? joinPath(chart, 'Chart.yaml') : chart;
  const lines = output.split('\n');
  const files = new Map<string, string>();
  const fileOf = (source: string): string => {
    const path = joinPath(chart, source);
    const file = files.get(path) ?? (tree.kind(path) === 'file' ? path : fallback);
    files.set(path, file);
    return file;
  };
  let next = 0;
  let current = fallback;
  return (asked) => {
    // A file of CRDs is printed whole: its later documents have no comment of their own and keep the file of the first.
    for (; next < lines.length && (next < asked || PREAMBLE.test(lines[next] ?? '')); next += 1) {
      const source = /^# Source: [^/]+\/(.+?)\r?$/u.exec(lines[next] ?? '')?.[1];
      if (source !== undefined) current = fileOf(source);
    }
    return current;
  };
}
