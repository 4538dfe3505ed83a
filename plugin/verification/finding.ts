/**
 * What verification says of one lock entry: a state for each check, and what is wrong as diagnostics. A check that
 * could not be made is a finding like one that failed: whoever gates a deployment by this must not read silence as yes.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** What is checked of an entry, in the order of tables. */
export const checkNames = ['exists', 'tag', 'source', 'policy', 'signature'] as const;

/** One of {@link checkNames}. */
export type CheckName = (typeof checkNames)[number];

/**
 * `ok`: asked and right. `wrong`: asked and wrong. `not-verified`: it should have been asked and could not be.
 * `nothing`: there is nothing to compare, such as a tag without digest, or an image without labels.
 */
export type CheckState = 'ok' | 'wrong' | 'not-verified' | 'nothing';

/** What one check came to. A state other than `ok` and `nothing` has diagnostics, unless another check tells the reason. */
export interface Checked {
  readonly state: CheckState;
  readonly diagnostics: readonly Diagnostic[];
}

/** The check has nothing to compare. */
export const nothing: Checked = { state: 'nothing', diagnostics: [] };

/** The check was made and passed. */
export const passed: Checked = { state: 'ok', diagnostics: [] };

/** Not made, for a reason that another check reports. */
export const notReached: Checked = { state: 'not-verified', diagnostics: [] };

/** The state of several checks of one kind together: the worst counts. */
export function together(all: readonly Checked[]): Checked {
  const worst: readonly CheckState[] = ['wrong', 'not-verified', 'ok'];
  const state = worst.find((one) => all.some((checked) => checked.state === one)) ?? 'nothing';
  return { state, diagnostics: all.flatMap(({ diagnostics }) => diagnostics) };
}
