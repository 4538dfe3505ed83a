/**
 * What every way of writing images down has in common. Each way is one file (write-*.ts) that exports a {@link Writer}:
 * pure, from the files as they are to the files as they should be, so that a lost race repeats it on the new files.
 */
import type { FileTree } from '../files/tree.ts';
import type { Ancestry } from './ancestry.ts';
import type { ImageOutcome } from './outcome.ts';
import type { Rendering } from './rendered.ts';
import type { ImageRequest, SourceFacts } from './request.ts';

/** What is to be written, and where. */
export interface WriteRequest {
  readonly tree: FileTree;
  /** Tree path of the application directory. */
  readonly directory: string;
  /** Undefined is right only where nothing is written for an environment of its own. */
  readonly environment: string | undefined;
  readonly images: readonly ImageRequest[];
  /** Undefined: no source is written (images of third parties). */
  readonly facts: SourceFacts | undefined;
  /** Files or globs that the user named, relative to the application directory; none: the usual ones. */
  readonly files: readonly string[];
  /** The mapping of a values file that holds repository, tag and digest, as a dotted path. */
  readonly valuesPath?: string | undefined;
  /** Accept images that no file of the application names. */
  readonly allowNew: boolean;
  /** Go back to an older source commit. */
  readonly allowOlder: boolean;
  /** Write a version that the lock holds back. */
  readonly allowHeld: boolean;
  readonly ancestry: Pick<Ancestry, 'isOlder'>;
  /** Who renders what was written, to see whether it arrives; undefined: nobody. */
  readonly rendering?: Rendering;
}

/** What came out. */
interface Written {
  /** The new texts of the files that change, by tree path. */
  readonly files: ReadonlyMap<string, string>;
  /** The files that hold the images, changed or not, as tree paths. */
  readonly targets: readonly string[];
  /** One for each image of the request; several where it stands in several places with different versions. */
  readonly outcomes: readonly ImageOutcome[];
}

/** One way of writing images down. */
export type Writer = (request: WriteRequest) => Promise<Written>;
