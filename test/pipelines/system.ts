/**
 * A CI system for the pipeline examples: how its file is read and its shell steps are run. One file each in systems/.
 */
import type { JsonObject } from '../../plugin/resources/json.ts';
import type { Run } from './world.ts';

/** What users fill in, by name, for a run. */
type Values = Readonly<Record<string, (run: Run) => string>>;

/** The three values at the top of a file that has no names of its own for them. */
export const threeValues: Values = {
  IMAGE: ({ service }) => service.image,
  DEPLOYMENTS: ({ deployments }) => deployments,
  APPLICATION: ({ service }) => service.name,
};

/** One CI system. */
export interface System {
  readonly name: string;
  /** The example. */
  readonly file: string;
  /** Where this system's users keep the source of a service. */
  readonly url: (service: string) => string;
  /** The page of a run, as the lock is to name it. */
  readonly runURL: (run: Run) => string;
  /** The ref that is built, as the lock is to name it. */
  readonly ref: string;
  readonly fill: Values;
  /** Reads the file, where it is no YAML. */
  readonly read?: (text: string) => JsonObject;
  /** Runs the pipeline for a push to main. Gives 0, or 1 when a job failed. */
  execute(file: JsonObject, run: Run): Promise<number>;
  /** Runs it for a pull request, where the system's rules are told in the file alone. */
  readonly review?: (file: JsonObject, run: Run) => Promise<number>;
}
