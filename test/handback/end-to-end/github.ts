/**
 * A GitHub that knows commits by what is told about them: deployments, statuses, dispatches and the webhooks that
 * they cause. What it is asked, what it answers and what it sends is held against GitHub's published description.
 *
 * https://docs.github.com/en/rest/deployments, https://docs.github.com/en/rest/commits/statuses
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { readJsonObjects } from '../../../plugin/notifications/replay/json-values.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../../plugin/resources/json.ts';
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { readYaml } from '../../../plugin/yaml/read.ts';
import { githubDescription } from '../../conformance/github-api.ts';
import { type Answer, type Arrived, listen, type Loopback } from '../loopback.ts';
import { textAt } from '../oracle.ts';

/** A webhook that GitHub sends: the event's name and its document. */
export interface Webhook {
  readonly event: 'deployment_status' | 'status' | 'repository_dispatch';
  readonly payload: JsonObject;
}

/** One word about a commit, in the order of arrival: `deployment/user-service pending`, `staging success`. */
interface Word {
  readonly commit: string;
  readonly kind: 'status' | 'deployment';
  readonly text: string;
  readonly description: string;
}

interface Deployment {
  readonly id: number;
  readonly repository: string;
  readonly ref: string;
  readonly environment: string;
  readonly transient: boolean;
  readonly production: boolean;
  /** The newest last. */
  readonly statuses: { readonly id: number; readonly state: string; readonly at: string }[];
}

/** Read once: the file is large. */
const examples = new Map<string, JsonObject>();

function exampleOf(event: string): JsonObject {
  const known = examples.get(event) ?? readExample(event);
  examples.set(event, known);
  return known;
}

const readExample = (event: string): JsonObject => {
  const file = createRequire(import.meta.url).resolve('@octokit/webhooks-examples/api.github.com/index.json');
  const [all] = readJsonObjects(`{"events":${readFileSync(file, 'utf8')}}`, 'examples');
  const events = valueAt(all?.value ?? null, ['events']);
  const found = isArray(events) ? events.find((one) => textAt(one, ['name']) === event) : undefined;
  const payload = valueAt(found ?? null, ['examples', 0]);
  if (!isObject(payload)) throw new Error(`there is no example of ${event}`);
  return payload;
};

function setAt(value: JsonObject, [key = '', ...path]: readonly string[], to: Json): JsonObject {
  return { ...value, [key]: path.length === 0 ? to : setAt(object(value[key]), path, to) };
}

const notFound: Answer = { status: 404, json: { message: 'Not Found' } };
const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

export class GitHub {
  /** Everything that was said about commits, in order. */
  readonly words: Word[] = [];
  /** Whatever was not as GitHub describes it. */
  readonly problems: string[] = [];
  /** Gets each webhook when it is sent. */
  onWebhook: (webhook: Webhook) => void = () => undefined;
  /** What else this GitHub knows: by method, path below the repository, query and body. Undefined: nothing. */
  more: (method: string, path: string, query: URLSearchParams, body: JsonObject) => Answer | undefined = () =>
    undefined;
  /** Waited for before a request of the notifications controller is answered. */
  pause: () => Promise<void> = async () => undefined;
  readonly #deployments: Deployment[] = [];
  readonly #description = githubDescription();
  readonly #examples = { deployment: exampleOf('deployment_status'), status: exampleOf('status') };
  #server: Loopback | undefined;
  #id = 0;

  /** Starts to listen. */
  async start(): Promise<void> {
    this.#server = await listen(async (request) => await this.#arrive(request));
  }

  /** `http://127.0.0.1:PORT`, what stands for https://api.github.com. */
  get url(): string {
    return this.#server?.url ?? '';
  }

  close(): void {
    this.#server?.close();
  }

  /** What was said about a commit, in order. */
  said(commit: string, kind: Word['kind']): string[] {
    return this.words.flatMap((word) => (word.commit === commit && word.kind === kind ? [word.text] : []));
  }

  async #arrive(request: Arrived): Promise<Answer> {
    const { method, path, headers } = request;
    const sent = readYaml(request.body, { file: 'body', duplicateKeys: 'error' })[0]?.value ?? undefined;
    const body = sent === undefined ? {} : { body: sent };
    const { pathname, searchParams } = new URL(path, 'https://api.github.com');
    const url = `https://api.github.com${path}`;
    this.problems.push(...this.#description.check({ method, url, headers, ...body, status: 200 }));
    // The controller's client gives its name; curl does not wait for what itself may be part of.
    if (headers['user-agent']?.startsWith('go-github')) await this.pause();
    return this.#answer(method, pathname, searchParams, object(sent), headers['authorization'] ?? '');
  }

