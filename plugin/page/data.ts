/**
 * What the page reads: the contract between the program that writes it (this room) and the program that runs in the
 * browser (`page/` at the top of the repository). Both are built together, so the version tells whether they fit.
 */
import type { Row } from '../fleet/metrics/views.ts';
import type { Fleet, FleetHistoryEntry, FleetService } from '../schemas/fleet.generated.ts';

/** The block of data in the page itself, and `data/fleet.json` beside it; both are packed (pack.ts). */
export interface PageData {
  readonly kind: 'WaybillPage';
  /** The version of Waybill that wrote it. */
  readonly version: string;
  /** What the fleet is called: the name of the deployments repository. */
  readonly title: string;
  /** The page of the deployments repository, where it is on a Git host. */
  readonly repositoryUrl?: string;
  /** A server regenerates it: the page asks again every few seconds. */
  readonly isLive: boolean;
  /** Without histories, and without what only the page of a service shows: that is in {@link ServiceDetails}. */
  readonly fleet: Fleet;
  /** The name of a service to the name of its file in `data/services`, without `.js`. */
  readonly files: Readonly<Record<string, string>>;
  /** Whether there is `data/metrics.js`. */
  readonly hasMetrics: boolean;
}

/** `data/history.js`: what happened, by service and environment; newest first. */
export type HistoryData = Readonly<Record<string, Readonly<Record<string, readonly FleetHistoryEntry[]>>>>;

/** `data/metrics.js`: the four keys, as `waybill metrics` prints them, with what they were made from. */
export interface MetricsData {
  /** What counts. Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly rows: readonly Row[];
}

/** `data/services/FILE.js`: everything about one service. */
export interface ServiceDetails {
  readonly service: FleetService;
  /** In the order of promotion. Empty where nothing was rendered. */
  readonly renders: readonly EnvironmentRender[];
}

/** What an environment renders, and how it differs from the one before it. */
export interface EnvironmentRender {
  readonly environment: string;
  /** Why it could not be rendered. */
  readonly problem?: string;
  readonly resources: readonly ExplainedResource[];
  readonly difference?: EnvironmentDifference;
}

/** How an environment's resources differ from those of the environment before it. */
interface EnvironmentDifference {
  readonly from: string;
  readonly resources: readonly ChangedResource[];
  /** How many resources are the same in both. */
  readonly unchanged: number;
}

/** Kind, name and namespace of a resource. */
interface PageResourceId {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A resource that is not the same in both environments. */
export interface ChangedResource {
  readonly id: PageResourceId;
  readonly change: 'added' | 'removed' | 'changed';
  /** For `changed`; values as they are shown. */
  readonly fields: readonly { readonly path: string; readonly before?: string; readonly after?: string }[];
}

/** A rendered resource, field by field, with who set each of them. */
export interface ExplainedResource {
  readonly id: PageResourceId;
  /** Set where no source gave it, such as the record. */
  readonly addedBy?: PageCause;
  readonly fields: readonly ExplainedField[];
}

/** A field; the last step is what is rendered. */
export interface ExplainedField {
  readonly path: string;
  readonly steps: readonly ExplainedStep[];
}

/** A value that a field had, and who gave it. No value: the field was removed. */
export interface ExplainedStep {
  readonly value?: string;
  readonly cause: PageCause;
}

/** Who set a field. */
export interface PageCause {
  /** `manifest` for the value as the source gave it; else the kind of change. */
  readonly by: string;
  readonly label?: string;
  readonly file?: string;
  readonly line?: number;
}
