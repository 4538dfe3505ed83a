/**
 * Templates: `{{ }}` in the string scalars of waybill.yaml and overlay files.
 */
import { failure } from '../diagnostics/failure.ts';
import { evaluateName, evaluateStatement } from './evaluate.ts';
import { toText } from './helpers.ts';
import { parseTemplate, sourceOf } from './parse.ts';
import type { Scalar, Scope, Where } from './scope.ts';

/** No field of a Kubernetes object may be larger than etcd's 1.5 MiB. */
const MAX_EXPANDED = 1024 * 1024;

/** `{{ name }}` with nothing that needs a parser around it: by far the most frequent form. */
const SIMPLE = /\{\{[ \t]*(?!this\.)([A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)+|environment)[ \t]*\}\}(?!\})/gu;

type Piece = string | { readonly value: Scalar };

/** Joins pieces: a single expression keeps its type, everything else is text. */
function join(pieces: readonly Piece[], where: Where): Scalar {
  const [only] = pieces;
  if (pieces.length === 1 && typeof only === 'object') return only.value;
  let text = '';
  for (const piece of pieces) {
    text += typeof piece === 'string' ? piece : toText(piece.value);
    if (text.length > MAX_EXPANDED) {
      throw failure('template-too-long', `the text has more than ${MAX_EXPANDED} characters once expanded`, {
        location: where(),
      });
    }
  }
  return text;
}

/**
 * The pieces of a text that has only simple expressions; undefined when Handlebars must read it. A property test
 * holds both ways equal.
 */
function simplePieces(text: string, scope: Scope, where: Where): Piece[] | undefined {
  const found = [...text.matchAll(SIMPLE)];
  let end = 0;
  const literals = found.map((match) => {
    const literal = text.slice(end, match.index);
    end = match.index + match[0].length;
    return literal;
  });
  const rest = text.slice(end);
  // A brace before an expression changes its meaning for Handlebars, as does a backslash.
  if (literals.some((literal) => literal.includes('{{') || /[{\\]$/u.test(literal)) || rest.includes('{{'))
    return undefined;
  const pieces: Piece[] = [];
  for (const [index, match] of found.entries()) {
    const literal = literals[index] ?? '';
    if (literal !== '') pieces.push(literal);
    pieces.push({ value: evaluateName(match[1] ?? '', { scope, where, source: match[0] }) ?? null });
  }
  if (rest !== '') pieces.push(rest);
  return pieces;
}

/** The pieces of a text as Handlebars reads it. */
export function parsedPieces(text: string, scope: Scope, where: Where): Piece[] {
  const pieces: Piece[] = [];
  for (const statement of parseTemplate(text, where).body) {
    switch (statement.type) {
      case 'ContentStatement':
        if (statement.value !== '') pieces.push(statement.value);
        break;
      case 'CommentStatement':
        pieces.push('');
        break;
      case 'MustacheStatement': {
        const source = sourceOf(text, statement.loc);
        pieces.push({ value: evaluateStatement(statement, { scope, where, source }) ?? null });
        break;
      }
      case 'BlockStatement':
      case 'PartialStatement':
      case 'PartialBlockStatement':
      case 'Decorator':
      case 'DecoratorBlock':
      default:
        throw failure('template-unsupported', 'blocks, partials and decorators cannot be used in {{ }}', {
          location: where(sourceOf(text, statement.loc)),
          help: ['Use an overlay in the environments that need it.'],
        });
    }
  }
  return pieces;
}

/** Whether a text has anything to expand. */
export function isTemplate(text: string): boolean {
  return text.includes('{{');
}

/**
 * The value of `text`. A text that is one whole expression has that expression's type; `\{{` is a literal `{{`.
 * Failures `template-…`, located by `where`.
 */
export function expand(text: string, scope: Scope, where: Where): Scalar {
  if (!isTemplate(text)) return text;
  return join(simplePieces(text, scope, where) ?? parsedPieces(text, scope, where), where);
}
