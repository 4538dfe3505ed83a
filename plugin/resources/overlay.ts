/**
 * What an overlay is, after waybill.yaml and overlay files are read and templates are expanded. The type
 * lives below both rooms that share it: plugin/config makes overlays, plugin/overlays applies them.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import type { Json, JsonObject } from './json.ts';
import type { Path } from './pointer.ts';

/** One change to the rendered resources. `file` overlays are already replaced by what the files hold. */
export interface Overlay {
  /** As authored; shown by `explain` and in errors. */
  readonly name?: string;
  /** The start of the overlay in waybill.yaml or the overlay file. */
  readonly location: Location;
  readonly target: Target;
  /** True when it is fine that the target matches nothing. */
  readonly optional: boolean;
  readonly operation: Operation;
  /**
   * Where a part of the overlay is written, by its path inside the overlay as authored: `['merge', 'spec', 'replicas']`.
   * The value's place, or with `key` that of the key before it.
   */
  locate(path: Path, what?: 'key' | 'value'): Location;
}

/** What an overlay does to each resource of its target. */
export type Operation =
  | { readonly kind: 'merge'; readonly value: JsonObject }
  | { readonly kind: 'patch'; readonly operations: readonly JsonObject[] }
  | { readonly kind: 'set'; readonly fields: readonly (readonly [path: string, value: Json])[] }
  | { readonly kind: 'remove' };

/**
 * Which resources an overlay changes: those that satisfy every term. The first five are regular
 * expressions (Go's RE2) anchored at both ends; the selectors have Kubernetes' selector syntax.
 * An empty target is every resource.
 */
export interface Target {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}
