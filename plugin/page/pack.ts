/**
 * The data of the page with each source commit once: most run in several environments, and what is said of them would
 * be half of the data. One function for the program that writes it, one for the page.
 */
import type { Fleet, FleetCell, FleetCommit, FleetService } from '../schemas/fleet.generated.ts';
import type { PageData } from './data.ts';

/** A cell whose commits are places in {@link PackedPage.commits}. */
interface PackedCell extends Omit<FleetCell, 'commits' | 'live'> {
  readonly commits: readonly number[];
  readonly live?: readonly number[];
}

/** {@link PageData} as it is written. */
export interface PackedPage extends Omit<PageData, 'fleet'> {
  readonly commits: readonly FleetCommit[];
  readonly fleet: Omit<Fleet, 'services'> & {
    readonly services: readonly (Omit<FleetService, 'cells'> & { readonly cells: readonly PackedCell[] })[];
  };
}

/** Commits are the same where all that is said of them is. */
export function pack(data: PageData): PackedPage {
  const commits: FleetCommit[] = [];
  const places = new Map<string, number>();
  const placeOf = (commit: FleetCommit): number => {
    const text = JSON.stringify(commit);
    const known = places.get(text);
    if (known !== undefined) return known;
    places.set(text, commits.length);
    return commits.push(commit) - 1;
  };
  const services = data.fleet.services.map((service) => ({
    ...service,
    cells: service.cells.map(({ commits: each, live, ...cell }): PackedCell => {
      const packed = { ...cell, commits: each.map(placeOf) };
      return live ? { ...packed, live: live.map(placeOf) } : packed;
    }),
  }));
  return { ...data, commits, fleet: { ...data.fleet, services } };
}

/** The data as it was before {@link pack}. */
export function unpack({ commits, ...data }: PackedPage): PageData {
  const commitsAt = (places: readonly number[]): FleetCommit[] => places.flatMap((place) => commits[place] ?? []);
  const services = data.fleet.services.map((service) => ({
    ...service,
    cells: service.cells.map(({ commits: each, live, ...cell }): FleetCell => {
      const whole = { ...cell, commits: commitsAt(each) };
      return live ? { ...whole, live: commitsAt(live) } : whole;
    }),
  }));
  return { ...data, fleet: { ...data.fleet, services } };
}
