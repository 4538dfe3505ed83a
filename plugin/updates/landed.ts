/**
 * From the paths that an intent names to the files that are written: links are followed by the tree's rules, on disk and
 * in git's objects alike, so that a link stays a link and what it leads to changes.
 */
import { failure } from '../diagnostics/failure.ts';
import { landingPath } from '../files/patched.ts';
import type { FileTree } from '../files/tree.ts';

const byteOrderMark = Buffer.from('\uFEFF');

/** Texts are read without their byte order mark: a file that had one keeps it. */
function withMark(tree: FileTree, path: string, text: string): string {
  const hadMark = tree.kind(path) === 'file' && Buffer.from(tree.readBytes(path).subarray(0, 3)).equals(byteOrderMark);
  return hadMark ? `\uFEFF${text}` : text;
}

/**
 * The texts by the real paths of their files.
 * @throws Failure `change-conflict` when two paths lead to one file and their texts differ; as {@link landingPath}
 */
export function landed(tree: FileTree, files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const found = new Map<string, { readonly path: string; readonly text: string }>();
  for (const [path, content] of files) {
    const real = landingPath(tree, path);
    const text = withMark(tree, real, content);
    const before = found.get(real);
    if (before && before.text !== text) {
      throw failure(
        'change-conflict',
        `${before.path} and ${path} are one file by symbolic links, ${real}, and would get two texts`,
        {
          location: { file: real },
          help: ['Use a separate file for each, or name only one of them.'],
        },
      );
    }
    found.set(real, { path, text });
  }
  return new Map(Array.from(found, ([real, { text }]) => [real, text]));
}
