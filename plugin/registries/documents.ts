/**
 * An image's documents by digest: from the disk cache when they are there, else from the registry, and kept.
 */
import type { DiskCache } from './disk-cache.ts';
import type { Document, Endpoint } from './endpoint.ts';
import type { Documents } from './facts.ts';
import { SingleFlight } from './single-flight.ts';

/** Asks the endpoints of an image, one after the other, until one answers. */
export type AskEndpoints = <Result>(ask: (endpoint: Endpoint) => Promise<Result>) => Promise<Result>;

/** Documents of all images. */
export class DocumentStore {
  readonly #cache: DiskCache | undefined;
  readonly #requests = new SingleFlight<Buffer>();

  constructor(cache: DiskCache | undefined) {
    this.#cache = cache;
  }

  /** Keeps what was read in another way. */
  async keep(name: string, { digest, bytes }: Document): Promise<void> {
    await this.#cache?.write(name, digest, bytes);
  }

  async #get(name: string, digest: string, fetch: () => Promise<Buffer>): Promise<Buffer> {
    return await this.#requests.once(`${name}@${digest}`, async () => {
      const kept = await this.#cache?.read(name, digest);
      if (kept) return kept;
      const bytes = await fetch();
      await this.keep(name, { digest, bytes });
      return bytes;
    });
  }

  /** The documents of one image, by digest. Failures of `ask` pass. */
  of(name: string, ask: AskEndpoints): Documents {
    return {
      manifest: async (digest) =>
        await this.#get(name, digest, async () => (await ask(async (one) => await one.manifest(digest))).bytes),
      config: async (digest) =>
        await this.#get(name, digest, async () => await ask(async (one) => await one.config(digest))),
    };
  }
}
