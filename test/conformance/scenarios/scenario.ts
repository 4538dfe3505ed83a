/** The shape of a scenario; each file here holds those of one subject. */
import type { ScenarioBuilder } from '../scenario-builder.ts';

/** A scenario: its name is its row in docs/notifications/conformance.md. */
export interface Named {
  readonly name: string;
  /** Builds the scenario, with what GitHub must receive in between. Written by hand, from the table in the docs. */
  readonly tell: (builder: ScenarioBuilder) => void;
}
