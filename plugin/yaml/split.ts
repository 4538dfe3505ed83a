/**
 * Cuts a file into documents before anything is parsed, as Kubernetes' own reader does (YAMLReader of
 * k8s.io/apimachinery/pkg/util/yaml), and refuses characters that libyaml refuses.
 */
import { failure } from '../diagnostics/failure.ts';
import { type Chunk, locationAt } from './lines.ts';

// The reader of libyaml takes only these; a byte order mark is allowed at the start alone. NEL, LS and PS are line
// breaks in YAML 1.1 and ordinary characters in YAML 1.2: no two tools agree on them, so they are refused.
const forbidden =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF\p{Surrogate}]/u;

/** `---` at the start of a line, followed by white space or the end of the line. */
const separator = /^---(?=[ \t\n]|$)/gmu;

function nameCharacter(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * The documents of a text, each from its `---` line (if it has one) up to the next. Line ends become LF.
 * Failure `yaml-syntax` for a character that YAML does not allow.
 */
export function splitDocuments(source: string, file: string): Chunk[] {
  const withoutMark = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const text = withoutMark.includes('\r') ? withoutMark.replaceAll(/\r\n?/gu, '\n') : withoutMark;
  const whole: Chunk = { file, text, start: 0, end: text.length, line: 1 };
  const bad = forbidden.exec(text);
  if (bad) {
    throw failure('yaml-syntax', `the character ${nameCharacter(bad[0])} is not allowed in YAML`, {
      location: locationAt(whole, bad.index),
      help: [`Write it as an escape in double quotes, such as "\\u${nameCharacter(bad[0]).slice(2)}".`],
    });
  }
  // A directive belongs to the document after the next `---`, so such a rare file is left in one piece.
  if (/^%/mu.test(text)) return [whole];
  const starts = [0, ...Array.from(text.matchAll(separator), ({ index }) => index).filter((index) => index > 0)];
  let line = 1;
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? text.length;
    const chunk = { file, text, start, end, line };
    for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) line += 1;
    return chunk;
  });
}
