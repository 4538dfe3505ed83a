/**
 * One Application of a scenario: its repository, its life in the cluster, and what people do to it.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../plugin/resources/json.ts';
import { writeFolder } from '../tools/folder.ts';
import type { KubernetesApi } from './api.ts';
import type { LiveEnvironment } from './environment.ts';
import { at, items, text } from './json.ts';
import { web } from './manifests.ts';
import { execute } from './processes.ts';
import { succeeded } from './state.ts';

/** Collection of all Applications. */
const applications = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications';

/** Source commit that the lock names for a version: any full hash, the same for the same version. */
export function commitOf(version: string): string {
  return createHash('sha1').update(version).digest('hex');
}

/** How an Application is created. */
export interface Creation {
  readonly automated?: boolean;
  readonly prune?: boolean;
  readonly retry?: JsonObject;
  /** Instead of the one source. */
  readonly sources?: readonly JsonObject[];
}

/** How Argo CD renders it itself: the folder, and the files and keys that make it so. */
export type NativeForm = 'directory' | 'kustomize' | 'helm' | 'multi-source';

interface Native {
  readonly source: string;
  readonly record: string;
  readonly files: Readonly<Record<string, string>>;
  /** What of the files is the Application's `path`. */
  readonly path: string;
}

const natives: Readonly<Record<NativeForm, Native>> = {
  directory: {
    source: '{ manifests: { path: templates }, native: true }',
    record: 'templates/record.yaml',
    files: {},
    path: 'templates',
  },
  kustomize: {
    source: '{ kustomize: templates, native: true }',
    record: 'templates/record.yaml',
    files: { 'templates/kustomization.yaml': 'resources: [app.yaml]\n' },
    path: 'templates',
  },
  helm: {
    source: '{ helm: {}, native: true }',
    record: 'templates/record.yaml',
    files: {
      'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'values.yaml': 'image: { repository: example.test/web, tag: none }\n',
    },
    path: '.',
  },
  'multi-source': {
    source: '{ manifests: { path: templates }, native: true }',
    record: 'records/record.yaml',
    files: {},
    path: 'templates',
  },
};

/** No retries: a sync that fails ends at once. */
export const noRetry = { limit: 0 };
/** One retry after three seconds. */
export const oneRetry = { limit: 1, backoff: { duration: '3s', factor: 2, maxDuration: '10s' } };

/** See above. Its name is also that of its namespace, its environment and its repository. */
export class LiveApplication {
  /** Manifests by path, with `@NAME@` where a value goes. */
  files: Record<string, string> = { 'templates/app.yaml': web };
  values: Record<string, string>;
  /** Versions of the images that the lock names, by image; those without a source repository get no record. */
  sources: Record<string, string | undefined> = { web: 'https://github.com/acme/web' };
  /** Set: Argo CD renders it itself, and `waybill record` writes its images and its record. */
  native: NativeForm | undefined;
  readonly name: string;
  readonly path: string;
  readonly #api: KubernetesApi;
  readonly #live: LiveEnvironment;
  readonly #work: string;

  private constructor(name: string, api: KubernetesApi, live: LiveEnvironment) {
    this.name = name;
    this.path = `${applications}/${name}`;
    this.values = { WEB: 'v1', HOST: `${name}.preview.test`, READY: '2s', GREETING: 'hello' };
    this.#api = api;
    this.#live = live;
    this.#work = join(live.state, 'work', name);
  }

