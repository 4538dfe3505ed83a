/**
 * How many nodes a document may have: what a file of 30 MB makes in memory is many times its size, and most so by the
 * library.
 */
import { failure } from '../diagnostics/failure.ts';
import { countTokens } from './library.ts';
import { type Chunk, locationAt } from './lines.ts';
import { TooManyNodes } from './plain-subset/cursor.ts';

/** For files that no operator's policy is about. */
export const DEFAULT_NODES = 10_000_000;

/** The library takes a kilobyte for a node, where a value takes a tenth. */
const LIBRARY_SHARE = 8;

function tooManyNodes(chunk: Chunk, offset: number, nodes: number, help: readonly string[] = []): Error {
  return failure('limit-nodes', `the document has more than ${nodes} mappings, lists and values`, {
    location: locationAt(chunk, Math.min(offset, chunk.text.length)),
    help: [...help, "The limit is limits.nodes of the operator's policy."],
  });
}

/** Runs the fast reader. Failure `limit-nodes` with the place where it gave up. */
export function withinNodes<Result>(chunk: Chunk, nodes: number, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof TooManyNodes) throw tooManyNodes(chunk, error.offset, nodes);
    throw error;
  }
}

/** Characters without which, or a line end, no further node begins: `,` `:` `[` `{` `&`. */
const beginnings = new Set([0x0a, 0x2c, 0x3a, 0x5b, 0x7b, 0x26]);

/** A quick count that is never too low. Looking at each character takes time, which small texts need not spend. */
function mayHaveMore(text: string, nodes: number): boolean {
  if (text.length <= nodes) return false;
  let count = 0;
  for (let at = 0; at < text.length; at += 1) if (beginnings.has(text.charCodeAt(at))) count += 1;
  return count > nodes;
}

/** Failure `limit-nodes` for a text of which the library would make too much. */
export function checkLibraryNodes(chunk: Chunk, text: string, limit: number): void {
  const nodes = Math.ceil(limit / LIBRARY_SHARE);
  if (!mayHaveMore(text, nodes) || countTokens(text, nodes) <= nodes) return;
  throw tooManyNodes(chunk, chunk.start, nodes, [
    'So many are allowed in a document with anchors, tags or what else is rare in manifests.',
  ]);
}
