/**
 * A cell's history as spans of time in one state: what the timeline draws, and how long each deployment took. Pure.
 */
import type { FleetHistoryEntry, FleetState } from '../../plugin/schemas/fleet.generated.ts';
import { isState } from '../components/state.tsx';

/** From one entry to the next that says a state. */
export interface Span {
  readonly state: FleetState;
  readonly from: number;
  readonly to: number;
  readonly commit: string | undefined;
  readonly entry: FleetHistoryEntry;
}

/** Spans in order of time, the last one until `now`. Entries whose time is none, or is yet to come, end there. */
export function spansOf(history: readonly FleetHistoryEntry[], now: number): Span[] {
  const states = history
    .filter(({ what, at }) => isState(what) && !Number.isNaN(Date.parse(at)))
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return states.flatMap((entry, index) => {
    const { what, commit } = entry;
    if (!isState(what)) return [];
    const from = Math.min(Date.parse(entry.at), now);
    const to = Math.min(Date.parse(states[index + 1]?.at ?? new Date(now).toISOString()), now);
    return [{ state: what, from, to: Math.max(from, to), commit, entry }];
  });
}

/** Round times for the axis: about `wanted` of them between two moments. */
export function ticksOf(from: number, to: number, wanted: number): { readonly at: number; readonly label: string }[] {
  const hour = 3_600_000;
  const steps = [
    hour / 4,
    hour,
    3 * hour,
    6 * hour,
    12 * hour,
    24 * hour,
    48 * hour,
    168 * hour,
    720 * hour,
    2160 * hour,
  ];
  const step = steps.find((one) => (to - from) / one <= wanted) ?? 8760 * hour;
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const text = new Date(at).toISOString();
    ticks.push({ at, label: step >= 24 * hour ? text.slice(5, 10) : `${text.slice(5, 10)} ${text.slice(11, 16)}` });
  }
  return ticks;
}
