/**
 * The texts inside of the executable for people without Node (tools/executable.mjs). Elsewhere they are files beside the
 * script. The only file that asks Node for them.
 */
import { getAsset, isSea } from 'node:sea';

/** `program.cjs`: this program, which a worker thread starts; `page.html`: the page of `waybill page`. */
type EmbeddedName = 'page.html' | 'program.cjs';

/** The text; undefined when this is no such executable. */
export function embeddedText(name: EmbeddedName): string | undefined {
  return isSea() ? getAsset(name, 'utf8') : undefined;
}
