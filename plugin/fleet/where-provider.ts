/**
 * What the provider of the source repository adds to `waybill where`: the commits of a pull request that no lock names,
 * and later commits that have the one that is looked for in their history.
 */
import type { Fleet, FleetCommit } from '../schemas/fleet.generated.ts';
import type { Providers } from './origins/provider.ts';
import { type Location, parseQuery, type Query, type Where } from './where.ts';

/** A commit that is looked for. */
type Sought = Pick<FleetCommit, 'repository' | 'commit'>;

/** The queries for the commits of a pull request, which its own page does not name; empty for other queries. */
export async function queriesOfPullRequest(query: Query, providers: Providers): Promise<Query[]> {
  const { repository, number } = query;
  if (repository === undefined || number === undefined) return [];
  const commits = await providers.commitsOf(repository, number);
  return commits.map((commit) => Object.assign({}, query, { needle: commit, matches: parseQuery(commit).matches }));
}

/** The location with whether a later commit there has one of those that are looked for. */
async function within(location: Location, sought: readonly Sought[], providers: Providers): Promise<Location> {
  if (location.is === 'runs') return location;
  for (const instead of location.cell.commits) {
    for (const { repository, commit } of sought) {
      if (repository !== instead.repository) continue;
      if (commit === instead.commit || (await providers.isIn(repository, commit, instead.commit)))
        return { ...location, instead, isWithin: true, between: [] };
    }
  }
  return location;
}

/** Every cell of the services that are built from these repositories. */
function candidates(fleet: Fleet, sought: readonly Sought[]): Location[] {
  const repositories = new Set(sought.map(({ repository }) => repository));
  return fleet.services.flatMap(({ name: service, cells }) =>
    cells.some(({ commits }) => commits.some(({ repository }) => repositories.has(repository)))
      ? cells.map((cell): Location => ({ service, environment: cell.environment, is: 'not yet', cell, between: [] }))
      : [],
  );
}

/**
 * What was found, with what the provider knows.
 * @param fleet all services: those that no lock leads to may run a later commit
 * @param sought the commits that the query means where no lock names them
 */
export async function withProvider(
  found: Where,
  fleet: Fleet,
  sought: readonly Sought[],
  providers: Providers,
): Promise<Where> {
  const all: readonly Sought[] = [...found.commits, ...sought];
  const locations = found.locations.length > 0 ? found.locations : candidates(fleet, all);
  const each = await Promise.all(locations.map(async (one) => await within(one, all, providers)));
  const isAnywhere = each.some(({ is, isWithin }) => is !== 'not yet' || isWithin);
  const commits = await Promise.all(found.commits.map(async (one) => await providers.commit(one)));
  return { ...found, commits, locations: isAnywhere ? each : [] };
}
