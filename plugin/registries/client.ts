/**
 * Makes a {@link Registry}: which host answers for a name, its mirrors before it, and the disk cache before both.
 */
import { failure, Failure } from '../diagnostics/failure.ts';
import { isDigest, parseReference, registryOf } from '../references/reference.ts';
import { Endpoint } from './endpoint.ts';
import { type Documents, factsOf } from './facts.ts';
import { type Hosts, readHosts } from './hosts.ts';
import { PatientTransport } from './patience.ts';
import type { ImageFacts, ImageOptions, Registry, RegistryOptions } from './registry.ts';
import { Session } from './session.ts';
import { Transport } from './transport.ts';

/** Which endpoints a question may be put to. */
type Purpose = 'tags' | 'content';

async function findNothing(): Promise<{ places: string[] }> {
  return await Promise.resolve({ places: [] });
}

class Client implements Registry {
  readonly #hosts: Hosts;
  readonly #transport: PatientTransport;
  readonly #sessions = new Map<string, Session>();

  constructor(options: RegistryOptions) {
    const { env, concurrency = 8, timeoutMs = 30_000, retries = 4, backoffMs = 500, patienceMs = 60_000 } = options;
    this.#hosts = readHosts(options.hostsFile ?? (env['WAYBILL_REGISTRIES'] || undefined));
    const transport = new Transport({ env, connections: concurrency, timeoutMs });
    this.#transport = new PatientTransport(transport, { concurrency, retries, backoffMs, patienceMs });
  }

  #session(registry: string): Session {
    const known = this.#sessions.get(registry);
    if (known) return known;
    const made = new Session({ registry, transport: this.#transport, hosts: this.#hosts, find: findNothing });
    this.#sessions.set(registry, made);
    return made;
  }

  /** The normalised name and the endpoints that may be asked, in order. */
  #endpoints(written: string, purpose: Purpose): { readonly name: string; readonly endpoints: readonly Endpoint[] } {
    const reference = parseReference(written);
    if (reference === undefined || reference.tag !== undefined || reference.digest !== undefined) {
      throw failure(
        'registry-not-found',
        `${JSON.stringify(written)} is not the name of an image without tag and digest`,
      );
    }
    const { name } = reference;
    const registry = registryOf(reference);
    const repository = name.slice(registry.length + 1);
    const { mirrors, onlyMirrors } = this.#hosts.settings(registry);
    const usable = mirrors.filter(({ tags }) => tags || purpose === 'content');
    const endpoints = usable.map(
      ({ host, prefix }) =>
        new Endpoint(this.#session(host), `${prefix}${repository}`, `${host}/${prefix}${repository}`),
    );
    if (!onlyMirrors) endpoints.push(new Endpoint(this.#session(registry), repository, name));
    if (endpoints.length > 0) return { name, endpoints };
    throw failure('registries-invalid', `no host may be asked for the tags of ${name}`, {
      help: [`${this.#hosts.file} says onlyMirrors for ${registry}, and tags of none of its mirrors.`],
    });
  }

  /** Asks one endpoint after the other until one answers. Failure with what each said, the last one's first. */
  async #first<Result>(endpoints: readonly Endpoint[], ask: (endpoint: Endpoint) => Promise<Result>): Promise<Result> {
    const failures: Failure[] = [];
    for (const endpoint of endpoints) {
      try {
        return await ask(endpoint);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failures.unshift(error);
      }
    }
    throw new Failure(failures.flatMap(({ diagnostics }) => diagnostics));
  }

  async tags(written: string): Promise<readonly string[]> {
    const { endpoints } = this.#endpoints(written, 'tags');
    return await this.#first(endpoints, async (endpoint) => await endpoint.tags());
  }

  async digest(written: string, tag: string): Promise<string> {
    const { endpoints } = this.#endpoints(written, 'tags');
    return await this.#first(endpoints, async (endpoint) => await endpoint.digest(tag));
  }

  async image(written: string, reference: string, options: ImageOptions = {}): Promise<ImageFacts> {
    const byDigest = isDigest(reference);
    const { name, endpoints } = this.#endpoints(written, byDigest ? 'content' : 'tags');
    const content = this.#endpoints(written, 'content').endpoints;
    const documents: Documents = {
      manifest: async (digest) => (await this.#first(content, async (one) => await one.manifest(digest))).bytes,
      config: async (digest) => await this.#first(content, async (one) => await one.config(digest)),
    };
    const top = await this.#first(endpoints, async (one) => await one.manifest(reference));
    const named = { host: name.slice(0, name.indexOf('/')), what: `${name}${byDigest ? '@' : ':'}${reference}` };
    return await factsOf(top, named, documents, options.platform);
  }
}

/** A client of image registries. Failure `registries-invalid` when the hosts file cannot be used. */
export function createRegistry(options: RegistryOptions): Registry {
  return new Client(options);
}
