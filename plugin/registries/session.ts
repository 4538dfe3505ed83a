/**
 * Conversations with one host: the URL of a request, who asks, and which answers are failures.
 */
import { Authority } from './authority.ts';
import type { Lookup } from './credential.ts';
import { redact } from '../diagnostics/redact.ts';
import { refused, unauthorised, unreachable } from './failures.ts';
import { askFollowing } from './follow.ts';
import type { Hosts } from './hosts.ts';
import type { RetryingTransport } from '../http/retry.ts';
import { type Answer, type Ask, NoAnswer } from '../http/transport.ts';

/** A request to a registry. */
export interface RegistryAsk {
  readonly method: 'GET' | 'HEAD';
  readonly repository: string;
  /** Behind `/v2/REPOSITORY/`, with its query. */
  readonly path: string;
  readonly accept: string;
  readonly maxBytes: number;
  /** What is asked for, for messages: `acme/a:1`. */
  readonly what: string;
}

/** What a session needs. */
export interface SessionSetup {
  /** The registry's host as images name it. */
  readonly registry: string;
  readonly transport: RetryingTransport;
  readonly hosts: Hosts;
  /** Credentials for a repository; may be asked often. */
  readonly find: (repository: string) => Promise<Lookup>;
}

/** The host that answers for a registry. Docker Hub's API has a name of its own. */
function apiHost(registry: string): string {
  return registry === 'docker.io' ? 'registry-1.docker.io' : registry;
}

/** The answer without the secret of its request, should an error repeat it. */
function withoutEcho(answer: Answer, authorization: string | undefined): Answer {
  const [, secret] = authorization?.split(' ') ?? [];
  if (answer.status === 200 || secret === undefined || secret === '') return answer;
  return { ...answer, body: Buffer.from(redact(answer.body.toString(), [secret])) };
}

/** First requests that may all be refused before a challenge is answered, and a token of too small a scope. */
const rounds = 3;

/** One host. */
export class Session {
  readonly registry: string;
  readonly #setup: SessionSetup;
  readonly #authority: Authority;
  /** The first request: the others wait until it has learned what the host wants. */
  #first: Promise<unknown> | undefined;

  constructor(setup: SessionSetup) {
    this.registry = setup.registry;
    this.#setup = setup;
    const { registry, hosts, find } = setup;
    this.#authority = new Authority({ registry, hosts, find, send: async (ask) => await this.#send(ask, 'a token') });
  }

  async #send(ask: Ask, what: string): Promise<Answer> {
    try {
      return await askFollowing(this.#setup.transport, this.#setup.hosts, ask);
    } catch (error) {
      if (error instanceof NoAnswer) throw unreachable(error, ask.url.host, what);
      throw error;
    }
  }

  /** The answer, whatever its status but 401. Failures `registry-unreachable`, `registry-unauthorised` and such. */
  async ask(ask: RegistryAsk): Promise<Answer> {
    if (this.#first === undefined) {
      const first = this.#ask(ask);
      this.#first = first.catch(() => undefined);
      return await first;
    }
    if (!this.#authority.knows) await this.#first;
    return await this.#ask(ask);
  }

  async #ask({ method, repository, path, accept, maxBytes, what }: RegistryAsk): Promise<Answer> {
    const { plainHTTP, ca } = this.#setup.hosts.settings(this.registry);
    const url = new URL(`${plainHTTP ? 'http' : 'https'}://${apiHost(this.registry)}/v2/${repository}/${path}`);
    let authorization = await this.#authority.header(repository);
    for (let round = 1; ; round += 1) {
      const headers = { accept, 'user-agent': 'waybill', ...(authorization === undefined ? {} : { authorization }) };
      const answer = await this.#send({ method, url, headers, maxBytes, ca }, what);
      // A host behind a redirect must not say where the credentials of this one go.
      if (answer.status !== 401 || answer.url.origin !== url.origin) return withoutEcho(answer, authorization);
      if (round === rounds) throw unauthorised(answer, what, this.registry, await this.#authority.found(repository));
      const used = { header: authorization, fresh: round > 1 };
      authorization = await this.#authority.challenged(answer, used, repository, what);
    }
  }

  /** The Failure of an answer that is not the expected one. */
  async refusal(answer: Answer, what: string, repository: string): Promise<Error> {
    return refused(answer, what, this.registry, await this.#authority.found(repository));
  }
}
