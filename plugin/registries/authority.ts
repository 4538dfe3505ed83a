/**
 * How one host wants to know who asks, learned from its challenges, and the header that answers them. Tokens are shared
 * by all requests and replaced when they end or are refused.
 */
import { type Challenge, parseChallenges } from './challenge.ts';
import { basicHeader, type Lookup } from './credential.ts';
import { unauthorised, unusable } from './failures.ts';
import type { Hosts } from './hosts.ts';
import { forbiddenRedirect } from './redirects.ts';
import { mergeScopes, pullScope } from './scopes.ts';
import { fetchToken, type Token } from './token.ts';
import type { Answer, Ask } from '../http/transport.ts';

/** What an authority needs of its surroundings. */
export interface AuthoritySetup {
  /** The registry's host as images name it. */
  readonly registry: string;
  readonly hosts: Hosts;
  /** Credentials for a repository. */
  readonly find: (repository: string) => Promise<Lookup>;
  /** Sends a request to a token server. */
  readonly send: (ask: Ask) => Promise<Answer>;
}

/** A header that a host refused. */
interface Used {
  readonly header: string | undefined;
  readonly fresh: boolean;
}

interface Realm {
  readonly url: URL;
  readonly service: string | undefined;
  /** Its scopes are those of the specification: the scope of another repository is known without asking. */
  readonly ordinary: boolean;
}

/** Who asks, for one host. */
export class Authority {
  readonly #setup: AuthoritySetup;
  /** By repository. */
  readonly #found = new Map<string, Promise<Lookup>>();
  #basic = false;
  #realm: Realm | undefined;
  /** By repository. */
  readonly #scopes = new Map<string, Set<string>>();
  /** By scopes. */
  readonly #tokens = new Map<string, Promise<Token>>();

  constructor(setup: AuthoritySetup) {
    this.#setup = setup;
  }

  /** The credentials for a repository of this host. */
  async found(repository: string): Promise<Lookup> {
    const known = this.#found.get(repository) ?? this.#setup.find(repository);
    this.#found.set(repository, known);
    return await known;
  }

  /** Whether the host has said what it wants. */
  get knows(): boolean {
    return this.#basic || this.#realm !== undefined;
  }

  /** The Authorization header for a repository, as far as the host has said what it wants; undefined for none. */
  async header(repository: string): Promise<string | undefined> {
    const found = await this.found(repository);
    const { credential } = found;
    if (credential?.kind === 'bearer') return `Bearer ${credential.secret}`;
    if (this.#basic) return credential?.kind === 'password' ? basicHeader(credential) : undefined;
    if (this.#realm === undefined) return undefined;
    const known = this.#scopes.get(repository);
    if (known) return (await this.#token(this.#realm, found, known)).header;
    if (!this.#realm.ordinary) return undefined;
    const scopes = new Set([pullScope(repository)]);
    this.#scopes.set(repository, scopes);
    return (await this.#token(this.#realm, found, scopes)).header;
  }

  /** Two credentials for one host have tokens of their own. */
  #key(found: Lookup, scopes: Iterable<string>): string {
    const { source = '', user = '' } = found.credential ?? {};
    return JSON.stringify([source, user, ...mergeScopes(scopes)]);
  }

  async #token(realm: Realm, found: Lookup, scopes: Iterable<string>): Promise<Token> {
    const key = this.#key(found, scopes);
    const known = this.#tokens.get(key);
    if (known) {
      const token = await known;
      if (token.expires > Date.now()) return token;
      // Somebody else may have replaced it meanwhile.
      if (this.#tokens.get(key) === known) this.#tokens.delete(key);
      return await this.#token(realm, found, scopes);
    }
    const { registry, hosts, send } = this.#setup;
    const ca = hosts.settings(realm.url.host).ca ?? hosts.settings(registry).ca;
    const { url, service } = realm;
    const made = fetchToken({ realm: url, service, scopes: mergeScopes(scopes), registry, found, ca }, send);
    this.#tokens.set(key, made);
    // A refusal now need not be one later.
    made.catch(() => this.#tokens.delete(key));
    return await made;
  }

  #realmOf(challenge: Challenge, answer: Answer, repository: string): Realm {
    const { registry, hosts } = this.#setup;
    const text = challenge.parameters.get('realm') ?? '';
    const what = `the token server of ${registry}`;
    if (!URL.canParse(text)) throw unusable(registry, what, `${JSON.stringify(text.slice(0, 100))} is no URL`);
    const url = new URL(text);
    const why = forbiddenRedirect(answer.url, url, hosts);
    if (why !== undefined) {
      throw unusable(registry, what, `${url.origin} is not allowed: ${why}`, [
        'Nothing was sent there. To allow it, name that host in the hosts file (docs/registries.md).',
      ]);
    }
    const scope = challenge.parameters.get('scope');
    const ordinary = scope === undefined || scope.startsWith(`repository:${repository}:`);
    return { url, service: challenge.parameters.get('service'), ordinary };
  }

  /**
   * What to send after the answer 401 to a request with the header `used`. Failures: `registry-unauthorised` when there
   * is nothing else to try, `registry-answer` for a challenge that must not be answered.
   * @param used the refused header. `fresh`: it was made to answer an earlier challenge of the same request
   */
  async challenged(answer: Answer, used: Used, repository: string, what: string): Promise<string> {
    const { registry } = this.#setup;
    const found = await this.found(repository);
    const challenges = parseChallenges(answer.headers['www-authenticate'] ?? '');
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    const basic = challenges.some(({ scheme }) => scheme === 'basic');
    const refuse = (): Error => unauthorised(answer, what, registry, found);
    if (found.credential?.kind === 'bearer') throw refuse();
    if (bearer === undefined) {
      if (!basic || found.credential?.kind !== 'password') throw refuse();
      this.#basic = true;
      const header = basicHeader(found.credential);
      if (header === used.header) throw refuse();
      return header;
    }
    this.#realm = this.#realmOf(bearer, answer, repository);
    const scopes = this.#scopes.get(repository) ?? new Set();
    scopes.add(bearer.parameters.get('scope') ?? pullScope(repository));
    this.#scopes.set(repository, scopes);
    const key = this.#key(found, scopes);
    const current = this.#tokens.get(key);
    if (current !== undefined && (await current).header === used.header) {
      if (used.fresh) throw refuse();
      this.#tokens.delete(key);
    }
    return (await this.#token(this.#realm, found, scopes)).header;
  }
}
