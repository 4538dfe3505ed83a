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

/** Documents of one file, empty ones included: a file of nothing but separators would make millions. */
const MOST_DOCUMENTS = 500_000;

/**
 * Offsets of the lines that begin a document with `---`. Failure `yaml-syntax` for what Kubernetes refuses behind it: all
 * but a comment. At the beginning of the text a line counts as well.
 */
function separators(text: string, file: string): number[] {
  const found: number[] = [];
  for (let at = text.startsWith('---') ? 0 : text.indexOf('\n---') + 1; ; at = text.indexOf('\n---', at) + 1) {
    if (at === 0 && (found.length > 0 || !text.startsWith('---'))) return found;
    const next = text.charAt(at + 3);
    if (next !== '\n') {
      const end = text.indexOf('\n', at);
      const rest = text.slice(at + 3, end < 0 ? text.length : end).trim();
      if (rest !== '' && !rest.startsWith('#')) {
        const place = { file, text, start: 0, end: text.length, line: 1 };
        throw failure('yaml-syntax', 'Kubernetes takes nothing but a comment on the line of `---`', {
          location: locationAt(place, text.indexOf(rest, at + 3), at + 3 + rest.length),
          help: ['Begin the document on the next line. A text of several lines that has such a line is indented.'],
        });
      }
    }
    found.push(at);
    if (found.length > MOST_DOCUMENTS) {
      throw failure('limit-nodes', `the file has more than ${MOST_DOCUMENTS} documents`, { location: { file } });
    }
  }
}

/**
 * The documents of a text, each from its `---` line (if it has one) up to the next. Line ends become LF, a byte
 * order mark is dropped, and a last line without a line end gets one, as by LineReader of the same package. Failure
 * `yaml-syntax` for a character that YAML does not allow.
 */
export function splitDocuments(source: string, file: string): Chunk[] {
  const withoutMark = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const lines = withoutMark.includes('\r') ? withoutMark.replaceAll(/\r\n?/gu, '\n') : withoutMark;
  const text = lines === '' || lines.endsWith('\n') ? lines : `${lines}\n`;
  refuseForbidden(text, file);
  // A directive belongs to the document after the next `---`, so such a rare file is left in one piece.
  if (text.startsWith('%') || text.includes('\n%')) return [{ file, text, start: 0, end: text.length, line: 1 }];
  const starts = [...new Set([0, ...separators(text, file)])];
  let line = 1;
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? text.length;
    const chunk = { file, text, start, end, line };
    line += countLines(text, start, end);
    return chunk;
  });
}
