/**
 * The four keys of a fleet: of each service in each environment, and of each environment.
 */
import type { Fleet } from '../../schemas/fleet.generated.ts';
import type { Readings } from '../assemble.ts';
import { changesOf, reportsOf } from './changes.ts';
import { lineOf, together, type Window } from './metrics.ts';
import type { Row } from './views.ts';

/** Which rows are wanted. */
export interface Wanted {
  environment(name: string): boolean;
  service(name: string): boolean;
}

/**
 * Rows by service and environment, then one for each environment over all its services, where there are several.
 * @param fleet with histories, for the reports of events and notes
 */
export function fourKeys(readings: Readings, fleet: Fleet, window: Window, wanted: Wanted): Row[] {
  const { repository, versions, texts } = readings;
  const rows = (repository?.services ?? [])
    .filter(({ name }) => wanted.service(name))
    .flatMap(({ name, environments }) =>
      environments
        .filter((one) => wanted.environment(one.name))
        .flatMap(({ name: environment, lock }) => {
          const changes = lock ? changesOf(versions.get(lock.file) ?? [], texts, lock.file) : [];
          const line = lineOf(changes, reportsOf(fleet, name, environment), window);
          return line.deployments.length === 0 ? [] : [{ service: name, environment, ...line }];
        }),
    );
  const totals = fleet.environments.flatMap((environment) => {
    const lines = rows.filter((one) => one.environment === environment);
    return lines.length < 2
      ? []
      : [{ service: undefined, environment, keys: together(lines, window), deployments: [], incidents: [] }];
  });
  return [...rows, ...totals];
}
