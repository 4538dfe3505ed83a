/**
 * Which states Git providers are told.
 */
import type { NotificationsFile } from '../../schemas/notifications.generated.ts';
import { type State, states } from './destination.ts';

/** States that a commit status can show: a deployment that is gone leaves the last one standing. */
export const commitStates: readonly State[] = states.filter((state) => state !== 'inactive');

/** Those of `all` that `report.states` does not leave out. */
export function reportedStates({ report }: NotificationsFile, all: readonly State[]): State[] {
  return all.filter((state) => report?.states?.includes(state) ?? true);
}
