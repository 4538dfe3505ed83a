/**
 * A FileTree that remembers what was looked at, so that whoever knows which files changed knows what cannot have changed.
 */
import { parentPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';

/** A tree, and what was asked of it. */
export interface Tracked {
  /** Without the folder on disk: whatever is read must be read through the tree. */
  readonly tree: FileTree;
  /**
   * Whether one of the paths can matter to what was read: it was looked at, or stands in a folder that was listed, or
   * below a folder that was not there.
   */
  isTouched(changed: ReadonlySet<string>): boolean;
}

/** Wraps a tree. */
export function trackTree(tree: FileTree): Tracked {
  const looked = new Set<string>();
  const listed = new Set<string>();
  const note = (path: string): void => {
    looked.add(path);
    // A link on the way may be what changes.
    const real = tree.realPath(path);
    if (real !== undefined && real !== path) looked.add(real);
  };
  return {
    tree: {
      kind: (path) => {
        note(path);
        return tree.kind(path);
      },
      realPath: (path) => {
        note(path);
        return tree.realPath(path);
      },
      list: (path) => {
        note(path);
        listed.add(tree.realPath(path) ?? path);
        return tree.list(path);
      },
      readBytes: (path) => {
        note(path);
        return tree.readBytes(path);
      },
      readText: (path) => {
        note(path);
        return tree.readText(path);
      },
    },
    isTouched: (changed) => {
      for (const path of changed) {
        if (looked.has(path)) return true;
        for (let folder = parentPath(path); ; folder = parentPath(folder)) {
          if (listed.has(folder)) return true;
          // A folder that appears or goes with the file, or a link that the path leads through.
          if (folder !== '' && looked.has(folder) && tree.kind(folder) !== 'directory') return true;
          if (folder === '') break;
        }
      }
      return false;
    },
  };
}
