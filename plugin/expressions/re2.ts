/**
 * The `re2js` package, wrapped: Go's regular expressions, in time linear in the text whatever the expression is. What
 * people write for Argo CD, kustomize and Image Updater is read by Go.
 */
import { RE2JS, RE2JSException } from 're2js';

function compile(expression: string): RE2JS {
  try {
    return RE2JS.compile(expression);
  } catch (error) {
    if (error instanceof RE2JSException) throw new SyntaxError(error.message, { cause: error });
    throw error;
  }
}

/**
 * A test of whole texts.
 * @throws SyntaxError when Go would refuse the expression
 */
export function compileRe2(expression: string): (text: string) => boolean {
  const compiled = compile(`^(?:${expression})$`);
  return (text) => compiled.test(text);
}

/**
 * A test whether the expression is found somewhere in a text: Go's `MatchString`.
 * @throws SyntaxError when Go would refuse the expression
 */
export function compileSearch(expression: string): (text: string) => boolean {
  const compiled = compile(expression);
  return (text) => compiled.test(text);
}

/**
 * All matches in a text, from left to right, none overlapping, each with its groups: Go's `FindAllStringSubmatch`. A
 * group that takes no part is empty text.
 * @throws SyntaxError when Go would refuse the expression
 */
export function compileMatches(expression: string): (text: string) => string[][] {
  const compiled = compile(expression);
  return (text) => {
    const matcher = compiled.matcher(text);
    const found: string[][] = [];
    while (matcher.find()) {
      found.push(Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? ''));
    }
    return found;
  };
}
