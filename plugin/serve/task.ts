/**
 * What a worker thread of `waybill serve` does: unpacks a repository and renders an Application of it, with what it
 * kept of earlier ones. Everything that a hostile repository can make expensive happens here, where it can be stopped.
 */
import { generate, manifestTexts, parametersOf } from '../argocd/generate.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure, failure } from '../diagnostics/failure.ts';
import { formatDiagnostics, type ReadSource } from '../diagnostics/format.ts';
import { isSystemError, systemFailure } from '../diagnostics/system-error.ts';
import { createStoreTree } from '../files/memory.ts';
import type { FileTree } from '../files/tree.ts';
import { type PolicyBytes, policyOf } from '../policy/load.ts';
import { fileLimits, type Policy } from '../policy/policy.ts';
import { ByteCache } from '../reuse/byte-cache.ts';
import { ReuseCaches } from '../reuse/reuse.ts';
import type { Done } from '../workers/run-tasks.ts';
import { type ArchiveLimits, unpack, type Unpacked } from './archive.ts';
import { writeAnnouncements, writeManifests } from './messages.ts';
import { answersTheSame, type Observation, ObservedTree } from './observed-tree.ts';

/** What is to be done. */
export interface TaskInput {
  readonly what: 'manifests' | 'parameters';
  /** The repository: its key, and its bytes unless this thread is known to have it. */
  readonly archive: { readonly key: string; readonly bytes: Uint8Array<ArrayBuffer> | undefined };
  readonly limits: ArchiveLimits;
  /** Path of the application directory in the archive. */
  readonly directory: string;
  /** What Argo CD tells about the Application. */
  readonly env: Readonly<Record<string, string>>;
  readonly policy: PolicyBytes | undefined;
  /** Names the repository and the policy: nothing that is kept leaves it. */
  readonly scope: string;
  /** What an earlier render of the same Application looked at, if its manifests are still there. */
  readonly earlier: readonly Observation[] | undefined;
}

/** What came of it. */
export type TaskOutput = {
  /** Archives that the thread keeps. */
  readonly archives: readonly string[];
} & (
  | { readonly outcome: 'same' }
  | { readonly outcome: 'missing-archive' }
  | {
      readonly outcome: 'done';
      /** The response, encoded. */
      readonly response: Uint8Array<ArrayBuffer>;
      readonly files: number;
      readonly resources: number;
      readonly warnings: readonly string[];
      /** Undefined when the result may not be used again. */
      readonly observations: readonly Observation[] | undefined;
    }
  | { readonly outcome: 'failed'; readonly code: string; readonly text: string; readonly files: number }
);

/** How much a thread keeps. */
export interface TaskCaches {
  readonly archiveBytes: number;
  readonly documentBytes: number;
  readonly printedBytes: number;
}

/** Whether the same files always give the same result: not when the policy lets a render ask the network. */
function isPure({ registries, remote }: Policy): boolean {
  return registries.ask.length === 0 && !remote.kustomizeBases && !remote.helmDependencies;
}

function readSourceOf(tree: FileTree): ReadSource {
  return (file) => (tree.kind(file) === 'file' ? tree.readText(file) : undefined);
}

/** The work of one thread. `env` is the server's own environment. */
export class ServeTask {
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #archives: ByteCache<Unpacked>;
  readonly #caches: ReuseCaches;

  constructor(env: Readonly<Record<string, string | undefined>>, limits: TaskCaches) {
    this.#env = env;
    this.#archives = new ByteCache(limits.archiveBytes, limits.archiveBytes);
    this.#caches = new ReuseCaches(limits);
  }

  async #unpacked({ archive, limits }: TaskInput): Promise<Unpacked | undefined> {
    const known = this.#archives.get(archive.key);
    if (known || !archive.bytes) return known;
    const unpacked = await unpack(archive.bytes, limits);
    this.#archives.set(archive.key, unpacked, unpacked.bytes);
    return unpacked;
  }

  /** Does the work. Mistakes of the repository are an outcome. */
  async work(input: TaskInput): Promise<Done<TaskOutput>> {
    let files = 0;
    let tree: FileTree | undefined;
    const archives = (): readonly string[] => [...this.#archives.keys()];
    try {
      const policy = policyOf(input.policy, 'plugin');
      const unpacked = await this.#unpacked(input);
      if (!unpacked) return { output: { outcome: 'missing-archive', archives: archives() } };
      ({ files } = unpacked);
      const newTree = (): FileTree => createStoreTree(unpacked.store, fileLimits(policy));
      const pure = isPure(policy);
      if (pure && input.earlier && answersTheSame(newTree(), input.earlier)) {
        return { output: { outcome: 'same', archives: archives() } };
      }
      const observed = new ObservedTree(newTree());
      // Excerpts for messages are read from a tree of their own: they count for nothing.
      tree = newTree();
      const { response, resources, warnings } = await this.#answer(input, policy, observed, tree);
      const observations = pure ? observed.observations : undefined;
      return {
        output: { outcome: 'done', response, files, resources, warnings, observations, archives: archives() },
        transfer: [response.buffer],
      };
    } catch (error) {
      const known = isSystemError(error) ? systemFailure(error) : error;
      if (!(known instanceof Failure)) throw error;
      const text = formatDiagnostics(known.diagnostics, tree ? readSourceOf(tree) : () => undefined);
      const code = known.diagnostics.find(({ severity }) => severity === 'error')?.code ?? 'unknown';
      return { output: { outcome: 'failed', code, text, files, archives: archives() } };
    }
  }

  async #answer(input: TaskInput, policy: Policy, tree: FileTree, excerpts: FileTree) {
    const { directory } = input;
    if (input.what === 'parameters') {
      const announcements = parametersOf({ tree, directory, policy });
      return { response: writeAnnouncements(announcements), resources: 0, warnings: [] };
    }
    const warned: Diagnostic[] = [];
    const resources = await generate({
      tree,
      directory,
      policy,
      pluginEnv: { ...this.#env, ...input.env },
      ownEnv: this.#env,
      warn: (diagnostic) => warned.push(diagnostic),
      reuse: isPure(policy) ? this.#caches.in(input.scope) : undefined,
    });
    const response = writeManifests(manifestTexts(resources, policy));
    const warnings = warned.map((one) => formatDiagnostics([one], readSourceOf(excerpts)).trimEnd());
    return { response, resources: resources.length, warnings };
  }
}

/** The tree path of the application directory that Argo CD names. Failure `plugin-environment` for one outside. */
export function directoryOf(appRelPath: string): string {
  const parts: string[] = [];
  for (const part of appRelPath.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) {
      throw failure('plugin-environment', `the path of the application leaves the repository: ${appRelPath}`);
    }
  }
  if (appRelPath.startsWith('/') || appRelPath.includes('\0')) {
    throw failure('plugin-environment', `the path of the application is not relative: ${appRelPath}`);
  }
  return parts.join('/');
}
