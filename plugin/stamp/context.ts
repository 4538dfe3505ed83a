/**
 * What the stamp stage works with.
 */
import type { AppContext } from '../config/application.ts';
import type { StampOptions } from '../config/environment.ts';
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts';
import type { ImageSource } from '../lock/lock.ts';
import type { Recorder } from '../provenance/change.ts';
import type { Origin } from '../resources/resource.ts';

/** One image field as the images stage decided it (its ResolvedImage has more). */
export interface StampedImage {
  /** The resource it stands in. */
  readonly origin: Origin;
  /** As deployed. */
  readonly reference: string;
  readonly source?: ImageSource | undefined;
  /** The entry of waybill.yaml's `images`. */
  readonly declared?:
    | {
        readonly name: string;
        readonly sourceRepository?: string;
        readonly commitFromTag?: string;
        readonly location: Location;
      }
    | undefined;
}

/** The second argument of {@link stamp}. */
export interface StampContext {
  /** The environment's name; undefined when the application has none. */
  readonly environment: string | undefined;
  /** The environment as it is reported; undefined when the application has none. */
  readonly reportAs: string | undefined;
  readonly app: AppContext;
  readonly stamp: StampOptions;
  /** Every image field, in the order of the resources; within one, containers first. */
  readonly resolved: readonly StampedImage[];
  /** Prefix of the annotations, without the slash: the operator's policy. */
  readonly prefix: string;
  /** The namespace of waybill.yaml, else the destination's. */
  readonly namespace: string | undefined;
  /** The records become a file that Argo CD reads: without a namespace they get the destination's there. @default false */
  readonly inFiles?: boolean;
  /** What to point to when something about the whole application is wrong: waybill.yaml, or the directory. */
  readonly location: Location;
  readonly record?: Recorder | undefined;
  /** Hears why something is not recorded. */
  readonly warn: (warning: Diagnostic) => void;
}
