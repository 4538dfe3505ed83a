/**
 * Which of several states counts most: for a cell with several Applications, and for the order in which states are listed.
 */
import type { FleetState } from '../schemas/fleet.generated.ts';

/** From the worst to the best: what needs somebody first. */
export const worstFirst: readonly FleetState[] = [
  'failure',
  'error',
  'in_progress',
  'queued',
  'pending',
  'unknown',
  'inactive',
  'success',
];

/** The worst of several states; `unknown` for none. */
export function worst(states: readonly FleetState[]): FleetState {
  return worstFirst.find((state) => states.includes(state)) ?? 'unknown';
}
