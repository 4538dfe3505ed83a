/**
 * What helm and kustomize are given to read: a temporary folder that holds exactly the files that were judged, at
 * their places, with the content that was judged. They never run in the application's own folder, whose other files
 * (git's, other applications') are none of theirs.
 */
import { isUtf8 } from 'node:buffer';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withScratch } from '../binaries/scratch.ts';
import { parentPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';

/** The content of a file: its own text or bytes, that of a file of the tree, or what is made of the bytes of one. */
type Content =
  | string
  | Uint8Array
  | { readonly from: string; readonly make?: (bytes: Uint8Array) => Promise<Uint8Array> };

/** Files by their tree paths, gathered before anything is written. Links become what they lead to. */
export class Copy {
  readonly #tree: FileTree;
  readonly #files = new Map<string, Content>();

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  /** A file of the tree as it is. What {@link write} gave the path stays. */
  add(path: string): void {
    if (!this.#files.has(path)) this.#files.set(path, { from: path });
  }

  /** A file with content of our own. */
  write(path: string, content: string): void {
    this.#files.set(path, content);
  }

  /** A file of the tree whose bytes are judged, and exchanged, when the folder is made. */
  replace(path: string, make: (bytes: Uint8Array) => Promise<Uint8Array>): void {
    this.#files.set(path, { from: path, make });
  }

  /**
   * Paths and contents of all files in turn: what a program that reads nothing else depends on. Undefined when some are
   * only made when the folder is. Failure as the tree says of a file that cannot be read.
   */
  parts(): readonly (string | Uint8Array)[] | undefined {
    const parts: (string | Uint8Array)[] = [];
    for (const [path, content] of this.#files) {
      if (typeof content === 'object' && 'from' in content) {
        if (content.make) return undefined;
        // Kept: what a tree reads twice counts twice.
        this.#files.set(path, this.#tree.readBytes(content.from));
      }
    }
    for (const [path, content] of this.#files) {
      if (typeof content === 'string' || content instanceof Uint8Array) parts.push(path, content);
    }
    return parts;
  }

  /** The text that a file will have; undefined for a file that is not there, or is only made when the folder is. */
  text(path: string): string | undefined {
    const content = this.#files.get(path);
    if (content === undefined || typeof content === 'string') return content;
    if (!(content instanceof Uint8Array) && content.make) return undefined;
    // Kept: what a tree reads twice counts twice.
    const bytes = content instanceof Uint8Array ? content : this.#tree.readBytes(content.from);
    this.#files.set(path, bytes);
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return isUtf8(buffer) ? buffer.toString() : undefined;
  }

  async #read(content: Content): Promise<string | Uint8Array> {
    if (typeof content === 'string' || content instanceof Uint8Array) return content;
    const bytes = this.#tree.readBytes(content.from);
    return content.make ? await content.make(bytes) : bytes;
  }

  /**
   * Gives `work` the absolute path of a folder that has the files, free of links, and removes it afterwards. Failure
   * as the tree says of a file that cannot be read.
   */
  async use<Result>(work: (root: string) => Promise<Result>): Promise<Result> {
    return withScratch(async ({ files }) => {
      const made = new Set<string>();
      for (const [path, content] of this.#files) {
        const folder = parentPath(path);
        if (!made.has(folder)) mkdirSync(join(files, folder), { recursive: true });
        made.add(folder);
        writeFileSync(join(files, path), await this.#read(content));
      }
      return work(files);
    });
  }
}
