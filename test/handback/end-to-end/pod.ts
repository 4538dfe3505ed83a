/**
 * Runs the container of a rendered Job as Kubernetes would: its command, with the variables that are in it, its
 * environment and nothing else, and its volumes. There is no container here, so the volumes are folders elsewhere.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isArray, isObject, type Json, type JsonObject } from '../../../plugin/resources/json.ts';
import { type Path, valueAt } from '../../../plugin/resources/pointer.ts';
import { textAt } from '../oracle.ts';
import { exactly, shellWord } from '../../../plugin/handback/quote.ts';
import type { Ran, World } from './world.ts';

/** What the cluster has. */
export interface Cluster {
  /** Where ConfigMaps are looked for. */
  readonly objects: readonly JsonObject[];
  /** The value of every key of every Secret. */
  readonly secret: string;
  /** UID of the Job. */
  readonly uid: string;
  /** Takes the place of variables: the examples' URLs lead elsewhere here. */
  readonly env?: Readonly<Record<string, string>>;
  /** Added to the command's arguments. */
  readonly more?: readonly string[];
}

const list = (value: JsonObject, path: Path): JsonObject[] => {
  const found = valueAt(value, path);
  return isArray(found) ? found.filter(isObject) : [];
};

/** Writes the ConfigMaps of a projected volume. One that is not there keeps a pod from starting, unless it is optional. */
function project(volume: JsonObject, objects: readonly JsonObject[], folder: string): void {
  for (const source of list(volume, ['projected', 'sources'])) {
    const name = textAt(source, ['configMap', 'name']);
    const found = objects.find((one) => one['kind'] === 'ConfigMap' && textAt(one, ['metadata', 'name']) === name);
    if (found === undefined && valueAt(source, ['configMap', 'optional']) !== true)
      throw new Error(`no ConfigMap ${name}`);
    for (const item of found === undefined ? [] : list(source, ['configMap', 'items'])) {
      const path = join(folder, textAt(item, ['path']));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, textAt(found, ['data', textAt(item, ['key'])]));
    }
  }
}

function valueOf(variable: JsonObject, { secret, uid }: Cluster): string {
  const from: Json | undefined = variable['valueFrom'];
  if (from === undefined) return textAt(variable, ['value']);
  return isObject(from) && 'secretKeyRef' in from ? secret : uid;
}

/** Runs the only container of a pod template (`spec.template` of a Job). */
export async function runPod(template: JsonObject, cluster: Cluster, world: World): Promise<Ran> {
  const [container = {}] = list(template, ['spec', 'containers']);
  const volumes = new Map(
    list(template, ['spec', 'volumes']).map((volume) => {
      const folder = mkdtempSync(join(world.folder, 'volume-'));
      project(volume, cluster.objects, folder);
      return [textAt(volume, ['name']), folder] as const;
    }),
  );
  const mounts = new Map(
    list(container, ['volumeMounts']).map((one) => [textAt(one, ['mountPath']), volumes.get(textAt(one, ['name']))]),
  );
  const paths = new RegExp(exactly([...mounts.keys()]), 'gu');
  const place = (text: string): string => text.replaceAll(paths, (path) => mounts.get(path) ?? path);
  const variables = list(container, ['env']).map((one) => [textAt(one, ['name']), valueOf(one, cluster)] as const);
  const expand = (text: string): string =>
    variables.reduce((so, [name, value]) => so.replaceAll(`$(${name})`, value), place(text));
  const words = ['command', 'args'].flatMap((key) => {
    const found = valueAt(container, [key]);
    return isArray(found) ? found.map((word) => expand(textAt(word, []))) : [];
  });
  const env = { ...Object.fromEntries(variables.map(([name, value]) => [name, place(value)])), ...cluster.env };
  return await world.sh(`exec ${[...words, ...(cluster.more ?? [])].map(shellWord).join(' ')}`, { env });
}
