/**
 * The four questions of the distribution specification that Waybill asks, for one repository at one host: tags, the
 * digest of a tag, a manifest, a blob. Bytes are believed only when their digest is the one that was asked for.
 */
import { isDigest, isTag } from '../references/reference.ts';
import type { TagList } from '../schemas/tag-list.generated.ts';
import { validate } from '../schemas/tag-list.validate.generated.js';
import { digestOf } from './digest.ts';
import { unusable } from './failures.ts';
import { nextPage } from './pages.ts';
import { parseAnswer } from './parse.ts';
import type { RegistryAsk, Session } from './session.ts';
import type { Answer } from '../http/transport.ts';

/** What is understood, the form that says most first. */
const accepted = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Docker's first form, of before 2016: its digest is not that of what runtimes pull today. */
function isSchema1(contentType: string): boolean {
  return contentType.startsWith('application/vnd.docker.distribution.manifest.v1+');
}

/** A manifest or index as it is stored. */
export interface Document {
  readonly digest: string;
  readonly bytes: Buffer;
}

const mebibyte = 1024 * 1024;
/** The specification asks registries to take manifests of 4 MiB. */
const largest = { manifest: 4 * mebibyte, config: 8 * mebibyte, tags: 16 * mebibyte };
const pageSize = 1000;
const mostPages = 10_000;
/** Ten times what the largest repositories have; what a hostile registry may fill the memory with. */
const mostTags = 1_000_000;

/** One repository at one host. */
export class Endpoint {
  readonly #session: Session;
  readonly #repository: string;
  readonly #name: string;

  /** `repository` is its path at the host, `name` what people call it. */
  constructor(session: Session, repository: string, name: string) {
    this.#session = session;
    this.#repository = repository;
    this.#name = name;
  }

  async #ask(ask: Omit<RegistryAsk, 'repository'>): Promise<Answer> {
    return await this.#session.ask({ ...ask, repository: this.#repository });
  }

  async #refusal(answer: Answer, what: string): Promise<Error> {
    return await this.#session.refusal(answer, what, this.#repository);
  }

  #unusable(answer: Answer, what: string, why: string, help: readonly string[] = []): Error {
    return unusable(answer.url.host, what, why, help);
  }

  /** All tags, each once. Failure when any page fails: a part of a list is not a list. */
  async tags(): Promise<readonly string[]> {
    const what = `the tags of ${this.#name}`;
    const tags = new Set<string>();
    const seen = new Set<string>();
    const prefix = `/v2/${this.#repository}/`;
    let path = `tags/list?n=${pageSize}`;
    for (;;) {
      const common = { accept: 'application/json', maxBytes: largest.tags, what };
      let answer = await this.#ask({ ...common, method: 'GET', path });
      // PAGINATION_NUMBER_INVALID: a registry with smaller pages that does not just give fewer.
      if (answer.status === 400 && seen.size === 0)
        answer = await this.#ask({ ...common, method: 'GET', path: 'tags/list' });
      if (answer.status !== 200) throw await this.#refusal(answer, what);
      const page = parseAnswer<TagList>(validate, answer.body, { host: answer.url.host, what });
      for (const tag of page.tags ?? []) {
        // It would become a part of URLs, and of locks.
        if (!isTag(tag)) {
          throw this.#unusable(answer, what, `it lists ${JSON.stringify(tag.slice(0, 200))}, which is no tag`);
        }
        tags.add(tag);
      }
      if (tags.size > mostTags) throw this.#unusable(answer, what, `it has more than ${mostTags} tags`);
      seen.add(path);
      const { link } = answer.headers;
      const next = nextPage(Array.isArray(link) ? link.join(', ') : link, answer.url);
      if (next === undefined) return [...tags];
      if ('problem' in next) throw this.#unusable(answer, what, next.problem);
      if (!next.path.startsWith(prefix)) throw this.#unusable(answer, what, `its next page is ${next.path}`);
      path = next.path.slice(prefix.length);
      if (seen.has(path)) throw this.#unusable(answer, what, 'its next page is one that was read already');
      if (seen.size >= mostPages) throw this.#unusable(answer, what, `it has more than ${mostPages} pages`);
    }
  }

  #checkForm(answer: Answer, what: string): void {
    if (isSchema1(answer.headers['content-type'] ?? '')) {
      throw this.#unusable(answer, what, "the image is in Docker's schema 1, which runtimes no longer pull", [
        'Push the image again with a current docker, podman or buildkit.',
      ]);
    }
  }

  #digestHeader(answer: Answer, what: string): string | undefined {
    const given = answer.headers['docker-content-digest'];
    if (given === undefined) return undefined;
    if (typeof given === 'string' && isDigest(given)) return given;
    throw this.#unusable(answer, what, `${JSON.stringify(given)} is no digest`);
  }

  /** The digest that a tag points to, without its bytes where the registry gives it. */
  async digest(tag: string): Promise<string> {
    const what = `${this.#name}:${tag}`;
    const maxBytes = largest.manifest;
    const answer = await this.#ask({ method: 'HEAD', path: `manifests/${tag}`, accept: accepted, maxBytes, what });
    if (answer.status === 200) {
      this.#checkForm(answer, what);
      const digest = this.#digestHeader(answer, what);
      if (digest !== undefined) return digest;
    } else if ([403, 404, 429].includes(answer.status) || answer.status >= 500) {
      throw await this.#refusal(answer, what);
    }
    return (await this.manifest(tag)).digest;
  }

  /** The manifest or index that a tag or digest names. */
  async manifest(reference: string): Promise<Document> {
    const asked = isDigest(reference) ? reference : undefined;
    const what = `${this.#name}${asked === undefined ? ':' : '@'}${reference}`;
    const maxBytes = largest.manifest;
    const answer = await this.#ask({ method: 'GET', path: `manifests/${reference}`, accept: accepted, maxBytes, what });
    if (answer.status !== 200) throw await this.#refusal(answer, what);
    this.#checkForm(answer, what);
    const expected = asked ?? this.#digestHeader(answer, what);
    return { digest: this.#verify(answer, expected, what), bytes: answer.body };
  }

  /** The bytes of a configuration. */
  async config(digest: string): Promise<Buffer> {
    const what = `the configuration of ${this.#name}`;
    const ask = { method: 'GET', path: `blobs/${digest}`, accept: '*/*', maxBytes: largest.config, what } as const;
    const answer = await this.#ask(ask);
    if (answer.status !== 200) throw await this.#refusal(answer, what);
    this.#verify(answer, digest, what);
    return answer.body;
  }

  #verify(answer: Answer, expected: string | undefined, what: string): string {
    const digest = digestOf(answer.body, expected);
    if (expected === undefined || digest === expected) return digest;
    throw this.#unusable(answer, what, `its bytes have the digest ${digest}, not ${expected}`, [
      'A proxy changes the bytes, or the registry is damaged. The response was not used.',
    ]);
  }
}