  /** A new one, with an empty repository. */
  static async open(name: string, api: KubernetesApi, live: LiveEnvironment): Promise<LiveApplication> {
    const application = new LiveApplication(name, api, live);
    await application.#clean();
    const bare = join(live.state, 'git', `${name}.git`);
    mkdirSync(application.#work, { recursive: true });
    await execute('git', ['init', '-q', '--bare', '-b', 'main', bare]);
    await application.git('init', '-q', '-b', 'main');
    await application.git('remote', 'add', 'origin', bare);
    return application;
  }

  /** Runs git in the work tree. @returns what it printed */
  async git(...args: readonly string[]): Promise<string> {
    const identity = ['-c', 'user.name=live', '-c', 'user.email=live@example.test'];
    return (await execute('git', [...identity, ...args], { cwd: this.#work })).trim();
  }

  /** Commits the files with these values and pushes. @returns the commit */
  async commit(message: string, values: Readonly<Record<string, string>> = {}): Promise<string> {
    Object.assign(this.values, values);
    const tracked = (await this.git('ls-files')).split('\n').filter((path) => path !== '');
    for (const path of tracked) rmSync(join(this.#work, path));
    const filled = Object.entries(this.files).map(([path, text]): [string, string] => [
      path,
      Object.entries(this.values).reduce((result, [name, value]) => result.replaceAll(`@${name}@`, value), text),
    ]);
    writeFolder(this.#work, { ...this.#configuration(), ...Object.fromEntries(filled) });
    if (this.native) {
      const env = { ...process.env, PATH: `${join(this.#live.state, 'bin')}:${process.env['PATH']}` };
      const record = [this.#live.waybill, 'record', '-e', this.name, '--write'];
      await execute(process.execPath, record, { cwd: this.#work, env });
    }
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', message);
    return await this.push();
  }

  /** Pushes what is committed. @returns the commit */
  async push(): Promise<string> {
    await this.git('push', '-q', 'origin', 'main');
    return await this.git('rev-parse', 'HEAD');
  }

  /** Tells Argo CD that there may be a new commit, as a webhook does. */
  async refresh(kind = 'normal'): Promise<void> {
    await this.patch({ metadata: { annotations: { 'argocd.argoproj.io/refresh': kind } } });
  }

  /** Commits with these values, tells Argo CD, and waits until all is well at that commit. */
  async deploy(message: string, values: Readonly<Record<string, string>> = {}): Promise<string> {
    const revision = await this.commit(message, values);
    await this.refresh();
    await this.healthy(revision);
    return revision;
  }

  /** This Application's source. */
  source(): JsonObject {
    const parameters = [{ name: 'environment', string: this.name }];
    const repoURL = `${this.#live.gitURL}/${this.name}.git`;
    if (this.native) return { repoURL, targetRevision: 'main', path: natives[this.native].path };
    return { repoURL, targetRevision: 'main', path: '.', plugin: { name: 'waybill', parameters } };
  }

  /** Creates the Application. */
  async create({ automated = true, prune = true, retry, sources }: Creation = {}): Promise<void> {
    await this.#api.create(applications, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: this.name, namespace: 'argocd', finalizers: ['resources-finalizer.argocd.argoproj.io'] },
      spec: {
        project: 'default',
        ...this.#sources(sources),
        destination: { server: 'https://kubernetes.default.svc', namespace: this.name },
        syncPolicy: {
          syncOptions: ['CreateNamespace=true'],
          ...(automated && { automated: { prune, selfHeal: true } }),
          ...(retry && { retry }),
        },
      },
    });
  }

  /** Creates it with v1 and waits until that is healthy. */
  async up(creation: Creation = {}): Promise<void> {
    const revision = await this.commit('v1');
    await this.create(creation);
    await this.healthy(revision);
    await sleep(2000);
  }

  async patch(patch: JsonObject): Promise<void> {
    if (!(await this.#api.merge(this.path, patch))) throw new Error(`there is no Application ${this.name}`);
  }

  /** Asks for a sync to a revision, as a person does. */
  async sync(revision: string): Promise<void> {
    const sync = { revision, prune: true, syncOptions: ['CreateNamespace=true'] };
    await this.patch({ operation: { initiatedBy: { username: 'admin' }, sync } });
  }

  /** Deletes the Application and, by its finalizer, what it deployed. */
  async delete(): Promise<void> {
    await this.#api.delete(this.path);
    await this.until('gone', (application) => application === undefined, 60);
  }

  /** Waits for a state of the Application. Rejects after `seconds`, with what was there. */
  async until(what: string, reached: (application: JsonObject | undefined) => boolean, seconds = 90): Promise<void> {
    const end = Date.now() + seconds * 1000;
    let last: JsonObject | undefined;
    while (Date.now() < end) {
      last = await this.#api.get(this.path);
      if (reached(last)) return;
      await sleep(250);
    }
    const state = JSON.stringify({ sync: at(last, 'status', 'sync'), health: at(last, 'status', 'health') });
    throw new Error(`${this.name} is not ${what} after ${seconds} s: ${state}`);
  }

  /** Waits until the revision is synced and healthy, and its operation has ended well. */
  async healthy(revision: string, seconds = 90): Promise<void> {
    await this.until(`healthy at ${revision.slice(0, 7)}`, succeeded(revision), seconds);
  }

  #sources(sources: readonly JsonObject[] | undefined): JsonObject {
    if (sources) return { sources };
    const source = this.source();
    if (this.native !== 'multi-source') return { source };
    // As waybill record --patch has it.
    return { sources: [source, { ...source, path: 'records', directory: { include: 'record.yaml' } }] };
  }

  /** waybill.yaml and the lock. */
  #configuration(): Record<string, string> {
    const images = Object.entries(this.sources).map(([image, repository]) => {
      const version = this.values[image.toUpperCase()] ?? '';
      const source = `    source: { repository: ${repository}, commit: ${commitOf(version)} }\n`;
      return `  - name: example.test/${image}\n    tag: ${version}\n${repository === undefined ? '' : source}`;
    });
    const head = 'apiVersion: waybill.dev/v1\nkind: ';
    const lock = `${head}ImageLock\nenvironment: ${this.name}\nimages:\n${images.join('')}`;
    const native = this.native && natives[this.native];
    const how = native
      ? `source: ${native.source}\nrecord: { file: ${native.record}, application: ${this.name} }\n`
      : 'source: { manifests: templates }\n';
    return {
      ...native?.files,
      'waybill.yaml': `${head}Waybill\n${how}environments: { ${this.name}: {} }\n`,
      ...(images.length > 0 && { [`locks/${this.name}.yaml`]: lock }),
    };
  }

  async #clean(): Promise<void> {
    if (await this.#api.merge(this.path, { metadata: { finalizers: [] } })) await this.#api.delete(this.path);
    for (const path of [this.#work, join(this.#live.state, 'git', `${this.name}.git`)]) {
      rmSync(path, { recursive: true, force: true });
    }
    const namespace = `/api/v1/namespaces/${this.name}`;
    const jobs = `/apis/batch/v1/namespaces/${this.name}/jobs`;
    await this.#api.delete(namespace);
    while (await this.#api.get(namespace)) {
      // Hook Jobs keep Argo CD's finalizer when their Application is gone.
      for (const one of items(at(await this.#api.get(jobs), 'items'))) {
        await this.#api.merge(`${jobs}/${text(one, 'metadata', 'name')}`, { metadata: { finalizers: null } });
      }
      await sleep(500);
    }
  }
}
