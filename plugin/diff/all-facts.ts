/**
 * A change to many applications as a reviewer reads it: equal changes together, and first what can do harm.
 */
import { splitReference } from '../references/reference.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
import type { AllComparison, Touched } from './all.ts';
import type { ResourceDiff } from './compare.ts';
import { oneLine } from '../fields/value.ts';

/** Something to look at first. */
interface Danger {
  /** One line. */
  readonly text: string;
  /** `directory environment`. */
  readonly places: readonly string[];
}

/** One change, wherever it is made. */
export interface FoldedChange {
  /** One line: `Deployment spec.replicas: 2 → 3`. */
  readonly text: string;
  readonly places: readonly string[];
}

/** The facts, most important first. */
export interface AllFacts {
  readonly dangers: readonly Danger[];
  readonly changes: readonly FoldedChange[];
}

/** `apps/web production`. */
export function placeOf({ directory, environment }: Pick<Touched, 'directory' | 'environment'>): string {
  return [directory || '.', environment].filter((one) => one !== undefined).join(' ');
}

/** What deletes data or people's work when it goes. */
const precious = new Set([
  'PersistentVolumeClaim',
  'PersistentVolume',
  'Namespace',
  'CustomResourceDefinition',
  'StatefulSet',
]);
const clusterWide = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
]);
const grants = new Set(['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']);

class Groups {
  readonly #places = new Map<string, Set<string>>();

  add(text: string, place: string): void {
    const places = this.#places.get(text);
    if (places) places.add(place);
    else this.#places.set(text, new Set([place]));
  }

  /** Those of most places first. */
  get all(): FoldedChange[] {
    const each = Array.from(this.#places, ([text, places]) => ({ text, places: [...places] }));
    return each.toSorted((a, b) => b.places.length - a.places.length || (a.text < b.text ? -1 : 1));
  }
}

function values(value: Json | undefined, visit: (key: string, value: Json) => void): void {
  if (value === undefined) return;
  if (isArray(value)) for (const item of value) values(item, visit);
  else if (isObject(value))
    for (const [name, item] of Object.entries(value)) {
      if (item === undefined) continue;
      visit(name, item);
      values(item, visit);
    }
}

function imageDanger(kind: string, reference: Json): string[] {
  if (typeof reference !== 'string' || reference === '') return [];
  const { digest, tag } = splitReference(reference);
  if (digest !== undefined) return [];
  return [`image without digest: ${kind} ${reference}${tag === undefined || tag === 'latest' ? ', which moves' : ''}`];
}

function hostDanger(kind: string, key: string, value: Json): string[] {
  if (key === 'privileged' && value === true) return [`${kind} runs a privileged container`];
  if (['hostNetwork', 'hostPID', 'hostIPC'].includes(key) && value === true) return [`${kind} uses the host: ${key}`];
  if (key === 'hostPath' && isObject(value))
    return [`${kind} mounts a path of the host: ${oneLine(getKey(value, 'path') ?? null)}`];
  return [];
}

function bodyDangers({ kind, name }: { kind: string; name: string }, body: JsonObject): string[] {
  const found: string[] = [];
  values(body, (key, value) => {
    if (key === 'image') found.push(...imageDanger(kind, value));
    found.push(...hostDanger(`${kind}/${name}`, key, value));
  });
  if (clusterWide.has(kind)) found.push(`cluster-wide: ${kind}/${name} is new`);
  return found;
}

function dangersOf(resource: ResourceDiff): string[] {
  const { kind, name } = resource.id;
  if (resource.change !== 'changed') {
    if (resource.change === 'added') return bodyDangers(resource.id, resource.body);
    return [precious.has(kind) ? `deletes ${kind}/${name}, and what it holds` : `deletes ${kind}/${name}`];
  }
  const found = resource.fields.flatMap(({ path, after }) => {
    const key = /(?:^|\.)([A-Za-z]+)$/u.exec(path)?.[1] ?? '';
    if (after === undefined) return [];
    if (key === 'image') return imageDanger(kind, after);
    return [
      ...hostDanger(`${kind}/${name}`, key, after),
      ...bodyDangers({ kind: '', name: '' }, { [key]: after }).filter((one) => one.includes('the host')),
    ];
  });
  if (clusterWide.has(kind)) found.push(`cluster-wide: ${kind}/${name} changes`);
  else if (grants.has(kind)) found.push(`rights change: ${kind}/${name}`);
  if (resource.fields.some(({ after }) => isArray(after) && after.includes('*')) && grants.has(kind))
    found.push(`rights to everything (*): ${kind}/${name}`);
  return found;
}

function changesOf(resource: ResourceDiff): string[] {
  const { kind, name } = resource.id;
  if (resource.change !== 'changed') return resource.change === 'added' ? [`new ${kind}/${name}`] : [];
  return resource.fields.map(({ path, before, after, reordered }) => {
    if (reordered) return `${kind} ${path}: another order`;
    if (before === undefined) return `${kind} ${path}: ${oneLine(after ?? null)} is new`;
    if (after === undefined) return `${kind} ${path}: ${oneLine(before)} is gone`;
    return `${kind} ${path}: ${oneLine(before)} → ${oneLine(after)}`;
  });
}

/** The facts of a comparison. */
export function factsOf({ touched }: Pick<AllComparison, 'touched'>): AllFacts {
  const [dangers, changes] = [new Groups(), new Groups()];
  for (const one of touched) {
    const place = placeOf(one);
    if (one.is === 'gone') {
      dangers.add('deletes everything of the application', place);
      continue;
    }
    for (const resource of one.comparison.resources) {
      for (const text of dangersOf(resource)) dangers.add(text, place);
      for (const text of changesOf(resource)) changes.add(text, place);
    }
  }
  return { dangers: dangers.all, changes: changes.all };
}
