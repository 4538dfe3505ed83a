/**
 * The applications at and below a directory, on disk or in a revision, and what was left out of the search.
 */
import { setImmediate as immediate } from 'node:timers/promises';
import { Failure } from '../diagnostics/failure.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { isApplication } from './marks.ts';

/** A directory that a command does not look at, or an application that it does not change. */
export interface LeftOut {
  /** Tree path. */
  readonly directory: string;
  /** Why, such as `has no lock`. */
  readonly reason: string;
}

/** What a search found. */
export interface FoundApplications {
  /** Tree paths; those above come before those below. */
  readonly applications: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** Nothing can be inside, or it is reached by another path. */
const harmless = new Set(['file-link-broken', 'file-link-loop', 'file-special']);
const unreadable = new Set(['path-escapes', 'file-unreadable']);

class Search {
  readonly applications: string[] = [];
  readonly leftOut: LeftOut[] = [];
  readonly #tree: FileTree;
  /** Paths without links of the directories that were looked at. */
  readonly #seen = new Set<string>();
  readonly #links: string[] = [];

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  /** Undefined, and noted where it matters, for what cannot be read. Other failures, such as limits, are thrown. */
  #attempt<Result>(directory: string, look: () => Result): Result | undefined {
    try {
      return look();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const [first] = error.diagnostics;
      if (first !== undefined && harmless.has(first.code)) return undefined;
      if (first === undefined || !unreadable.has(first.code)) throw error;
      this.leftOut.push({ directory, reason: first.message });
      return undefined;
    }
  }

  /** A step for each directory. */
  *visit(directory: string): Generator<void> {
    const real = this.#tree.realPath(directory) ?? directory;
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    const names = this.#attempt(directory, () => this.#tree.list(directory));
    const isOne = isApplication(this.#tree, directory, names);
    if (isOne) this.applications.push(directory);
    yield;
    for (const name of names ?? []) {
      if (name.startsWith('.') || name === 'node_modules' || (isOne && name === 'locks')) continue;
      const path = joinPath(directory, name);
      if (this.#attempt(path, () => this.#tree.kind(path)) !== 'directory') continue;
      if (this.#tree.realPath(path) === joinPath(real, name)) yield* this.visit(path);
      else this.#links.push(path);
    }
  }

  /** Directories that only links lead to, and the links that lead to an application found without them. */
  *visitLinks(): Generator<void> {
    for (let link = this.#links.shift(); link !== undefined; link = this.#links.shift()) {
      const real = this.#tree.realPath(link) ?? link;
      if (!this.#seen.has(real)) yield* this.visit(link);
      else if (this.#has(real)) this.leftOut.push({ directory: link, reason: `is a link to ${real || '.'}` });
    }
  }

  #has(real: string): boolean {
    return this.applications.some((one) => {
      const path = this.#tree.realPath(one) ?? one;
      return path === real || real === '' || path.startsWith(`${real}/`);
    });
  }
}

/** A search, directory by directory. */
function* steps(tree: FileTree, directory: string): Generator<void, FoundApplications> {
  const search = new Search(tree);
  yield* search.visit(directory);
  yield* search.visitLinks();
  const { applications, leftOut } = search;
  return { applications, leftOut };
}

/**
 * Every application at and below `directory` (a tree path), each real directory once. Names that begin with a dot,
 * `node_modules`, and the locks of an application are not entered.
 * @throws Failure `file-missing` for a directory that does not exist, and what the tree says about its limits
 */
export function findApplications(tree: FileTree, directory: string): FoundApplications {
  const search = steps(tree, directory);
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
  }
}

/** Milliseconds without a look at anything else: a pipe holds what git writes in that time. */
const slice = 3;

/** As {@link findApplications}, for a caller whose other programs go on meanwhile. */
export async function findApplicationsMeanwhile(tree: FileTree, directory: string): Promise<FoundApplications> {
  const search = steps(tree, directory);
  for (let begun = performance.now(); ; ) {
    const { done, value } = search.next();
    if (done) return value;
    if (performance.now() - begun < slice) continue;
    await immediate();
    begun = performance.now();
  }
}
