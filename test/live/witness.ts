/**
 * Holds what GitHub was told against the pods: at every success, only pods of that version were ready, and all of them.
 */
import type { JsonObject } from '../../plugin/resources/json.ts';
import type { KubernetesApi, Watch } from './api.ts';
import { commitOf } from './application.ts';
import { requestCount, type Status, statusesOf } from './github.ts';
import { at, items, text } from './json.ts';

/** Versions that scenarios deploy, to read commits back. */
const versions = ['v', 'a'].flatMap((letter) =>
  Array.from({ length: 20 }, (_, number) => ['', '-never', '-crash'].map((fate) => `${letter}${number}${fate}`)).flat(),
);
const versionOf = new Map(versions.map((version) => [commitOf(version), version]));

/** The version whose commit a status is about. */
const label = ({ commit }: Status): string => versionOf.get(commit) ?? commit;

const imageOf = (pod: JsonObject): string => text(pod, 'spec', 'containers', 0, 'image');

function isReady(pod: JsonObject): boolean {
  return items(at(pod, 'status', 'conditions')).some(
    (one) => at(one, 'type') === 'Ready' && at(one, 'status') === 'True',
  );
}

/** What was told of one commit, in order: `v2 in_progress`. Refused requests carry an exclamation mark. */
type Told = readonly string[];

/** What a scenario came to. */
export interface Testimony {
  readonly told: Told;
  /** Successes that the pods do not confirm; empty when all is true. */
  readonly wrong: readonly string[];
  /** The last accepted state of each version. */
  readonly last: Readonly<Record<string, string>>;
}

/**
 * The status at the time when it was first tried: where GitHub refused it or hung, the controller tells it again, and the
 * next version may be on its way by then.
 */
function firstTried(status: Status, statuses: readonly Status[]): Status {
  const before = statuses.slice(0, statuses.indexOf(status)).filter(({ commit }) => commit === status.commit);
  const refused = before.slice(before.findLastIndex(({ accepted }) => accepted) + 1);
  const first = refused.find(({ state }) => state === status.state);
  return first === undefined ? status : { ...status, time: first.time };
}

/** Sees what happens in a namespace, and what GitHub is told about the environment of the same name. */
export class Witness {
  readonly #name: string;
  readonly #watches: readonly Watch[];
  readonly #from: number;

  private constructor(name: string, watches: readonly Watch[], from: number) {
    this.#name = name;
    this.#watches = watches;
    this.#from = from;
  }

  static async open(name: string, api: KubernetesApi): Promise<Witness> {
    const pods = await api.watch(`/api/v1/namespaces/${name}/pods`);
    const deployments = await api.watch(`/apis/apps/v1/namespaces/${name}/deployments`);
    return new Witness(name, [pods, deployments], await requestCount());
  }

  /** Everything that was told so far. */
  async statuses(): Promise<Status[]> {
    return await statusesOf(this.#name, this.#from);
  }

  /** Ends the watches and compares. */
  async close(): Promise<Testimony> {
    for (const watch of this.#watches) watch.stop();
    const statuses = await this.statuses();
    const accepted = statuses.filter((status) => status.accepted);
    return {
      told: statuses.map((status) => `${label(status)} ${status.state}${status.accepted ? '' : '!'}`),
      wrong: accepted
        .filter(({ state }) => state === 'success')
        .flatMap((status) => this.#doubt(firstTried(status, statuses), label(status))),
      last: Object.fromEntries(accepted.map((status) => [label(status), status.state])),
    };
  }

  /** Objects of a kind as they were at a moment. */
  #objectsAt(moment: number, kind: string): JsonObject[] {
    const found = new Map<string, JsonObject>();
    for (const { time, type, object } of this.#watches.flatMap(({ events }) => events)) {
      if (time > moment || at(object, 'kind') !== kind) continue;
      const name = text(object, 'metadata', 'name');
      if (type === 'DELETED' || at(object, 'metadata', 'deletionTimestamp') !== undefined) found.delete(name);
      else found.set(name, object);
    }
    return [...found.values()];
  }

  #doubt({ time, repository }: Status, version: string): string[] {
    const image = repository.endsWith('/api') ? 'api' : 'web';
    const pods = this.#objectsAt(time, 'Pod').filter((pod) => imageOf(pod).includes(`/${image}:`) && isReady(pod));
    const ready = [...new Set(pods.map((pod) => imageOf(pod).split(':').at(-1)))];
    const deployment = this.#objectsAt(time, 'Deployment').find((one) => at(one, 'metadata', 'name') === image);
    const wanted = at(deployment, 'spec', 'replicas');
    const isFull = ['updatedReplicas', 'readyReplicas'].every((field) => at(deployment, 'status', field) === wanted);
    if (ready.length === 1 && ready[0] === version && isFull) return [];
    return [`${version} success while ${ready.join(', ') || 'nothing'} is ready${isFull ? '' : ', and not all of it'}`];
  }
}
