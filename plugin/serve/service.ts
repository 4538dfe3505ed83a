/**
 * Answers one request of Argo CD: from what an earlier render gave, when everything that it read is unchanged, else in
 * a worker thread. What is kept is keyed by all that it was made of, so a changed policy, program or parameter is
 * effective at once, and nothing crosses from one repository to another.
 */
import { statSync } from 'node:fs';
import { lookOnPath } from '../binaries/find.ts';
import { Failure, failure } from '../diagnostics/failure.ts';
import { formatDiagnostics } from '../diagnostics/format.ts';
import { type PolicyBytes, readPolicy } from '../policy/load.ts';
import { ByteCache } from '../reuse/byte-cache.ts';
import { fingerprint } from '../reuse/reuse.ts';
import type { Job, WorkerPool } from '../workers/pool.ts';
import { StoppedError } from '../workers/thread.ts';
import type { ArchiveLimits } from './archive.ts';
import type { Received } from './intake.ts';
import type { EnvEntry } from './messages.ts';
import type { Observation } from './observed-tree.ts';
import { directoryOf, type TaskInput, type TaskOutput } from './task.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** How one request ended. `cached`: nothing was rendered. */
export type Answer =
  | {
      readonly outcome: 'done';
      readonly response: Uint8Array;
      readonly files: number;
      readonly resources: number;
      readonly warnings: readonly string[];
      readonly cached: boolean;
    }
  | { readonly outcome: 'failed'; readonly code: string; readonly text: string; readonly files: number };

/** What is known about the Application that a request is for, for logs. */
export interface About {
  readonly application: string;
  readonly project: string;
  readonly revision: string;
}

/** A request. */
export interface ServiceRequest {
  readonly what: TaskInput['what'];
  readonly received: Received;
  /** Ends the work when the caller is gone or the time is over. */
  readonly signal: AbortSignal;
}

/** How a service works. */
export interface ServiceOptions {
  /** The server's own environment. */
  readonly env: Env;
  readonly pool: Pick<WorkerPool<TaskInput, TaskOutput>, 'run'>;
  readonly archive: ArchiveLimits;
  /** Bytes of results that are kept. */
  readonly resultBytes: number;
}

interface Result {
  readonly archive: string;
  readonly response: Uint8Array;
  readonly files: number;
  readonly resources: number;
  readonly warnings: readonly string[];
  readonly observations: readonly Observation[];
}

/** What names the commit and changes no manifest. */
const REVISION = /^ARGOCD_APP_REVISION(?:_SHORT(?:_8)?)?$/u;

/**
 * The environment as a process would get it from Argo CD's own server: in order, the last of a name counts, and a name
 * with `=` in it is cut there.
 */
export function environmentOf(entries: readonly EnvEntry[]): Record<string, string> {
  const environment = new Map<string, string>();
  for (const { name, value } of entries) {
    const text = `${name}=${value}`;
    const at = text.indexOf('=');
    if (text.includes('\0')) {
      throw failure('plugin-environment', `the environment has a NUL character in ${JSON.stringify(name)}`);
    }
    if (at > 0) environment.set(text.slice(0, at), text.slice(at + 1));
  }
  return Object.fromEntries(environment);
}

/** Which programs a render would start: a program that is exchanged makes other manifests. */
function programsIn(env: Env): string {
  return ['HELM', 'KUSTOMIZE', 'CONFINE']
    .map((name) => {
      const command = name === 'CONFINE' ? 'waybill-confine' : name.toLowerCase();
      const path = env[`WAYBILL_${name}`] || lookOnPath(command, env);
      const stat = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
      return `${path ?? ''}:${stat?.ino ?? ''}:${stat?.size ?? ''}:${stat?.mtimeMs ?? ''}`;
    })
    .join('\n');
}

function textOf(error: Failure): string {
  return formatDiagnostics(error.diagnostics, () => undefined);
}

/** Why work was stopped, as errors of the closed list. */
const stopped: Readonly<Record<StoppedError['reason'], (request: ServiceRequest) => Failure>> = {
  full: () => failure('server-busy', 'too many renders wait: try again'),
  closed: () => failure('server-stopping', 'the server is stopping: try again'),
  memory: () => failure('limit-memory', 'rendering needed more memory than one render may have, and was stopped'),
  canceled: ({ signal }) =>
    failure('limit-seconds', `rendering was stopped: ${String(signal.reason)}`, {
      help: ["The deadline is Argo CD's: controller.repo.server.timeout.seconds."],
    }),
  crashed: () => failure('limit-memory', 'the worker thread that rendered this ended unexpectedly'),
};

