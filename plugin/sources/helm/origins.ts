/**
 * Which template a manifest in helm's output came from: helm writes `---` and `# Source: CHART/templates/FILE` above
 * each. Any other `# Source:` is a comment of the chart's author; charts say in this way where they got a file from.
 */
import { joinPath } from '../../files/path.ts';
import type { FileTree } from '../../files/tree.ts';

/** A line before the content of a document. */
const PREAMBLE = /^(?:---.*|#.*|\s*)$/u;

/** What helm writes: the path of a template, or of a file of CRDs, with the name of the chart before it. */
const SOURCE = /^# Source: [^/\s:]+\/((?:charts\/.+\/)?(?:templates|crds)\/.+?)\r?$/u;

/** Whether a path stays below its chart: a CRD file is printed whole, so its author can write helm's comment, too. */
function isBelow(path: string): boolean {
  return !path.includes('\0') && !path.split('/').some((part) => part === '' || part === '.' || part === '..');
}

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
    const file = files.get(path) ?? (isBelow(source) && tree.kind(path) === 'file' ? path : fallback);
    files.set(path, file);
    return file;
  };
  let next = 0;
  let current = fallback;
  return (asked) => {
    // A file of CRDs is printed whole: its later documents have no comment of their own and keep the file of the first.
    for (; next < lines.length && (next < asked || PREAMBLE.test(lines[next] ?? '')); next += 1) {
      const source = lines[next - 1] === '---' ? SOURCE.exec(lines[next] ?? '')?.[1] : undefined;
      if (source !== undefined) current = fileOf(source);
    }
    return current;
  };
}
