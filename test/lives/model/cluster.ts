/**
 * The cluster that an Application deploys to: what is live, and how the pods get on. This is the truth that statuses
 * are held against; Argo CD sees it late.
 */
import { keyOf, type Pods, type Resource } from './manifests.ts';
import type { Schedule } from './schedule.ts';

export type Health = 'Healthy' | 'Progressing' | 'Degraded' | 'Missing';

/** What is live at one moment. */
export interface Snapshot {
  readonly resources: readonly Resource[];
  /** Whether a resource is live as rendered. */
  has(resource: Resource): boolean;
  readonly health: Health;
}

interface Live {
  readonly resource: Resource;
  health: Health;
  /** Counts the rollouts: what was planned for an earlier one is void. */
  rollout: number;
}

/** Seconds until a rollout that does not get ready is Degraded. */
const deadline = 60;

export class Cluster {
  readonly #schedule: Schedule;
  readonly #changed: () => void;
  readonly #live = new Map<string, Live>();
  #tampered = new Set<string>();

  /** `changed` is called after each change of what is live or of its health. */
  constructor(schedule: Schedule, changed: () => void) {
    this.#schedule = schedule;
    this.#changed = changed;
  }

  /** What is live. */
  get resources(): readonly Resource[] {
    return [...this.#live.values()].map(({ resource }) => resource);
  }

  /** What is live now, for those who look at it later. */
  snapshot(): Snapshot {
    const same = new Map(this.resources.filter((one) => this.has(one)).map((one) => [keyOf(one), one.content]));
    return { resources: this.resources, has: (one) => same.get(keyOf(one)) === one.content, health: this.health };
  }

  /** Whether a resource is live as rendered. */
  has(resource: Resource): boolean {
    const key = keyOf(resource);
    return !this.#tampered.has(key) && this.#live.get(key)?.resource.content === resource.content;
  }

  /** Whether a resource is live as rendered, and its pods are ready. */
  runs(resource: Resource): boolean {
    return this.has(resource) && this.isReady(resource);
  }

  /** Whether the pods of a resource are ready, whatever somebody has changed by hand. */
  isReady(resource: Resource): boolean {
    const live = this.#live.get(keyOf(resource));
    return live?.health === 'Healthy' && live.resource.content === resource.content;
  }

  /** As Argo CD sums it up: the worst of what is live. */
  get health(): Health {
    const all = new Set([...this.#live.values()].map(({ health }) => health));
    if (all.size === 0) return 'Missing';
    return (['Degraded', 'Progressing'] as const).find((health) => all.has(health)) ?? 'Healthy';
  }

  apply(resource: Resource): void {
    const key = keyOf(resource);
    if (this.has(resource)) return;
    const before = this.#live.get(key);
    this.#tampered.delete(key);
    const same = before?.resource.content === resource.content;
    this.#live.set(key, {
      resource,
      health: resource.kind === 'Deployment' ? (same ? before.health : 'Progressing') : 'Healthy',
      rollout: (before?.rollout ?? 0) + (same ? 0 : 1),
    });
    if (resource.kind === 'Deployment' && !same) this.#roll(key, before?.health === 'Degraded');
    this.#changed();
  }

  remove(resource: Resource): void {
    if (this.#live.delete(keyOf(resource))) this.#changed();
  }

  /** Everything is being deleted: Argo CD calls that Progressing. */
  terminate(): void {
    for (const [key, { rollout }] of this.#live) this.#become(key, rollout, 'Progressing');
  }

  /** Somebody changes a resource by hand. */
  tamper(which: number): void {
    const keys = [...this.#live.values()]
      .filter(({ resource }) => !resource.ignored)
      .map(({ resource }) => keyOf(resource));
    const key = keys[which % Math.max(1, keys.length)];
    if (key === undefined) return;
    this.#tampered.add(key);
    this.#changed();
  }

  /** Pods of a Deployment that is ready are not, for a while. */
  flap(health: 'Progressing' | 'Degraded', seconds: number): void {
    const [key, live] =
      [...this.#live].find(([, one]) => one.resource.kind === 'Deployment' && one.health === 'Healthy') ?? [];
    if (key === undefined || !live) return;
    this.#become(key, live.rollout, health);
    this.#schedule.after(seconds, () => this.#become(key, live.rollout, 'Healthy'));
  }

  #roll(key: string, wasDegraded: boolean): void {
    const live = this.#live.get(key);
    if (!live) return;
    const { rollout } = live;
    const [, pods = 'soon'] = live.resource.content.split(' ');
    const later = (seconds: number, health: Health): void =>
      this.#schedule.after(seconds, () => this.#become(key, rollout, health));
    if (wasDegraded) {
      // The condition of the rollout before stays until the first pods of this one are there.
      live.health = 'Degraded';
      later(0.4, 'Progressing');
    }
    for (const [seconds, health] of course[known(pods)]) later(seconds, health);
  }

  #become(key: string, rollout: number, health: Health): void {
    const live = this.#live.get(key);
    if (!live || live.rollout !== rollout || live.health === health) return;
    live.health = health;
    this.#changed();
  }
}

const course: Readonly<Record<Pods, readonly (readonly [number, Health])[]>> = {
  soon: [[3, 'Healthy']],
  slow: [[25, 'Healthy']],
  flash: [
    [0.6, 'Degraded'],
    [0.8, 'Progressing'],
    [4, 'Healthy'],
  ],
  recovers: [
    [deadline, 'Degraded'],
    [deadline + 45, 'Healthy'],
  ],
  never: [[deadline, 'Degraded']],
};

function known(pods: string): Pods {
  return isPods(pods) ? pods : 'soon';
}

function isPods(text: string): text is Pods {
  return text in course;
}