/** The service of one server. */
export class RenderService {
  readonly #options: ServiceOptions;
  readonly #results: ByteCache<Result>;
  /** Archives by the numbers of the threads that keep them. */
  readonly #archives = new Map<number, ReadonlySet<string>>();

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#results = new ByteCache(options.resultBytes);
  }

  /** Bytes of the results that are kept. */
  get keptBytes(): number {
    return this.#results.bytes;
  }

  /** Forgets all results. */
  forget(): void {
    this.#results.clear();
  }

  /** Which Application a request is for. */
  static about({ metadata }: Received): About {
    const value = (name: string): string => metadata.env.findLast((entry) => entry.name === name)?.value ?? '';
    return {
      application: value('ARGOCD_APP_NAME'),
      project: value('ARGOCD_APP_PROJECT_NAME'),
      revision: value('ARGOCD_APP_REVISION'),
    };
  }

  /** Answers a request. An error that is no mistake of the repository is thrown. */
  async answer(request: ServiceRequest): Promise<Answer> {
    try {
      return await this.#answer(request);
    } catch (error) {
      const known = error instanceof StoppedError ? stopped[error.reason](request) : error;
      if (!(known instanceof Failure)) throw error;
      const code = known.diagnostics[0]?.code ?? 'unknown';
      return { outcome: 'failed', code, text: textOf(known), files: 0 };
    }
  }

  async #answer(request: ServiceRequest): Promise<Answer> {
    const { what, received } = request;
    const { metadata } = received;
    const directory = directoryOf(metadata.appRelPath);
    const env = environmentOf(metadata.env);
    const policy = readPolicy(this.#options.env, 'plugin');
    const scope = fingerprint([
      env['ARGOCD_APP_SOURCE_REPO_URL'] ?? '',
      policy?.file ?? '',
      policy?.bytes ?? '',
      programsIn(this.#options.env),
    ]);
    const asked = Object.entries(env)
      .filter(([name]) => !REVISION.test(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flat();
    const key = fingerprint([scope, what, directory, ...asked]);
    const archive = fingerprint([scope, metadata.checksum]);
    const kept = this.#results.get(key);
    if (kept?.archive === archive) return { ...kept, outcome: 'done', cached: true };
    const input = { what, limits: this.#options.archive, directory, env, policy, scope };
    const output = await this.#render(request, { ...input, earlier: kept?.observations }, archive);
    if (output.outcome === 'failed') return output;
    if (output.outcome === 'missing-archive') throw new Error('a worker thread lost an archive');
    if (output.outcome === 'same') {
      if (!kept) throw new Error('a worker thread compared with nothing');
      this.#keep(key, { ...kept, archive });
      return { ...kept, outcome: 'done', cached: true };
    }
    const { response, files, resources, warnings, observations } = output;
    if (observations) this.#keep(key, { archive, response, files, resources, warnings, observations });
    return { outcome: 'done', response, files, resources, warnings, cached: false };
  }

  #keep(key: string, result: Result): void {
    const observed = result.observations.reduce(
      (sum, { path, answer }) => sum + 2 * (path.length + answer.length) + 100,
      0,
    );
    this.#results.set(key, result, result.response.length + observed);
  }

  /** Lets a worker thread do it. One that has the archive already is not sent it again. */
  async #render(
    { received, signal }: ServiceRequest,
    input: Omit<TaskInput, 'archive' | 'policy'> & { readonly policy: PolicyBytes | undefined },
    archive: string,
  ): Promise<TaskOutput> {
    const { env } = input;
    let thread = 0;
    const has = (number: number): boolean => this.#archives.get(number)?.has(archive) ?? false;
    const job: Job<TaskInput> = {
      owner: `${env['ARGOCD_APP_SOURCE_REPO_URL'] ?? ''}\0${env['ARGOCD_APP_NAME'] ?? ''}`,
      signal,
      prefers: has,
      prepare: (number) => {
        thread = number;
        if (has(number)) return { input: { ...input, archive: { key: archive, bytes: undefined } } };
        const { bytes } = received;
        return { input: { ...input, archive: { key: archive, bytes } }, transfer: [bytes.buffer] };
      },
    };
    const output = await this.#options.pool.run(job);
    this.#archives.set(thread, new Set(output.archives));
    // Threads that were replaced have lost theirs.
    for (const number of this.#archives.keys()) {
      if (this.#archives.size <= MAX_THREADS) break;
      if (number !== thread) this.#archives.delete(number);
    }
    return output;
  }
}

const MAX_THREADS = 64;
