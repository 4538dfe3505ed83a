/**
 * Cuts a file into documents before anything is parsed, as Kubernetes' own reader does (YAMLReader of
 * k8s.io/apimachinery/pkg/util/yaml), and refuses characters that libyaml refuses.
 */
import { failure } from '../diagnostics/failure.ts';
import { type Chunk, countLines, locationAt } from './lines.ts';

// The reader of libyaml takes no others; a byte order mark is allowed at the start alone. NEL, LS and PS are line
// breaks in YAML 1.1 and ordinary characters in YAML 1.2: no two tools agree on them, so they are refused. The
// first expression is quick, and also finds whole surrogate pairs, which are fine.
const suspicious =
  // oxlint-disable-next-line no-control-regex, require-unicode-regexp -- control characters are what is looked for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u2028\u2029\uD800-\uDFFF\uFEFF\uFFFE\uFFFF]/;
const forbidden =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u2028\u2029\p{Surrogate}\uFEFF\uFFFE\uFFFF]/u;

function refuseForbidden(text: string, file: string): void {
  const index = suspicious.test(text) ? text.search(forbidden) : -1;
  if (index < 0) return;
  const digits = text.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0');
  throw failure('yaml-syntax', `the character U+${digits} is not allowed in YAML`, {
    location: locationAt({ file, text, start: 0, end: text.length, line: 1 }, index),
    help: [`Write it as an escape in double quotes: "\\u${digits}".`],
  });
}

/** Offsets of the lines that begin a document with `---`. */
function separators(text: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf('\n---'); at >= 0; at = text.indexOf('\n---', at + 4)) {
    const next = text.charAt(at + 4);
    if (next === '' || next === '\n' || next === ' ' || next === '\t') found.push(at + 1);
  }
  return found;
}

/**
 * The documents of a text, each from its `---` line (if it has one) up to the next. Line ends become LF, a byte
 * order mark is dropped. Failure `yaml-syntax` for a character that YAML does not allow.
 */
export function splitDocuments(source: string, file: string): Chunk[] {
  const withoutMark = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const text = withoutMark.includes('\r') ? withoutMark.replaceAll(/\r\n?/gu, '\n') : withoutMark;
  refuseForbidden(text, file);
  // A directive belongs to the document after the next `---`, so such a rare file is left in one piece.
  if (text.startsWith('%') || text.includes('\n%')) return [{ file, text, start: 0, end: text.length, line: 1 }];
  const starts = [0, ...separators(text)];
  let line = 1;
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? text.length;
    const chunk = { file, text, start, end, line };
    line += countLines(text, start, end);
    return chunk;
  });
}