  #answer(method: string, path: string, query: URLSearchParams, body: JsonObject, authorization: string): Answer {
    if (method === 'POST' && /^\/app\/installations\/\d+\/access_tokens$/u.test(path)) {
      const expires = new Date(Date.now() + 3_600_000 * 24 * 36_500).toISOString().replace(/\.\d+Z$/u, 'Z');
      return { status: 201, json: { token: 'ghs_67890', expires_at: expires } };
    }
    if (!/^(?:Bearer|token) \S+$/u.test(authorization)) return { status: 401, json: { message: 'Bad credentials' } };
    const [, repository = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)\/(.*)$/u.exec(path) ?? [];
    const parts = rest.split('/');
    switch (`${method} ${parts.map((part, index) => (index % 2 === 1 ? '*' : part)).join('/')}`) {
      case 'POST statuses/*':
        return this.#status(repository, parts[1] ?? '', body);
      case 'GET deployments':
        return this.#list(repository, query);
      case 'POST deployments':
        return this.#deployment(repository, body);
      case 'GET deployments/*/statuses':
      case 'POST deployments/*/statuses': {
        const known = this.#deployments.find((one) => String(one.id) === parts[1] && one.repository === repository);
        if (known === undefined) return notFound;
        return method === 'GET' ? this.#statuses(known, query) : this.#deploymentStatus(known, body);
      }
      case 'POST dispatches':
        this.#send('repository_dispatch', undefined, {
          action: textAt(body, ['event_type']),
          client_payload: body['client_payload'] ?? null,
          branch: 'main',
        });
        return { status: 204 };
      default:
        return this.more(method, rest, query, body) ?? notFound;
    }
  }

  #status(repository: string, commit: string, body: JsonObject): Answer {
    const [state, context] = [textAt(body, ['state']), textAt(body, ['context'])];
    const description = textAt(body, ['description']);
    this.words.push({ commit, kind: 'status', text: `${context} ${state}`, description });
    const now = new Date().toISOString();
    const commitOfEvent = object(valueAt(this.#examples.status, ['commit']));
    const fields = {
      state,
      context,
      description: textAt(body, ['description']),
      target_url: body['target_url'] ?? null,
    };
    this.#send('status', 'webhook-status', {
      ...this.#examples.status,
      ...fields,
      // The example is older than this field.
      commit: setAt(commitOfEvent, ['commit', 'verification', 'verified_at'], null),
      id: ++this.#id,
      sha: commit,
      name: repository,
      created_at: now,
      updated_at: now,
    });
    const url = `https://api.github.com/repos/${repository}/statuses/${commit}`;
    const creator = object(valueAt(this.#examples.status, ['sender']));
    const made = {
      ...fields,
      id: this.#id,
      node_id: 'x',
      url,
      avatar_url: null,
      created_at: now,
      updated_at: now,
      creator,
    };
    return this.#described('status', 201, made);
  }

  #list(repository: string, query: URLSearchParams): Answer {
    const wanted = (key: string, value: string): boolean => (query.get(key) ?? value) === value;
    const found = this.#deployments.filter((one) => {
      return (
        one.repository === repository &&
        ['ref', 'sha'].every((key) => wanted(key, one.ref)) &&
        wanted('environment', one.environment)
      );
    });
    const page = found.toReversed().slice(0, Number(query.get('per_page') ?? 30));
    return { status: 200, json: page.map((one) => this.#describe(one)) };
  }

  #deployment(repository: string, body: JsonObject): Answer {
    const environment = textAt(body, ['environment']);
    const made: Deployment = {
      id: ++this.#id,
      repository,
      ref: textAt(body, ['ref']),
      environment,
      transient: body['transient_environment'] === true,
      production: body['production_environment'] === true || environment === 'production',
      statuses: [],
    };
    this.#deployments.push(made);
    return this.#described('deployment', 201, this.#describe(made));
  }

  #describe(one: Deployment): JsonObject {
    const url = `https://api.github.com/repos/${one.repository}/deployments/${one.id}`;
    return {
      ...object(valueAt(this.#examples.deployment, ['deployment'])),
      url,
      id: one.id,
      ref: one.ref,
      sha: one.ref,
      environment: one.environment,
      statuses_url: `${url}/statuses`,
      transient_environment: one.transient,
      production_environment: one.production,
    };
  }

  #describeStatus(one: Deployment, { id, state, at }: Deployment['statuses'][number]): JsonObject {
    const url = `https://api.github.com/repos/${one.repository}/deployments/${one.id}`;
    return {
      ...object(valueAt(this.#examples.deployment, ['deployment_status'])),
      url: `${url}/statuses/${id}`,
      id,
      state,
      environment: one.environment,
      deployment_url: url,
      created_at: at,
      updated_at: at,
    };
  }

  #statuses(one: Deployment, query: URLSearchParams): Answer {
    const newest = one.statuses.toReversed().slice(0, Number(query.get('per_page') ?? 30));
    return { status: 200, json: newest.map((status) => this.#describeStatus(one, status)) };
  }

  /** A success makes earlier ones of the environment inactive, unless they are transient or of production. */
  #deploymentStatus(one: Deployment, body: JsonObject): Answer {
    const state = textAt(body, ['state']);
    if (state === 'success' && body['auto_inactive'] !== false) {
      for (const other of this.#deployments) {
        const same = other.repository === one.repository && other.environment === one.environment;
        if (!same || other === one || other.transient || other.production) continue;
        if (other.statuses.at(-1)?.state === 'success') this.#addStatus(other, 'inactive');
      }
    }
    return this.#described('deployment-status', 201, this.#addStatus(one, state));
  }

  #addStatus(one: Deployment, state: string): JsonObject {
    const status = { id: ++this.#id, state, at: `${new Date().toISOString().slice(0, 19)}Z` };
    one.statuses.push(status);
    this.words.push({ commit: one.ref, kind: 'deployment', text: `${one.environment} ${state}`, description: '' });
    const described = this.#describeStatus(one, status);
    this.#send('deployment_status', 'webhook-deployment-status-created', {
      ...this.#examples.deployment,
      deployment: this.#describe(one),
      deployment_status: described,
    });
    return described;
  }

  #described(schema: string, status: number, json: JsonObject): Answer {
    this.problems.push(...this.#description.matches(schema, json));
    return { status, json };
  }

  #send(event: Webhook['event'], schema: string | undefined, payload: JsonObject): void {
    if (schema !== undefined) this.problems.push(...this.#description.matches(schema, payload));
    this.onWebhook({ event, payload });
  }
}
