/**
 * Which rows and columns of the matrix are shown. Pure, over the fleet.
 */
import type { Fleet, FleetCell, FleetCommit, FleetService, FleetState } from '../../plugin/schemas/fleet.generated.ts';
import { repositoryName } from '../format.ts';
import type { Filter } from '../route.ts';

/** A row: a service, and its cells by column. */
export interface Row {
  readonly service: FleetService;
  /** Undefined where the service has no such environment. */
  readonly cells: readonly (FleetCell | undefined)[];
  /** Columns with a cell that the words of the search are about; empty when there are none, or the service itself is. */
  readonly matches: ReadonlySet<number>;
}

/** Whether anything was read of a cluster: where nothing was, every state is unknown, and that is no news. */
const knowsStates = ({ origins }: Fleet): boolean => origins.some(({ kind, read }) => kind !== 'repository' && read);

/** A cell that somebody should look at. Waiting and being deployed is no problem; unknown is not known to be well. */
export function isProblem(fleet: Fleet, cell: FleetCell): boolean {
  if (cell.state === 'unknown' && knowsStates(fleet)) return true;
  return ['failure', 'error'].includes(cell.state) || cell.drift.length > 0 || cell.lock?.problem !== undefined;
}

const texts = new WeakMap<FleetCell, string>();

function commitText({ commit, subject, author, version, ref, pullRequest, repository }: FleetCommit): string {
  const number = pullRequest && `#${pullRequest.number} ${repositoryName(repository)}#${pullRequest.number}`;
  return [commit, subject, author, version, ref, number, pullRequest?.title, repositoryName(repository)].join(' ');
}

/** Everything that a search finds a cell by, in lower case. */
function textOf(cell: FleetCell): string {
  const known = texts.get(cell);
  if (known !== undefined) return known;
  const images = (cell.lock?.images ?? []).map(({ name, tag, digest }) => [name, tag, digest].join(' '));
  const applications = cell.applications.map(({ name, namespace }) => `${namespace}/${name}`);
  const people = [cell.lock?.change?.author, cell.lock?.change?.subject];
  const commits = [...cell.commits, ...(cell.live ?? [])].map(commitText);
  const text = [...commits, ...images, ...applications, ...people, cell.reason].join(' ').toLowerCase();
  texts.set(cell, text);
  return text;
}

/** A word of a search: `#12` finds that number alone, not `#123`. */
function hasWord(text: string, word: string): boolean {
  if (!/#\d+$/u.test(word)) return text.includes(word);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!/\d/u.test(text[at + word.length] ?? '')) return true;
  }
  return false;
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');

/** The shown columns. */
export function shownEnvironments(fleet: Fleet, filter: Filter): string[] {
  const chosen = fleet.environments.filter((one) => filter.environments.includes(one));
  return chosen.length === 0 ? fleet.environments : chosen;
}

/** A row for a service, or undefined when the search has nothing in it. */
function rowOf(service: FleetService, environments: readonly string[], words: readonly string[]): Row | undefined {
  const byName = new Map(service.cells.map((cell) => [cell.environment, cell]));
  const cells = environments.map((environment) => byName.get(environment));
  const name = `${service.name} ${service.directory ?? ''}`.toLowerCase();
  const rest = words.filter((word) => !name.includes(word));
  const found = cells.flatMap((cell, index) =>
    cell && rest.every((word) => hasWord(textOf(cell), word)) ? [index] : [],
  );
  if (rest.length > 0 && found.length === 0) return undefined;
  return { service, cells, matches: new Set(rest.length === 0 ? [] : found) };
}

const newest = (row: Row): string =>
  row.cells.reduce((time, cell) => ((cell?.since ?? '') > time ? (cell?.since ?? '') : time), '');
const countProblems = (fleet: Fleet, row: Row): number =>
  row.cells.filter((cell) => cell !== undefined && isProblem(fleet, cell)).length;

/** The rows that a filter leaves, sorted. */
export function rowsOf(fleet: Fleet, filter: Filter): Row[] {
  const environments = shownEnvironments(fleet, filter);
  const words = wordsOf(filter.text);
  const states = new Set(filter.states);
  const rows: Row[] = [];
  for (const service of fleet.services) {
    const row = rowOf(service, environments, words);
    if (!row) continue;
    if (filter.problems && countProblems(fleet, row) === 0) continue;
    if (states.size > 0 && !row.cells.some((cell) => cell !== undefined && states.has(cell.state))) continue;
    rows.push(row);
  }
  if (filter.order === 'problems') rows.sort((a, b) => countProblems(fleet, b) - countProblems(fleet, a));
  else if (filter.order === 'newest') rows.sort((a, b) => (newest(a) < newest(b) ? 1 : -1));
  return rows;
}

/** How many cells of the fleet are in each state. */
export function countStates(services: readonly FleetService[]): Map<FleetState, number> {
  const counts = new Map<FleetState, number>();
  for (const { cells } of services) for (const { state } of cells) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}
