/**
 * States by shape, colour and word: each has a shape of its own, so that none depends on colour.
 */
import type { ComponentChildren } from 'preact';
import { stateWords } from '../../plugin/fleet/views/cells.ts';
import type { FleetState } from '../../plugin/schemas/fleet.generated.ts';

/** The class that gives a state its colour. */
export const toneOf = (state: string): string => `tone-${state in stateWords ? state : 'unknown'}`;

/** Whether a text is a state. */
export const isState = (text: string): text is FleetState => Object.hasOwn(stateWords, text);

const disc = <circle cx="8" cy="8" r="7" fill="currentColor" />;
const ring = <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5" />;
const dashes = (
  <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2.4 2.5" />
);

const shapes: Readonly<Record<FleetState, ComponentChildren>> = {
  success: (
    <>
      {disc}
      <path d="M4.8 8.3 7 10.5l4.3-4.7" class="knockout" />
    </>
  ),
  in_progress: (
    <>
      <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5" opacity=".3" />
      <path class="turning" d="M8 1.75A6.25 6.25 0 0 1 14.25 8" fill="none" stroke="currentColor" stroke-width="2" />
      <circle cx="8" cy="8" r="2.5" fill="currentColor" />
    </>
  ),
  queued: (
    <>
      {ring}
      <path d="M6.4 5.4v5.2M9.6 5.4v5.2" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" />
    </>
  ),
  pending: (
    <>
      {dashes}
      <path d="M5.2 8h5M8.2 5.8 10.4 8l-2.2 2.2" fill="none" stroke="currentColor" stroke-width="1.4" />
    </>
  ),
  failure: (
    <>
      <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" fill="currentColor" />
      <path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" class="knockout" />
    </>
  ),
  error: (
    <>
      <path d="M8 1.2 15.4 14.3H.6z" fill="currentColor" stroke="currentColor" stroke-linejoin="round" />
      <path d="M8 5.8v4" class="knockout" />
      <circle cx="8" cy="12" r=".9" class="knockout-dot" />
    </>
  ),
  inactive: (
    <>
      {ring}
      <path d="M5 8h6" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" />
    </>
  ),
  unknown: (
    <>
      {dashes}
      <path
        d="M6.3 6.3c.2-1 .9-1.5 1.8-1.5 1 0 1.8.6 1.8 1.6 0 1.3-1.8 1.4-1.8 2.7"
        fill="none"
        stroke="currentColor"
        stroke-width="1.4"
        stroke-linecap="round"
      />
      <circle cx="8.1" cy="11.2" r=".9" fill="currentColor" />
    </>
  ),
};

/** The sign of a state. Says its word to those who do not see it, unless the word stands beside it (`isNamed`). */
export function StateSign({ state, isNamed = false }: { readonly state: FleetState; readonly isNamed?: boolean }) {
  return (
    <svg
      class={`sign ${toneOf(state)}`}
      viewBox="0 0 16 16"
      {...(isNamed ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': stateWords[state] })}
    >
      {shapes[state]}
    </svg>
  );
}

/** A state's sign and word. */
export function StateName({ state }: { readonly state: FleetState }) {
  return (
    <span class={`state-name ${toneOf(state)}`}>
      <StateSign state={state} isNamed />
      {stateWords[state]}
    </span>
  );
}
