/**
 * The settings of the notifications controller as people keep them in files, whatever the format, with the Secret that
 * may stand beside them.
 */
import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts';
import { failure } from '../../diagnostics/failure.ts';
import { getKey, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import { readYaml } from '../../yaml/read.ts';
import { format as chartValues } from './formats/chart-values.ts';
import { format as configMap } from './formats/config-map.ts';
import { configMapName, entries, type Setting } from './formats/format.ts';
import { format as kustomize } from './formats/kustomize.ts';
import { nestedIn } from './nested.ts';

export type { Setting } from './formats/format.ts';

const formats = [configMap, kustomize, chartValues];

/** The settings of one controller. */
export interface Settings {
  readonly file: string;
  readonly settings: readonly Setting[];
  /** What is wrong with the file before anything is read. */
  readonly mistakes: readonly Diagnostic[];
  /** Where the settings begin. */
  readonly location: Location;
  /**
   * Keys of the Secret, with their text where the file has it; undefined when the file has no Secret, or the empty one
   * that Argo CD's installation ships: others fill it.
   */
  readonly secret: ReadonlyMap<string, string> | undefined;
  /** The ConfigMap, or the patch of it, that has the settings as its data; undefined for values of a chart. */
  readonly manifest?: JsonObject | undefined;
  /** What the file has besides, in words. */
  readonly others: readonly string[];
}

const secretName = 'argocd-notifications-secret';

function textsIn(body: JsonObject, key: string): [string, string][] {
  return entries(getKey(body, key)).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

/** Argo CD's other Secret, which stands beside it in every installation. */
function isAnothers(body: JsonObject): boolean {
  const metadata = getKey(body, 'metadata');
  return isObject(metadata) && getKey(metadata, 'name') === 'argocd-secret';
}

function secretOf(bodies: readonly JsonObject[]): Map<string, string> | undefined {
  const secrets = bodies.filter((body) => getKey(body, 'kind') === 'Secret');
  const named = secrets.find((body) => {
    const metadata = getKey(body, 'metadata');
    return isObject(metadata) && getKey(metadata, 'name') === secretName;
  });
  const body = named ?? (secrets.length === 1 ? secrets.find((one) => !isAnothers(one)) : undefined);
  if (!body) return undefined;
  const encoded = textsIn(body, 'data').map(([key, value]): [string, string] => {
    return [key, Buffer.from(value, 'base64').toString()];
  });
  const keys = new Map([...encoded, ...textsIn(body, 'stringData')]);
  return keys.size === 0 ? undefined : keys;
}

function bodiesOf(text: string, file: string): JsonObject[] {
  return readYaml(text, { file, duplicateKeys: 'error' }).flatMap(({ value }) => (isObject(value) ? [value] : []));
}

/** Whether a file holds a Secret and no settings: the Secret of settings in another file. */
export function holdsSecretAlone(text: string, file: string): boolean {
  const kinds = bodiesOf(text, file).map((body) => getKey(body, 'kind'));
  return kinds.length > 0 && kinds.every((kind) => kind === 'Secret');
}

/** The keys of the Secret in a file, as {@link Settings.secret}. */
export function readSecret(text: string, file: string): Settings['secret'] {
  return secretOf(bodiesOf(text, file));
}

/** `Secret argocd-notifications-secret`; nothing for an empty document. */
function nameOf(value: Json): string[] {
  if (!isObject(value)) return value === null ? [] : ['another document'];
  const metadata = getKey(value, 'metadata');
  const name = isObject(metadata) ? getKey(metadata, 'name') : undefined;
  const words = [getKey(value, 'kind'), name].filter((one) => typeof one === 'string');
  return [words.join(' ') || 'another document'];
}

/** Reads the settings in a file. Failure `notifications-file` when there are none, `yaml-…` for what is no YAML. */
export function readSettings(text: string, file: string): Settings {
  const documents = readYaml(text, { file, duplicateKeys: 'error' });
  const lines = text.split(/\r?\n/u);
  const bodies = documents.flatMap(({ value }) => (isObject(value) ? [value] : []));
  const alone = bodies.filter((body) => getKey(body, 'kind') === 'ConfigMap').length === 1;
  for (const format of formats) {
    for (const document of documents) {
      const found = format(nestedIn(document, lines), alone);
      if (!found) continue;
      const others = documents.filter((one) => one !== document).flatMap(({ value }) => nameOf(value));
      return { file, ...found, others: [...(found.others ?? []), ...others], secret: secretOf(bodies) };
    }
  }
  throw failure('notifications-file', `${file} contains no settings of the notifications controller`, {
    location: { file },
    help: [
      `Expected a ConfigMap named ${configMapName}, a kustomization that patches it, or values of the argo-cd chart with a block \`notifications\`.`,
    ],
  });
}

/** The data of the ConfigMap as the controller gets it. */
export function dataOf({ settings }: Settings): Record<string, string> {
  return Object.fromEntries(settings.map(({ key, text }) => [key, text]));
}
