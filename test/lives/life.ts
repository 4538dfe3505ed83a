/**
 * Lives a plan: Argo CD and the cluster of the model do what they do, and what comes of it is kept: every write of
 * the Application, what goes wrong at the provider, and what is true.
 */
import type { Step } from '../../plugin/notifications/engine/scenario.ts';
import { ArgoCD, type Git } from './model/argocd.ts';
import { type Renderer, type Revision, render, type Slot } from './model/manifests.ts';
import { Schedule } from './model/schedule.ts';
import { Truth } from './model/truth.ts';
import type { Happening, Plan, Pushed } from './plan.ts';
import { commitOf } from '../conformance/recordings.ts';

/** What goes wrong at the provider with requests about a life's repositories, from then until then. */
export interface Outage {
  readonly from: number;
  readonly to: number;
  readonly fails: 'bad gateway' | 'refused' | 'dropped' | 'lost';
}

/** A life that was lived. */
export interface Life {
  /** The Application's name. */
  readonly id: string;
  /** Lives of one family have the same repositories and commits, each in an environment of its own. */
  readonly family: string;
  readonly plan: Plan;
  /** What was written, by time. */
  readonly steps: readonly Pick<Step, 'at' | 'put' | 'delete'>[];
  readonly outages: readonly Outage[];
  readonly truth: Truth;
  readonly slots: readonly Slot[];
  readonly environment: string;
  readonly end: number;
  readonly deletedAt: number | undefined;
  /** When it was renamed. */
  readonly renamings: readonly number[];
  /** namespace/name, the first and those that it was renamed to. */
  readonly keys: readonly string[];
  /** When it was gone: a little after its deletion, where it has a finalizer. */
  readonly goneAt: number | undefined;
  readonly git: Git;
  readonly renderer: Renderer;
}

/** Numbers between 0 and 1 that depend on the seed only (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Seconds after the last happening in which everything comes to rest: five retries take less than three minutes. */
const longest = 240;

