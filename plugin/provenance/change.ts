/**
 * What `explain` is made of: every write to a field, told by the stage that makes it, where it makes it.
 * A stage takes an optional {@link Recorder}; an ordinary render passes none, so provenance costs nothing there.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import type { Json, JsonObject } from '../resources/json.ts';
import type { Path } from '../resources/pointer.ts';
import type { Origin } from '../resources/resource.ts';

/** Who set a value. */
export interface Cause {
  /**
   * The stage's word for it: `manifest` (as authored), `namespace` (waybill.yaml's default), `overlay`,
   * `lock`, `override` (`--image`, plugin parameter or plugin env), `strategy` (registry), `stamp`.
   */
  readonly kind: 'manifest' | 'namespace' | 'overlay' | 'lock' | 'override' | 'strategy' | 'stamp';
  /** What people call it: `overlay "three replicas"`, `locks/production.yaml`, `--image`, `stamp`. */
  readonly label: string;
  /** The value as authored, for causes that stand in a file. */
  readonly location?: Location;
}

/** One write. Reported at leaves: a merge of a mapping is one Change for each scalar or list that it sets. */
export interface Change {
  /** Which resource: the very `origin` object of the Resource, kept through all stages. */
  readonly origin: Origin;
  /** The field; the empty path is the whole resource (added or removed). */
  readonly path: Path;
  /**
   * The manifest in which `path` is to be read, so that items of lists can be named by what tells them apart: as it was
   * before the change, or, where the field is new, as it is after it.
   */
  readonly body: JsonObject;
  /** The value before, undefined where there was none. */
  readonly before: Json | undefined;
  /** The value after, undefined where the field was removed. */
  readonly after: Json | undefined;
  readonly cause: Cause;
}

/** Hears of every change, in the order in which the stages make them. */
export type Recorder = (change: Change) => void;
