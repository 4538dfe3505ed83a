/**
 * Hears that a command's work is not small any more, from what counts: files that are read and nodes that are made.
 * Whoever counts does not know who watches over the command (watch.ts).
 */

/** Bytes or nodes of which more is not small: far above an ordinary application, far below trouble. */
export const SMALL = { bytes: 2 * 1024 * 1024, files: 1000, nodes: 100_000 } as const;

let listener: (() => void) | undefined;

/** Who is told, once, that the work is large. Undefined for nobody. Returns who was told before. */
export function onLargeWork(next: (() => void) | undefined): (() => void) | undefined {
  const before = listener;
  listener = next;
  return before;
}

/** To be called whenever more than {@link SMALL} was counted. */
export function largeWork(): void {
  const call = listener;
  listener = undefined;
  call?.();
}
