/** The shape of a scenario; each file here holds those of one subject. */
import type { ScenarioBuilder } from '../scenario-builder.ts';

/** A scenario: its name is its row in docs/notifications/conformance.md. */
export interface Named {
  readonly name: string;
  /** Tells the story, with what GitHub must be told in between. Written by the table of issue and docs, by hand. */
  readonly tell: (story: ScenarioBuilder) => void;
}
