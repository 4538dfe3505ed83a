/**
 * Registries for the length of one command: each question is asked once, however many applications run the image and
 * however often a lost race asks again; and a registry that does not answer is left alone, since a hundred images would
 * wait for it one after the other.
 */
import { Failure, failure } from '../diagnostics/failure.ts';
import { nameKey } from '../references/reference.ts';
import { type Limit, limitOf } from '../http/limit.ts';
import type { ImageFacts, ImageOptions, Registry } from '../registries/registry.ts';

/** Answers that are missing for reasons of the registry, not of one image. */
const troubles: ReadonlySet<string> = new Set(['registry-unreachable', 'registry-rate-limited']);

/** Questions under way at once to one host; the others wait, and are not asked when it leaves these unanswered. */
const atOnce = 8;

/** So many questions in a row without an answer, and nothing more is asked. */
const mostTroubles = 3;

function hostOf(name: string): string {
  return nameKey(name).split('/', 1)[0] ?? '';
}

function isTrouble(error: unknown): boolean {
  return error instanceof Failure && error.diagnostics.some(({ code }) => troubles.has(code));
}

interface Host {
  readonly limit: Limit;
  /** Questions in a row without an answer. */
  troubles: number;
}

/** A registry that remembers. Failures are remembered too. */
export class RunRegistry implements Registry {
  readonly #registry: Registry;
  readonly #tags = new Map<string, Promise<readonly string[]>>();
  readonly #digests = new Map<string, Promise<string>>();
  readonly #images = new Map<string, Promise<ImageFacts>>();
  readonly #hosts = new Map<string, Host>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  async tags(name: string): Promise<readonly string[]> {
    return await this.#once(this.#tags, [name], async () => await this.#registry.tags(name));
  }

  async digest(name: string, tag: string): Promise<string> {
    return await this.#once(this.#digests, [name, tag], async () => await this.#registry.digest(name, tag));
  }

  async image(name: string, reference: string, options: ImageOptions = {}): Promise<ImageFacts> {
    const { os, architecture, variant } = options.platform ?? {};
    const how = [os, architecture, variant, String(options.immutableTag ?? false), String(options.onlyTime ?? false)];
    const ask = async (): Promise<ImageFacts> => await this.#registry.image(name, reference, options);
    return await this.#once(this.#images, [name, reference, ...how], ask);
  }

  async #once<Answer>(
    answers: Map<string, Promise<Answer>>,
    [name, ...rest]: readonly [string, ...(string | undefined)[]],
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    const key = [nameKey(name), ...rest].join(' ');
    const answer = answers.get(key) ?? this.#guarded(hostOf(name), ask);
    answers.set(key, answer);
    return await answer;
  }

  #host(name: string): Host {
    const host = this.#hosts.get(name) ?? { limit: limitOf(atOnce), troubles: 0 };
    this.#hosts.set(name, host);
    return host;
  }

  async #guarded<Answer>(name: string, ask: () => Promise<Answer>): Promise<Answer> {
    const host = this.#host(name);
    return await host.limit(async () => {
      if (host.troubles >= mostTroubles) {
        throw failure(
          'registry-unreachable',
          `${name} is not queried again: it did not respond to ${mostTroubles} requests`,
          {
            help: ['The other errors about it show the reason.'],
          },
        );
      }
      try {
        const answer = await ask();
        host.troubles = 0;
        return answer;
      } catch (error) {
        if (isTrouble(error)) host.troubles += 1;
        throw error;
      }
    });
  }
}
