/**
 * The hosts of source repositories while a fleet is read: each gets a token only if it may have it, is asked a bounded
 * number of times, and not again once it has failed. Whatever is not known for such a reason is said in one line.
 */
import { limitOf } from '../../http/limit.ts';
import type { RetryingTransport } from '../../http/retry.ts';
import type { Repository } from '../../record/repository.ts';
import type { FleetOrigin } from '../../schemas/fleet.generated.ts';
import { defined } from '../defined.ts';
import { type Budget, createAsk, newBudget, Refused, Unavailable } from './ask.ts';
import type { Ask, Provider } from './provider.ts';
import { mayGetToken, type NamedHost, providerOf, tokenOf } from './providers.ts';

/** A host that can be asked. */
export interface Host {
  readonly provider: Provider;
  readonly ask: Ask;
  readonly budget: Budget;
}

/** How hosts are asked. */
export interface Hosts {
  readonly named: readonly NamedHost[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly http: () => RetryingTransport;
}

/** The host of a repository, or why it is not asked. */
export function hostOf(repository: Repository, { named, env, http }: Hosts): Host | string {
  const { host, webURL } = repository;
  const asked = named.find((one) => one.host === host)?.provider;
  const provider = providerOf(repository, asked, env);
  if (!provider) return `nothing tells which provider it is: give --provider-host PROVIDER=${host}`;
  if (!mayGetToken(repository, named, env)) return `it gets a token only with --provider-host ${host}`;
  const token = tokenOf(provider, env);
  if (token === undefined) return `there is no token: set ${provider.tokens[0] ?? 'one'}`;
  const budget = newBudget();
  const base = provider.api(webURL);
  return { provider, budget, ask: createAsk({ base, headers: provider.headers(token), http: http(), budget }) };
}

/** Requests that one reading of a fleet is worth, for each host. */
const mostRequests = 600;
/** Requests of the host's limit that are left to others. */
const reserve = 50;
/** Milliseconds after which no more questions are put: a page of what is known is worth more. */
const longest = 30_000;
/** Questions at a time, for each host. */
const width = 8;

/** One host while a fleet is read. */
export class Asking {
  readonly #host: Host | undefined;
  readonly #name: string;
  readonly #now: () => number;
  readonly #sentBefore: number;
  readonly #startedAt: number;
  readonly #limit = limitOf(width);
  #reason: string | undefined;
  #isOver: boolean;
  #answered = 0;
  #missing = 0;

  constructor(name: string, host: Host | string, now: () => number) {
    this.#name = name;
    this.#host = typeof host === 'string' ? undefined : host;
    this.#reason = typeof host === 'string' ? host : undefined;
    this.#isOver = typeof host === 'string';
    this.#now = now;
    this.#startedAt = now();
    this.#sentBefore = this.#host?.budget.sent ?? 0;
  }

  #stop(reason: string): void {
    this.#isOver = true;
    this.#reason ??= reason;
  }

  #stopIfExhausted({ sent, remaining, reset }: Budget): void {
    const isReset = reset !== undefined && reset <= this.#now();
    if (sent - this.#sentBefore >= mostRequests)
      this.#stop(`it was asked ${mostRequests} times: the rest is not known`);
    else if (remaining !== undefined && remaining <= reserve && !isReset)
      this.#stop(`${remaining} requests are left of its limit: the rest is not known`);
    else if (this.#now() - this.#startedAt > longest)
      this.#stop(`it took longer than ${longest / 1000} s: the rest is not known`);
  }

  async #put<Answer>(question: (host: Host) => Promise<Answer | undefined>): Promise<Answer | undefined> {
    const host = this.#host;
    if (host && !this.#isOver) this.#stopIfExhausted(host.budget);
    if (!host || this.#isOver) return undefined;
    try {
      const answer = await question(host);
      if (answer === undefined) this.#missing += 1;
      else this.#answered += 1;
      return answer;
    } catch (error) {
      // One repository that the token may not read says nothing about the others.
      if (error instanceof Refused && error.status !== 401 && error.status !== 0) this.#reason ??= error.message;
      else if (error instanceof Refused || error instanceof Unavailable) this.#stop(error.message);
      else throw error;
      return undefined;
    }
  }

  /** The answer; undefined where there is none, which the origin says. */
  async about<Answer>(question: (host: Host) => Promise<Answer | undefined>): Promise<Answer | undefined> {
    return await this.#limit(async () => await this.#put(question));
  }

  /** What the fleet says of it. */
  get origin(): FleetOrigin {
    const unknown =
      this.#missing === 0
        ? undefined
        : `it does not know ${this.#missing === 1 ? 'one thing' : `${this.#missing} things`} that it was asked: commits that were removed or have no common ancestor, or repositories that the token may not read`;
    const isRead = this.#answered > 0 || (this.#missing > 0 && !this.#isOver);
    return defined({ kind: 'provider' as const, name: this.#name, read: isRead, reason: this.#reason ?? unknown });
  }
}
