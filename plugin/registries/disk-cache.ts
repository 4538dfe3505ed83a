/**
 * What was read from registries, kept between runs: documents by their digest, and the digest that a tag had. Entries
 * are below the image's name, so that knowing a digest does not open another team's image. Safe among processes (each
 * entry is renamed into place, and a document is believed only when its bytes have its digest); an entry that cannot be
 * read or written counts as absent.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDigest } from '../references/reference.ts';
import { digestOf } from './digest.ts';

const day = 24 * 60 * 60 * 1000;
/** Entries not used for so long are removed, and the longest unused when all are larger than this. */
const bounds = { age: 30 * day, bytes: 256 * 1024 * 1024 };

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

async function orUndefined<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch {
    return undefined;
  }
}

/** The cache in a folder. */
export class DiskCache {
  readonly #folder: string;
  #swept: Promise<void> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  #document(name: string, digest: string): string {
    return join(this.#folder, 'documents', short(name), digest.replace(':', '-'));
  }

  #tag(name: string, tag: string): string {
    return join(this.#folder, 'tags', short(name), short(tag));
  }

  async #write(path: string, content: Uint8Array | string): Promise<void> {
    const beside = `${path}.${randomUUID()}.part`;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(beside, content, { mode: 0o600 });
      await rename(beside, path);
    } catch {
      // A full or read-only disk costs requests, nothing else.
      await orUndefined(rm(beside, { force: true }));
    }
    this.#swept ??= this.#sweep();
    await this.#swept;
  }

  /** The document of this digest; undefined when it is not there, or damaged. */
  async read(name: string, digest: string): Promise<Buffer | undefined> {
    const path = this.#document(name, digest);
    const bytes = await orUndefined(readFile(path));
    if (bytes === undefined) return undefined;
    if (digestOf(bytes, digest) !== digest) return undefined;
    const info = await orUndefined(stat(path));
    // In use: once a day is often enough for a bound of a month.
    if (info && Date.now() - info.mtimeMs > day) await orUndefined(utimes(path, new Date(), new Date()));
    return bytes;
  }

  /** Keeps a document whose bytes have this digest. */
  async write(name: string, digest: string, bytes: Uint8Array): Promise<void> {
    await this.#write(this.#document(name, digest), bytes);
  }

  /** The digest that the tag had when it was last asked for; undefined when that is not known. */
  async tag(name: string, tag: string): Promise<string | undefined> {
    const text = await orUndefined(readFile(this.#tag(name, tag), 'utf8'));
    const digest = text?.trim() ?? '';
    return isDigest(digest) ? digest : undefined;
  }

  /** Notes the digest that a tag has now. */
  async noteTag(name: string, tag: string, digest: string): Promise<void> {
    await this.#write(this.#tag(name, tag), `${digest}\n`);
  }

  /** Removes what is old or too much, at most once a day for all processes together. */
  async #sweep(): Promise<void> {
    const marker = join(this.#folder, 'swept');
    const last = await orUndefined(stat(marker));
    if (last && Date.now() - last.mtimeMs < day) return;
    await orUndefined(writeFile(marker, ''));
    // Only its own: whoever names a folder that holds more keeps the rest.
    const listed = ['documents', 'tags'].map(async (own) => {
      return (await orUndefined(readdir(join(this.#folder, own), { recursive: true, withFileTypes: true }))) ?? [];
    });
    const paths = (await Promise.all(listed))
      .flat()
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const files: { readonly path: string; readonly size: number; readonly used: number }[] = [];
    for (const path of paths) {
      const info = await orUndefined(stat(path));
      if (info) files.push({ path, size: info.size, used: info.mtimeMs });
    }
    let bytes = 0;
    for (const { path, size, used } of files.sort((a, b) => b.used - a.used)) {
      bytes += size;
      if (bytes > bounds.bytes || Date.now() - used > bounds.age) await orUndefined(rm(path, { force: true }));
    }
  }
}
