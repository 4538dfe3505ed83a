/**
 * The one way the renderer reads files: a read-only tree below a root. A directory today (directory.ts),
 * a git revision (git-revision.ts) or an archive held in memory (memory.ts) tomorrow.
 *
 * Paths are relative to the root, with forward slashes, without `.` or `..` parts; the root is ''.
 * An implementation refuses everything that leads outside the root, also through symbolic links
 * (Failure `path-escapes`), hides `.git`, and enforces the operator's limits.
 */
export interface FileTree {
  /** What `path` is after following links that stay inside the root; undefined when nothing is there. */
  kind(path: string): 'file' | 'directory' | undefined;
  /** `path` with every link followed; undefined when nothing is there. Failures as {@link kind}. */
  realPath(path: string): string | undefined;
  /** Names in a directory, sorted by code unit. A missing directory is a Failure. */
  list(path: string): readonly string[];
  /** The bytes of a file. Failure `file-missing`, `file-too-large`, `path-escapes`. */
  readBytes(path: string): Uint8Array;
  /** The text of a file: UTF-8 (a byte order mark is dropped; UTF-16 with one is decoded). Failure `file-binary` when it is not text. */
  readText(path: string): string;
  /** The folder on disk that is the root, for helm and kustomize, which need one; undefined when there is none. */
  readonly directory?: string;
}
