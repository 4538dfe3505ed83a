/**
 * Makes a {@link Registry}: which host answers for a name, its mirrors before it, and the disk cache before both.
 */
import { failure, Failure } from '../diagnostics/failure.ts';
import { isDigest, isTag, parseReference, registryOf } from '../references/reference.ts';
import { Credentials } from './credentials/find.ts';
import { DiskCache } from './disk-cache.ts';
import { DocumentStore } from './documents.ts';
import { type Document, Endpoint } from './endpoint.ts';
import { factsOf } from './facts.ts';
import { SingleFlight } from './single-flight.ts';
import { type Hosts, hostsVariable, readHosts } from './hosts.ts';
import { createHttp } from '../http/http.ts';
import type { RetryingTransport } from '../http/retry.ts';
import type { ImageFacts, ImageOptions, Registry, RegistryOptions } from './registry.ts';
import { Session } from './session.ts';

/** A tag becomes a part of a URL, and may come from a registry's list. */
function checkTag(written: string, tag: string): void {
  if (isTag(tag)) return;
  throw failure('registry-not-found', `${JSON.stringify(tag)} of ${written} is neither a tag nor a digest`);
}

/** Which endpoints a question may be put to. */
type Purpose = 'tags' | 'content';

class Client implements Registry {
  readonly #hosts: Hosts;
  readonly #transport: RetryingTransport;
  readonly #credentials: Credentials;
  readonly #cache: DiskCache | undefined;
  readonly #documents: DocumentStore;
  readonly #sessions = new Map<string, Session>();
  readonly #lists = new SingleFlight<readonly string[]>();
  readonly #digests = new SingleFlight<string>();

  constructor(options: RegistryOptions) {
    const { env } = options;
    this.#hosts = readHosts(options.hostsFile ?? hostsVariable(env));
    this.#credentials = new Credentials(env);
    this.#cache = options.cacheFolder === undefined ? undefined : new DiskCache(options.cacheFolder);
    this.#documents = new DocumentStore(this.#cache);
    this.#transport = createHttp(options);
  }

  #session(registry: string): Session {
    const known = this.#sessions.get(registry);
    if (known) return known;
    const find = async (repository: string) => await this.#credentials.find(registry, repository);
    const made = new Session({ registry, transport: this.#transport, hosts: this.#hosts, find });
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
    throw failure('registries-invalid', `no host is allowed for the tags of ${name}`, {
      help: [`${this.#hosts.file} sets onlyMirrors for ${registry}, and no mirror has tags: true.`],
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
    const { name, endpoints } = this.#endpoints(written, 'tags');
    return await this.#lists.once(name, async () => {
      return await this.#first(endpoints, async (endpoint) => await endpoint.tags());
    });
  }

  async digest(written: string, tag: string): Promise<string> {
    checkTag(written, tag);
    const { name, endpoints } = this.#endpoints(written, 'tags');
    return await this.#digests.once(`${name}:${tag}`, async () => {
      const digest = await this.#first(endpoints, async (endpoint) => await endpoint.digest(tag));
      await this.#cache?.noteTag(name, tag, digest);
      return digest;
    });
  }

  /** What a tag points to: bytes that are known are not asked for again, only their digest, unless tags stay. */
  async #byTag(written: string, tag: string, stays: boolean): Promise<Document & { readonly confirmed?: true }> {
    const { name, endpoints } = this.#endpoints(written, 'tags');
    const noted = await this.#cache?.tag(name, tag);
    const kept = noted === undefined ? undefined : await this.#cache?.read(name, noted);
    if (noted !== undefined && kept !== undefined) {
      if (stays) return { digest: noted, bytes: kept };
      if ((await this.digest(written, tag)) === noted) return { digest: noted, bytes: kept, confirmed: true };
    }
    const document = await this.#first(endpoints, async (one) => await one.manifest(tag));
    await this.#documents.keep(name, document);
    await this.#cache?.noteTag(name, tag, document.digest);
    return { ...document, confirmed: true };
  }

  async image(written: string, reference: string, options: ImageOptions = {}): Promise<ImageFacts> {
    const { name, endpoints } = this.#endpoints(written, 'content');
    const documents = this.#documents.of(name, async (ask) => await this.#first(endpoints, ask));
    const byDigest = isDigest(reference);
    if (!byDigest) checkTag(written, reference);
    const top = byDigest
      ? { digest: reference, bytes: await documents.manifest(reference), confirmed: undefined }
      : await this.#byTag(written, reference, options.immutableTag === true);
    const named = { host: name.slice(0, name.indexOf('/')), what: `${name}${byDigest ? '@' : ':'}${reference}` };
    const facts = await factsOf(top, named, documents, options);
    return top.confirmed ? { ...facts, confirmed: true } : facts;
  }
}

/** A client of image registries. Failure `registries-invalid` when the hosts file cannot be used. */
export function createRegistry(options: RegistryOptions): Registry {
  return new Client(options);
}
