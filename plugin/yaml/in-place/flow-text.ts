/**
 * Values as flow text (`[a, {b: c}]`), and scalars in the quotes that stand there already.
 */
import { isArray, isObject, isScalar, type Json } from '../../resources/json.ts';
import type { Scalar } from '../library.ts';
import { doubleQuoted, inlineString, literalBlock, needsEscape } from '../strings.ts';

/** Plain text that brackets and commas would end inside a flow collection. */
const endsInFlow = /[,[\]{}?]/u;

function scalarText(value: string | number | bigint | boolean | null, inFlow: boolean): string {
  if (typeof value !== 'string') return String(value);
  const text = inlineString(value);
  return inFlow && text === value && endsInFlow.test(text) ? doubleQuoted(value) : text;
}

/** A value on one line. */
export function flowText(value: Json): string {
  if (isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, item]) => `${scalarText(key, true)}: ${flowText(item ?? null)}`);
    return `{${entries.join(', ')}}`;
  }
  return scalarText(value, true);
}

/**
 * A scalar in place of another, in the same quotes where they can hold it. `indent` is the column of the
 * collection it is in, absent where a block scalar cannot stand.
 */
export function scalarLike(node: Scalar, value: Json, inFlow: boolean, indent?: number): string {
  if (!isScalar(value)) return flowText(value);
  if (typeof value !== 'string') return scalarText(value, inFlow);
  if (node.type === 'QUOTE_DOUBLE') return doubleQuoted(value);
  const fitsOnLine = !needsEscape(value) && !value.includes('\n');
  if (node.type === 'QUOTE_SINGLE' && fitsOnLine) return `'${value.replaceAll("'", "''")}'`;
  const block = inFlow || indent === undefined ? undefined : literalBlock(value, indent + 2, 2);
  return block ?? scalarText(value, inFlow);
}
