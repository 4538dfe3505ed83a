/**
 * The settings of the notifications controller as people keep them in files, whatever the format, with the Secret that
 * may stand beside them.
 */
import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts';
import { failure } from '../../diagnostics/failure.ts';
import { getKey, isObject, type JsonObject } from '../../resources/json.ts';
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
  /** Keys of the Secret, with their text where the file has it; undefined when the file has no Secret. */
  readonly secret: ReadonlyMap<string, string> | undefined;
}

const secretName = 'argocd-notifications-secret';

function textsIn(body: JsonObject, key: string): [string, string][] {
  return entries(getKey(body, key)).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

function secretOf(bodies: readonly JsonObject[]): Map<string, string> | undefined {
  const secrets = bodies.filter((body) => getKey(body, 'kind') === 'Secret');
  const named = secrets.find((body) => {
    const metadata = getKey(body, 'metadata');
    return isObject(metadata) && getKey(metadata, 'name') === secretName;
  });
  const body = named ?? (secrets.length === 1 ? secrets[0] : undefined);
  if (!body) return undefined;
  const encoded = textsIn(body, 'data').map(([key, value]): [string, string] => {
    return [key, Buffer.from(value, 'base64').toString()];
  });
  return new Map([...encoded, ...textsIn(body, 'stringData')]);
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
      if (found) return { file, ...found, secret: secretOf(bodies) };
    }
  }
  throw failure('notifications-file', `${file} holds no settings of the notifications controller`, {
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
