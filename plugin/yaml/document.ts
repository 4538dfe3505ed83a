/**
 * What reading YAML gives, and what a reader is told.
 */
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts';
import type { Json } from '../resources/json.ts';
import type { Path } from '../resources/pointer.ts';

/** One YAML (or JSON) document. */
export interface YamlDocument {
  /** Never undefined; null documents are left out. */
  readonly value: Json;
  /** The 1-based line of the file where the document's content starts. */
  readonly line: number;
  /**
   * Where the value at `path`, or its key, stands in the file. Where the path leaves the document the
   * deepest part that exists is given. Costs nothing until a line or column is looked at.
   */
  locate(path: Path, what?: 'key' | 'value'): Location;
}

/** How to read. */
export interface ReadOptions {
  /** The file's path for locations. */
  readonly file: string;
  /**
   * A mapping that has a key twice: `error` for what people write, `last-wins` (with a warning) for what
   * programs print, since Argo CD takes the last.
   */
  readonly duplicateKeys: 'error' | 'last-wins';
  /** Receives warnings (`yaml-duplicate-key` with `last-wins`). */
  readonly warn?: (diagnostic: Diagnostic) => void;
  readonly limits?: {
    /** How many nodes the aliases of one document may stand for in all. @default 1000000 */
    readonly aliasExpansion: number;
    /** How many mappings, lists and scalars one document may have. @default 10000000 */
    readonly nodes?: number;
  };
}
