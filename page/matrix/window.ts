/**
 * Which rows of a long list are worth making: those that can be seen, and some around them. Rows have heights that are
 * known without making them.
 */

/** Rows from `first` up to, without, `end`, and the empty space before and after them. */
export interface Window {
  readonly first: number;
  readonly end: number;
  readonly before: number;
  readonly after: number;
}

/** The offset of each row, and of the end: one more than there are rows. */
export function offsetsOf(heights: readonly number[]): number[] {
  const offsets = [0];
  let at = 0;
  for (const height of heights) offsets.push((at += height));
  return offsets;
}

/** The first row that ends below `position`. */
function rowAt(offsets: readonly number[], position: number): number {
  let [low, high] = [0, offsets.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle + 1] ?? Infinity) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The rows to make for a view of `height` that is scrolled to `top`, with `margin` pixels above and below. */
export function windowOf(offsets: readonly number[], top: number, height: number, margin: number): Window {
  const rows = offsets.length - 1;
  const first = Math.min(rowAt(offsets, top - margin), Math.max(0, rows - 1));
  const end = Math.min(rows, rowAt(offsets, top + height + margin) + 1);
  const total = offsets[rows] ?? 0;
  return { first, end, before: offsets[first] ?? 0, after: total - (offsets[end] ?? total) };
}