/** Lives a plan under a name that no other life of the same run has. */
export function live(plan: Plan, id: string, family = id): Life {
  const environment = family === id ? 'staging' : `staging/${id}`;
  const schedule = new Schedule();
  const truth = new Truth();
  const steps: Pick<Step, 'at' | 'put' | 'delete'>[] = [];
  const outages: Outage[] = [];
  const repository = (slot: number): string =>
    plan.sameRepository && slot === 1 ? `${family}-0` : `${family}-${slot}`;
  const slots = Array.from({ length: plan.slots }, (_, slot) => ({ owner: 'acme', repository: repository(slot) }));
  const { records, generatedNames } = plan;
  const renderer: Renderer = { life: family, application: id, environment, slots, generatedNames, records };
  const git: Git = { revisions: new Map(), head: '' };
  const order: string[] = [];
  const next = numbers(plan.seed);
  const { multiSource, automated, selfHeal, prune, retries, retryRefresh, finalizer, noisy } = plan;
  let deletedAt: number | undefined;
  let goneAt: number | undefined;
  const renamings: number[] = [];
  const keys = [`argocd/${id}`];
  const app = new ArgoCD(
    { name: id, project: 'default', multiSource, automated, selfHeal, prune, retries, retryRefresh, finalizer, noisy },
    renderer,
    git,
    schedule,
    truth,
    {
      written: (application) => steps.push({ at: schedule.now, put: [application] }),
      gone: (key) => {
        if (app.isGone) goneAt = schedule.now;
        steps.push({ at: schedule.now, delete: [key] });
      },
    },
    (longest) => next() * longest,
  );
  truth.watch(app.cluster, (slot, version) => {
    const images = slots.map((_, index) => (index === slot ? version : undefined));
    return render(renderer, { ...blank, images }).records[slot];
  });
  truth.changed(0);

  const revisionOf = (pushed: Pushed, hash: string): Revision => ({
    ...pushed,
    hash,
    images: slots.map((_, slot) => (pushed.images[slot] === -1 && slot > 0 ? undefined : pushed.images[slot])),
  });
  const renders = (revision: Revision): void => {
    if (!revision.broken) truth.renders(revision.hash, render(renderer, revision).records, revision.images);
  };
  const commit = (revision: Revision): void => {
    git.revisions.set(revision.hash, revision);
    renders(revision);
    git.head = revision.hash;
    order.push(revision.hash);
  };
  const newHash = (): string => commitOf(`${id} manifests ${order.length}`);

  const happen = (happening: Happening['event']): void => {
    switch (happening.what) {
      case 'push':
        commit(revisionOf(happening.pushed, newHash()));
        if (happening.webhook) app.refresh('latest');
        break;
      case 'revert': {
        const earlier = git.revisions.get(order.at(-1 - happening.back) ?? '');
        if (earlier) commit({ ...earlier, hash: newHash() });
        app.refresh('latest');
        break;
      }
      case 'edit': {
        const current = git.revisions.get(git.head);
        if (!current || current.broken) break;
        const edited = { ...revisionOf(happening.pushed, git.head), broken: false };
        renders(edited);
        app.edit(git.head, edited);
        break;
      }
      case 'sync': {
        const { dryRun, only, api } = happening;
        const earlier = app.status.history.at(-2)?.revision ?? git.head;
        // With automated sync Argo CD refuses a sync to another revision.
        const chosen = happening.revision === 'earlier' && !app.settings.automated ? earlier : git.head;
        app.ask(
          {
            sync: {
              revision: happening.revision === 'none' ? undefined : chosen,
              prune: true,
              dryRun,
              ...(only === 'all' ? {} : { resources: selected(app, chosen, only) }),
            },
            automated: false,
            retries: 0,
            refresh: false,
          },
          api,
        );
        break;
      }
      case 'refresh':
        app.refresh('latest');
        break;
      case 'terminate': {
        const state = app.status.operationState;
        if (state?.phase !== 'Running') break;
        state.phase = 'Terminating';
        app.write();
        break;
      }
      case 'tamper':
        app.cluster.tamper(happening.which);
        break;
      case 'flap':
        app.cluster.flap(happening.health, happening.seconds);
        break;
      case 'automate':
        app.settings = { ...app.settings, automated: happening.on };
        app.write();
        app.refresh('latest');
        break;
      case 'window':
        app.denied = true;
        schedule.after(happening.seconds, () => {
          app.denied = false;
        });
        break;
      case 'outage':
        outages.push({ from: schedule.now, to: schedule.now + happening.seconds, fails: happening.fails });
        break;
      case 'rename':
        if (!app.rename(`${id}-${keys.length}`)) break;
        renamings.push(schedule.now);
        keys.push(`argocd/${app.settings.name}`);
        break;
      case 'delete':
        deletedAt ??= schedule.now;
        app.remove();
        break;
    }
  };

  // Every life begins with a first version.
  commit(revisionOf(plan.first, newHash()));
  app.create();
  let at = 0;
  for (const happening of plan.happenings) {
    at += happening.after;
    schedule.until(at);
    happen(happening.event);
  }
  const last = Math.max(at, ...outages.map(({ to }) => to));
  schedule.until(last + 5);
  schedule.rest(last + longest);
  // The next poll, which nobody has to wait for.
  app.refresh('latest');
  schedule.rest(last + 2 * longest);
  const end = schedule.now;
  const times = { end, deletedAt, goneAt, renamings };
  return { id, family, plan, steps, outages, truth, slots, environment, ...times, keys, git, renderer };
}

/** What goes wrong with a repository goes wrong for all Applications that come from it. */
export function withOutagesOf(life: Life, relative: Life): Life {
  const outages = [...life.outages, ...relative.outages];
  return { ...life, outages, end: Math.max(life.end, ...outages.map(({ to }) => to + 5)) };
}

/** Some resources of a revision, as a selective sync names them. */
function selected(app: ArgoCD, revision: string, only: 'records' | 'Deployments') {
  const { resources = [], records = [] } = app.rendered(revision) ?? {};
  return resources
    .filter(({ kind, name }) => (only === 'records' ? records.includes(name) : kind === 'Deployment'))
    .map(({ group, kind, name }) => (group === '' ? { kind, name } : { group, kind, name }));
}

const quiet = { preSync: 'none', apply: 'ok', postSync: 'none', failures: 0, early: false } as const;
const blank: Revision = { hash: '', broken: false, images: [], settings: 0, pods: 'soon', course: quiet };
