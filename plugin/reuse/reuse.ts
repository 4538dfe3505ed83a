/**
 * What a process that renders many times keeps between two renders. A command that renders once has none of it.
 */
import { createHash } from 'node:crypto';
import type { Printed } from '../binaries/run.ts';
import type { YamlDocument } from '../yaml/document.ts';
import { ByteCache } from './byte-cache.ts';

/** Bytes of memory for each byte of the text of documents that were read. */
const DOCUMENT_FACTOR = 8;

/** The hash of what a value is made of. Parts cannot run into each other. */
export function fingerprint(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}\0`).update(part);
  return hash.digest('base64');
}

/** How much may be kept. */
export interface ReuseLimits {
  readonly documentBytes: number;
  readonly printedBytes: number;
}

/** The caches of a process (or of one of its worker threads). */
export class ReuseCaches {
  readonly documents: ByteCache<readonly YamlDocument[]>;
  readonly printed: ByteCache<Printed>;

  constructor({ documentBytes, printedBytes }: ReuseLimits) {
    this.documents = new ByteCache(documentBytes);
    this.printed = new ByteCache(printedBytes);
  }

  /**
   * The part of the caches for one scope: what is kept for one scope is never seen by another.
   * @param scope names the repository and the policy
   */
  in(scope: string): Reuse {
    return new Reuse(this, scope);
  }
}

/**
 * What a program printed: kept of an earlier run, or of `run`.
 * @param reuse undefined where nothing is kept
 * @param files what it reads; undefined when that is not known before it runs
 * @param settings its other arguments
 */
export async function printedOnce(
  reuse: Reuse | undefined,
  files: readonly (string | Uint8Array)[] | undefined,
  settings: readonly string[],
  run: () => Promise<Printed>,
): Promise<Printed> {
  if (!reuse || !files) return await run();
  return await reuse.printed([String(settings.length), ...settings, ...files], run);
}

/** The caches, as one render sees them. */
export class Reuse {
  readonly #caches: ReuseCaches;
  readonly #scope: string;

  constructor(caches: ReuseCaches, scope: string) {
    this.#caches = caches;
    this.#scope = scope;
  }

  /** The documents of a file, read when they are not kept. A file that cannot be read is not kept. */
  documents(file: string, text: string, read: () => readonly YamlDocument[]): readonly YamlDocument[] {
    const { documents } = this.#caches;
    const key = fingerprint([this.#scope, file, text]);
    const kept = documents.get(key);
    if (kept) return kept;
    const made = read();
    documents.set(key, made, text.length * DOCUMENT_FACTOR);
    return made;
  }

  /** What a program printed, run when it is not kept. `parts` are all that it depends on. */
  async printed(parts: Iterable<string | Uint8Array>, run: () => Promise<Printed>): Promise<Printed> {
    const { printed } = this.#caches;
    const key = fingerprint([this.#scope, ...parts]);
    const kept = printed.get(key);
    if (kept) return kept;
    const made = await run();
    printed.set(key, made, (made.stdout.length + made.stderr.length) * 2);
    return made;
  }
}
