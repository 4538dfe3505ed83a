/**
 * Evaluates the nodes of a template: names and helper calls. Everything else that Handlebars knows (blocks, partials,
 * decorators, data variables, parent paths) is refused by name.
 */
import { failure } from '../diagnostics/failure.ts';
import { listNames, notFoundHelp } from '../diagnostics/suggest.ts';
import { type Argument, type Helper, helpers } from './helpers.ts';
import { type Expression, LITERAL_HELP, type PathExpression } from './parse.ts';
import type { Scope, Where } from './scope.ts';

/** Nobody nests helpers deeper; the limit keeps a hostile template from exhausting the stack. */
const MAX_DEPTH = 20;

/** What an evaluation needs besides the expression itself. */
export interface Context {
  readonly scope: Scope;
  readonly where: Where;
  /** The expression's own text with its braces, when known. */
  readonly source: string | undefined;
}

function helperUsage(name: string, helper: Helper): string {
  return `{{ ${name} ${helper.parameters.join(' ')} }}`;
}

function unsupported(what: string, context: Context): Error {
  return failure('template-unsupported', `${what} cannot be used in {{ }}`, {
    location: context.where(context.source),
    help: [`Only names and the helpers ${[...helpers.keys()].join(', ')} can.`, LITERAL_HELP],
  });
}

function callHelper(
  call: { path: Expression; params: readonly Expression[] },
  context: Context,
  depth: number,
): Argument {
  if (call.path.type !== 'PathExpression') throw unsupported('A call of something that is not a helper', context);
  const name = call.path.original;
  const helper = helpers.get(name);
  const location = context.where(context.source);
  if (!helper) {
    throw failure('template-helper', `there is no helper ${JSON.stringify(name)}`, {
      location,
      help: notFoundHelp('Helpers', name, [...helpers.keys()]),
    });
  }
  if (call.params.length !== helper.parameters.length) {
    throw failure(
      'template-helper',
      `the helper ${name} takes ${listNames(helper.parameters)}; it is given ${call.params.length} arguments`,
      { location, help: [`Write ${helperUsage(name, helper)}.`] },
    );
  }
  const [first, second] = call.params.map((param, index) =>
    evaluate(param, context, depth + 1, helper.takesUnset === true && index === 0),
  );
  if (name === 'default' && call.params[0]?.type !== 'PathExpression' && call.params[0]?.type !== 'SubExpression') {
    throw failure('template-helper', 'the first argument of default is the value, the second the fallback', {
      location,
      help: ['Write {{ default values.host "localhost" }}.'],
    });
  }
  return helper.call(first, second);
}

/** The value that a name stands for. Failure `template-unset` for a known one without value, unless `unsetAllowed`. */
export function evaluateName(name: string, context: Context, unsetAllowed = false): Argument {
  const entry = context.scope.get(name);
  if (!entry) {
    const helper = helpers.get(name);
    throw failure('template-unknown-name', `{{ }} has no name ${JSON.stringify(name)}`, {
      location: context.where(context.source),
      help: helper
        ? [`${name} is a helper: ${helperUsage(name, helper)}.`]
        : notFoundHelp('Names here', name, [...context.scope.keys()]),
    });
  }
  const value = entry.value();
  if ((value === undefined || value === null) && !unsetAllowed) {
    throw failure('template-unset', `${name} has no value`, {
      location: context.where(context.source),
      help: [entry.unset],
    });
  }
  return value;
}

function evaluatePath(path: PathExpression, context: Context, unsetAllowed: boolean): Argument {
  if (path.data) throw unsupported(`The data variable ${path.original}`, context);
  // `../name`, `./name`, `this.name` and `a/b` all differ from the plain dotted name.
  if (path.depth > 0 || path.original !== path.parts.join('.')) {
    throw unsupported(`The path ${JSON.stringify(path.original)}`, context);
  }
  return evaluateName(path.original, context, unsetAllowed);
}

/** The value of an expression. A known name without value is a Failure `template-unset` unless `unsetAllowed`. */
function evaluate(expression: Expression, context: Context, depth = 0, unsetAllowed = false): Argument {
  if (depth > MAX_DEPTH) throw unsupported(`More than ${MAX_DEPTH} helpers inside each other`, context);
  switch (expression.type) {
    case 'PathExpression':
      return evaluatePath(expression, context, unsetAllowed);
    case 'SubExpression':
      if (expression.hash) throw unsupported('Named arguments (name=value)', context);
      return callHelper(expression, context, depth);
    case 'NullLiteral':
    case 'UndefinedLiteral':
      throw unsupported('null and undefined', context);
    case 'StringLiteral':
    case 'NumberLiteral':
    case 'BooleanLiteral':
    default:
      return expression.value;
  }
}

/** A `{{ … }}` statement: a name, or a helper with its arguments. */
export function evaluateStatement(
  statement: { path: Expression; params: readonly Expression[]; hash?: unknown },
  context: Context,
): Argument {
  if (statement.hash) throw unsupported('Named arguments (name=value)', context);
  if (statement.params.length > 0) return callHelper(statement, context, 0);
  if (statement.path.type !== 'PathExpression') {
    if (statement.path.type === 'SubExpression') return evaluate(statement.path, context);
    throw unsupported('A literal by itself', context);
  }
  return evaluate(statement.path, context);
}
