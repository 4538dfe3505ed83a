/**
 * What a render looked at in a repository. A later commit that gives the same answers to the same questions renders
 * the same, however much else it changes, so its manifests need not be made again.
 */
import { createHash } from 'node:crypto';
import { Failure } from '../diagnostics/failure.ts';
import { decodeText } from '../files/text.ts';
import type { FileTree } from '../files/tree.ts';

/** A question to a tree, and the answer. */
export interface Observation {
  readonly question: 'kind' | 'list' | 'realPath' | 'readBytes';
  readonly path: string;
  readonly answer: string;
}

/** Hashes of bytes that stay in memory as long as their archive. */
const hashes = new WeakMap<Uint8Array, string>();

function hashOf(bytes: Uint8Array): string {
  const known = hashes.get(bytes);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(bytes).digest('base64');
  hashes.set(bytes, hash);
  return hash;
}

const describe = {
  kind: (kind: string | undefined) => kind ?? '',
  list: (names: readonly string[]) => names.join('\0'),
  realPath: (path: string | undefined) => path ?? '\0',
  readBytes: hashOf,
};

const ask: Readonly<Record<Observation['question'], (tree: FileTree, path: string) => string>> = {
  kind: (tree, path) => describe.kind(tree.kind(path)),
  list: (tree, path) => describe.list(tree.list(path)),
  realPath: (tree, path) => describe.realPath(tree.realPath(path)),
  readBytes: (tree, path) => describe.readBytes(tree.readBytes(path)),
};

/** A tree that notes what it is asked. */
export class ObservedTree implements FileTree {
  readonly #tree: FileTree;
  readonly #observed = new Map<string, Observation>();
  /** False when an answer was an error: then nothing is known about later ones. */
  #complete = true;

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  /** All questions with their answers, in the order in which they were first asked; undefined when one was an error. */
  get observations(): readonly Observation[] | undefined {
    return this.#complete ? [...this.#observed.values()] : undefined;
  }

  #note<Answer>(
    question: Observation['question'],
    path: string,
    answer: () => Answer,
    told: (answer: Answer) => string,
  ) {
    try {
      const result = answer();
      const key = `${question}\0${path}`;
      if (!this.#observed.has(key)) this.#observed.set(key, { question, path, answer: told(result) });
      return result;
    } catch (error) {
      this.#complete = false;
      throw error;
    }
  }

  kind(path: string): 'file' | 'directory' | undefined {
    return this.#note('kind', path, () => this.#tree.kind(path), describe.kind);
  }

  list(path: string): readonly string[] {
    return this.#note('list', path, () => this.#tree.list(path), describe.list);
  }

  realPath(path: string): string | undefined {
    return this.#note('realPath', path, () => this.#tree.realPath(path), describe.realPath);
  }

  readBytes(path: string): Uint8Array {
    return this.#note('readBytes', path, () => this.#tree.readBytes(path), describe.readBytes);
  }

  readText(path: string): string {
    return decodeText(path, this.readBytes(path));
  }
}

/** Whether a tree answers all of these questions in the same way. */
export function answersTheSame(tree: FileTree, observations: readonly Observation[]): boolean {
  try {
    return observations.every(({ question, path, answer }) => ask[question](tree, path) === answer);
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
