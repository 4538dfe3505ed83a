/**
 * Handlebars' parser, and nothing else of Handlebars: the syntax is the library's, the evaluation is ours
 * (evaluate.ts). So no code is generated, no prototype is reachable, and values keep their types.
 */
import { type Expression, type PathExpression, parse, type Program, type SourceLocation } from './handlebars.cjs';
import { failure } from '../diagnostics/failure.ts';
import type { Where } from './scope.ts';

export type { Expression, PathExpression, Program };

/** Far above any value people write; they keep the parser's work, which grows with the square, in proportion. */
const MAX_LENGTH = 65_536;
const MAX_EXPRESSIONS = 1000;

/** The help line of every error of syntax: what surprises people whose files hold templates of other tools. */
export const LITERAL_HELP = 'For a literal {{ (of Go templates, Prometheus, …) write \\{{.';

/** What stands in `text` from the start to the end of a node, when that is on one line; undefined otherwise. */
export function sourceOf(text: string, loc: SourceLocation): string | undefined {
  if (loc.start.line !== loc.end.line) return undefined;
  return text.split('\n')[loc.start.line - 1]?.slice(loc.start.column, loc.end.column);
}

/** The reason in Handlebars' message, which otherwise draws the text again and lists its grammar's tokens. */
function reason(message: string): string {
  if (message.startsWith('Lexical error')) return 'a character is not expected here';
  if (!message.startsWith('Parse error')) return message.replace(/ - \d+:\d+$/u, '');
  const got = /got '(\w+)'/u.exec(message)?.[1];
  return got === 'EOF' || got === 'INVALID'
    ? 'the expression has no end, or is not one'
    : 'the expression is not understood';
}

/** The nodes of a template. Failure `template-syntax`. */
export function parseTemplate(text: string, where: Where): Program {
  if (text.length > MAX_LENGTH) {
    throw failure(
      'template-syntax',
      `a text with {{ }} has ${text.length} characters; at most ${MAX_LENGTH} are read`,
      {
        location: where(),
      },
    );
  }
  if (text.split('{{', MAX_EXPRESSIONS + 2).length > MAX_EXPRESSIONS + 1) {
    throw failure('template-syntax', `a text has more than ${MAX_EXPRESSIONS} {{`, { location: where() });
  }
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw failure('template-syntax', `the template cannot be read: ${reason(error.message)}`, {
      location: where(),
      help: [
        'An expression is a name such as {{ values.host }}, or a helper such as {{ slug values.branch }}.',
        LITERAL_HELP,
      ],
    });
  }
}
