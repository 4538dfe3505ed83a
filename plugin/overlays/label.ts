/**
 * What people call an overlay, in messages and in `explain`.
 */
import type { Overlay } from '../resources/overlay.ts';

/** `overlay "three replicas"`, or `overlay` when it has no name: its location then tells which. */
export function labelOf(overlay: Overlay): string {
  return overlay.name === undefined ? 'overlay' : `overlay "${overlay.name}"`;
}
