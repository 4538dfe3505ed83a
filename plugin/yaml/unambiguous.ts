/**
 * Reading manifests that mean the same to every reader of YAML, for whoever wants to do what another program would do
 * with them.
 */
import type { Json } from '../resources/json.ts';
import { withinNodes } from './nodes.ts';
import { readPlainSubset } from './plain-subset/read.ts';
import { isOrdinary } from './plain-subset/unambiguous.ts';

export { isOrdinary, isUnambiguous } from './plain-subset/unambiguous.ts';
import { splitDocuments } from './split.ts';

/**
 * The documents of a text, empty ones left out; undefined when there could be two opinions about anything in it
 * (plain-subset/unambiguous.ts): an anchor, a tag, a folded text, `yes`, `0x10`, `1.0`, a date, a character that is not
 * printed as it is. Failure `yaml-syntax`, `limit-nodes`.
 */
export function readUnambiguous(text: string, file: string, nodes: number): readonly Json[] | undefined {
  if (!isOrdinary(text)) return undefined;
  const documents: Json[] = [];
  for (const chunk of splitDocuments(text, file)) {
    const { found, rest } = withinNodes(chunk, nodes, () =>
      readPlainSubset(chunk.text, chunk.start, chunk.end, nodes, true),
    );
    const [first, second] = found;
    // JSON, and several objects in a row.
    if (rest !== undefined || second !== undefined || (first && text.charAt(first.offset) === '{')) return undefined;
    if (first && first.value !== null) documents.push(first.value);
  }
  return documents;
}
