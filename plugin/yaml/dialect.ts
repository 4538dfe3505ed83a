/**
 * Refuses the places that libyaml, the scanner of Kubernetes' YAML 1.1, reads otherwise than the `yaml` package, whose
 * scanner is one of YAML 1.2. They are found among the package's tokens, so that quotes, comments and blocks are seen
 * as it sees them. test/yaml holds the two readings equal for everything that is left.
 */
import { createLexer } from './library.ts';
import type { SyntaxProblem } from './library.ts';

/** What a control token of the lexer says; all other tokens are the text itself, piece by piece. */
const DOCUMENT = '\u0002';
const FLOW_END = '\u0018';
const SCALAR = '\u001F';

type Kind = 'plain' | 'quoted' | 'block' | 'indicator' | 'blank' | 'comment' | 'line-end' | 'other';

interface Token {
  readonly kind: Kind;
  readonly text: string;
  readonly start: number;
  /** The character behind it, or nothing at the end. */
  readonly next: string;
}

/** libyaml takes no other names, and wants one of these behind them. */
const anchor = /^[&*][0-9A-Za-z_-]+$/u;
const behindAnchor = /^[ \t\n?:,\]}%@`]?$/u;
const tag = /^!(?:<[0-9A-Za-z\-_;/?:@&=+$,.!~*'()%[\]]+>|[0-9A-Za-z\-_;/?:@&=+$,.!~*'()%[\]]*)$/u;
const directive = /^%(?:YAML[ \t]+1\.1|TAG[ \t]+!(?:[0-9A-Za-z_-]*!)?[ \t]+\S+)[ \t]*(?:#.*)?$/u;
/** A blank, a line end, or the end. */
const blank = /^[ \t\n]?$/u;
/** Quotes that are closed; the package takes the first half of an escape for the end. */
const closed = /^(?:'(?:[^']|'')*'|"(?:[^"\\]|\\[^])*")$/u;

function kindOf(text: string, isScalar: boolean): Kind {
  // A block scalar ends with a line end of its own; a plain one never has one at its end.
  if (isScalar) return text.endsWith('\n') ? 'block' : 'plain';
  const first = text.charAt(0);
  if (first === '"' || first === "'") return 'quoted';
  if (first === '#') return 'comment';
  if (first === '\n') return 'line-end';
  if (text.trim() === '') return 'blank';
  return text.length === 1 && '-?:,[]{}'.includes(text) ? 'indicator' : 'other';
}

function* tokensOf(text: string): Generator<Token> {
  let start = 0;
  let isScalar = false;
  for (const piece of createLexer(text)) {
    if (piece === SCALAR) isScalar = true;
    else if (piece !== DOCUMENT && piece !== FLOW_END) {
      const end = start + piece.length;
      yield { kind: kindOf(piece, isScalar), text: piece, start, next: text.charAt(end) };
      isScalar = false;
      start = end;
    }
  }
}

/** Without a number behind `|` or `>`, the first line with text tells the indent, and may not begin with a tab. */
const tabbedBlock = /^(?: *\n)* *\t/u;

/** What is wrong with a word that is neither text nor a single sign. */
function judgeWord({ text, next }: Token): string | undefined {
  switch (text.charAt(0)) {
    case '!':
      if (!tag.test(text)) return `Kubernetes does not take ${text} for a tag`;
      if (blank.test(next)) return undefined;
      return `Kubernetes takes \`${next}\` for a part of the tag ${text}: write a blank between them`;
    case '&':
    case '*':
      if (anchor.test(text) && behindAnchor.test(next)) return undefined;
      return `Kubernetes takes only letters, digits, - and _ for the name of an anchor, not ${text}`;
    case '%':
      if (directive.test(text)) return undefined;
      return `Kubernetes does not support the directive \`${text}\`, only %YAML 1.1 and %TAG`;
    default:
      return undefined;
  }
}

/** What stood before a token. */
interface Before {
  /** The last token that was no blank and no comment. */
  last: Kind;
  /** Its text. */
  text: string;
  /** Whether only blanks stand before on the line, or a dash or question mark, behind which a block begins as well. */
  lineStart: boolean;
  /** How many brackets are open. */
  depth: number;
}

/** `[?x]` and `{?x: y}` are read as Kubernetes does (compose.ts); everywhere else a `?` between brackets is an error to it. */
const signed = /^\?[^?:,[\]{}#&*!|>'"%@`\-\s][^?]*$/u;

function judgePlain({ text }: Token, before: Before): string | undefined {
  const beginsEntry = before.last === 'indicator' && '[{,'.includes(before.text);
  if (text.includes('?') && !(beginsEntry && signed.test(text))) {
    return `between brackets, Kubernetes takes the question mark of \`${text}\` for the sign of a key: put the text in quotes`;
  }
  return text.startsWith(':') ? `between brackets, Kubernetes takes no text that begins with a colon` : undefined;
}

function judge(token: Token, before: Before): string | undefined {
  const { last, text: lastText, lineStart, depth } = before;
  const { kind, text, next } = token;
  const inFlow = depth > 0;
  switch (kind) {
    case 'plain':
      return afterQuoted(last) ?? (inFlow ? judgePlain(token, before) : undefined);
    case 'quoted':
      return afterQuoted(last) ?? (closed.test(text) ? undefined : 'the closing quote is missing');
    case 'other':
      return afterQuoted(last) ?? judgeWord(token);
    case 'block':
      if (/^(?: *\n)*[^ \t\n]/u.test(text)) return 'the lines of a block begin with a blank at least';
      return tabbedBlock.test(text) && !/[1-9]/u.test(lastText)
        ? 'the first line of a block begins with a tab: write the indentation as a number after `|`'
        : undefined;
    case 'indicator':
      if ('-?[{'.includes(text)) return afterQuoted(last);
      if (text !== ':' || !inFlow) return undefined;
      if (last === 'plain' && !blank.test(next)) {
        return 'Kubernetes takes a colon for a part of the text when no blank follows: write one behind it';
      }
      return lineStart && (last === 'plain' || last === 'quoted')
        ? 'Kubernetes takes a key only when its colon is on the same line'
        : undefined;
    case 'blank':
      // JSON may begin behind a tab.
      return lineStart && last !== 'plain' && !inFlow && text.includes('\t') && next !== '{'
        ? 'tabs are not allowed as indentation'
        : undefined;
    case 'comment':
    case 'line-end':
      return undefined;
    default:
      return kind;
  }
}

/** What follows a quoted text at once the package passes over. */
function afterQuoted(last: Kind): string | undefined {
  return last === 'quoted' ? "nothing may follow a quoted text but a colon, a comma or the line's end" : undefined;
}

/** The first place in a text (documents with LF line ends) that the two scanners read in two ways. */
export function foreignPlace(text: string): SyntaxProblem | undefined {
  const before: Before = { last: 'line-end', text: '', lineStart: true, depth: 0 };
  for (const token of tokensOf(text)) {
    const { kind } = token;
    const message = judge(token, before);
    if (message !== undefined) return { message, start: token.start, end: token.start + token.text.length };
    if (kind === 'blank' || kind === 'comment') continue;
    const isIndicator = kind === 'indicator';
    if (isIndicator && '[{'.includes(token.text)) before.depth += 1;
    if (isIndicator && ']}'.includes(token.text)) before.depth -= 1;
    before.lineStart = kind === 'line-end' || (isIndicator && '-?'.includes(token.text));
    // The line end between a block's header and its text tells nothing; a quoted text ends with its line.
    if (kind === 'line-end' && before.last !== 'quoted') continue;
    before.last = kind;
    before.text = token.text;
  }
  return undefined;
}
