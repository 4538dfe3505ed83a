/**
 * The event repository of a walk: served over http to those who have its password, with the files in it that the
 * pattern puts there, and pushes that start CI.
 */
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonObjects } from '../../../plugin/notifications/replay/json-values.ts';
import type { JsonObject } from '../../../plugin/resources/json.ts';
import { type GitServer, serveGit } from '../../tools/git-http.ts';
import { textAt } from '../oracle.ts';
import { hookOf } from './life.ts';
import { type Cluster, runPod } from './pod.ts';
import type { Ran, World } from './world.ts';

const password = 'of the event repository';

export class EventRepository {
  readonly #world: World;
  readonly #url: string;
  #server: GitServer | undefined;
  #clone = '';
  #seen = '';

  constructor(world: World, url: string) {
    this.#world = world;
    this.#url = url;
  }

  /** The header that a Secret and CI hold for git. */
  readonly authorization = `Authorization: Basic ${Buffer.from(`ci:${password}`).toString('base64')}`;

  /** What says to which server git sends the header; generated is the example's URL, which is elsewhere here. */
  get #headerKey(): string {
    return `http.${this.#server?.url}/.extraHeader`;
  }

  /** The variables with which git finds its way. */
  get credentials(): Readonly<Record<string, string>> {
    return { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: this.#headerKey, GIT_CONFIG_VALUE_0: this.authorization };
  }

  /** A clone, up to date with the repository. */
  get clone(): string {
    this.#world.git(this.#clone, 'pull', '--quiet', '--rebase', 'origin', 'main');
    return this.#clone;
  }

  /** Makes it, with the files of a generated folder. */
  async create(files: string): Promise<void> {
    this.#server = await serveGit(join(this.#world.folder, 'bare'), password);
    this.#clone = this.#world.repository(this.#url, {}, this.#server.url);
    cpSync(files, this.#clone, { recursive: true });
    this.#seen = this.#world.commit(this.#clone, 'what is generated');
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  /** The paths that were pushed since the last call: none when nothing was. */
  pushed(): string[] {
    const head = this.#world.git(this.clone, 'rev-parse', 'HEAD');
    const changed = this.#world.git(this.#clone, 'diff', '--name-only', `${this.#seen}..${head}`);
    this.#seen = head;
    return changed.split('\n').filter((line) => line !== '');
  }

  /** Argo CD gets to a hook of rendered objects. The same UID is the same Job, tried again. */
  async hook(objects: readonly JsonObject[], phase: string, uid: string): Promise<Ran> {
    return await this.pod(hookOf(objects, phase), { objects, uid });
  }

  /** Runs a pod that has this repository's Secret. */
  async pod(template: JsonObject, cluster: Pick<Cluster, 'objects' | 'uid' | 'more'>): Promise<Ran> {
    const env = { GIT_CONFIG_KEY_0: this.#headerKey };
    return await runPod(template, { ...cluster, env, secret: this.authorization }, this.#world);
  }

  /** What `waybill event …` prints, as JSON objects. */
  async events(...args: readonly string[]): Promise<JsonObject[]> {
    const command = `waybill event ${args.join(' ')} --repository ${this.#url} 2>/dev/null`;
    const { code, output } = await this.#world.sh(command, { env: this.credentials });
    if (code !== 0) throw new Error(`${command}: ${code} ${output}`);
    return readJsonObjects(output, 'events').map(({ value }) => value);
  }

  /** Type, environment and outcome of all events about a commit, in git's order. */
  async said(commit: string): Promise<string[]> {
    const all = await this.events('list', '-o', 'json');
    return all
      .filter((event) => textAt(event, ['data', 'sourceCommit']) === commit)
      .map((event) =>
        [textAt(event, ['type']), textAt(event, ['data', 'environment']), textAt(event, ['data', 'outcome'])]
          .filter((text) => text !== '')
          .join(' '),
      );
  }

  /** Files of one folder of the repository. */
  files(folder: string): string[] {
    return readdirSync(join(this.clone, folder), { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name).slice(this.#clone.length + 1));
  }
}
