/**
 * What helm and kustomize wrote to stderr, as much of it as a person reads: a chart decides how long an error of helm is,
 * and a Go program that crashes writes thousands of lines.
 */

/** Lines that are kept beside the decisive one. */
const LINES = 40;
/** Characters of a line that are kept. */
const CHARACTERS = 1000;

function shortened(line: string): string {
  if (line.length <= CHARACTERS) return line;
  return `${line.slice(0, CHARACTERS)}… (${line.length - CHARACTERS} characters left out)`;
}

/** The first of the lines, each shortened, with a last line that says how many are left out. */
export function firstLines(lines: readonly string[]): string[] {
  const kept = lines.slice(0, LINES).map(shortened);
  const left = lines.length - kept.length;
  return left === 0 ? kept : [...kept, `(${left} more ${left === 1 ? 'line' : 'lines'} left out)`];
}

/**
 * The line of an error message that decides: the first that says "Error:", else the first. Programs print warnings
 * before it, and the user of Argo CD's UI reads the first line. Undefined where nothing was said.
 */
function decisiveLine(lines: readonly string[]): string | undefined {
  return lines.find((line) => /^Error:/iu.test(line)) ?? lines[0];
}

/** The lines of stderr that are not blank: the decisive one without "Error:", and the first of the others. */
export function wordsOf(stderr: string): { readonly decisive: string | undefined; readonly others: string[] } {
  const lines = stderr.split(/\r?\n/u).filter((line) => line.trim() !== '');
  const decisive = decisiveLine(lines);
  return {
    decisive: decisive === undefined ? undefined : shortened(decisive.replace(/^Error:\s*/iu, '')),
    others: firstLines(lines.filter((line) => line !== decisive)),
  };
}
