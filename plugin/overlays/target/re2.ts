/**
 * The `re2js` package, wrapped: Go's regular expressions, in time linear in the text whatever the expression is.
 */
import { RE2JS, RE2JSException } from 're2js';

/**
 * A test of whole texts.
 * @throws SyntaxError when Go would refuse the expression
 */
export function compileRe2(expression: string): (text: string) => boolean {
  try {
    const compiled = RE2JS.compile(`^(?:${expression})$`);
    return (text) => compiled.test(text);
  } catch (error) {
    if (error instanceof RE2JSException) throw new SyntaxError(error.message, { cause: error });
    throw error;
  }
}
