/**
 * The settings of the notifications controller as people keep them in files: a ConfigMap (alone or among other
 * documents, with its Secret or without), or the values of the argo-helm chart.
 */
import type { Location } from '../../diagnostics/diagnostic.ts';
import { failure } from '../../diagnostics/failure.ts';
import { getKey, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import type { YamlDocument } from '../../yaml/document.ts';
import { readYaml } from '../../yaml/read.ts';
import { writeYaml } from '../../yaml/write.ts';
import { locateScalar, type NestedText } from './nested.ts';

/** One key of the ConfigMap's data. */
export interface Setting extends NestedText {
  readonly key: string;
  /** Where the key stands. */
  readonly location: Location;
}

/** The settings of one controller. */
export interface Settings {
  readonly file: string;
  readonly settings: readonly Setting[];
  /** Where the ConfigMap or the values begin. */
  readonly location: Location;
  /** Keys of the Secret, with their text where the file has it; undefined when the file has no Secret. */
  readonly secret: ReadonlyMap<string, string> | undefined;
}

/** The name of the controller's ConfigMap (argocd-notifications, --config-map-name). */
const configMapName = 'argocd-notifications-cm';
const secretName = 'argocd-notifications-secret';

function setting(document: YamlDocument, lines: readonly string[], path: Path, key: string, value: string): Setting {
  const locate = locateScalar(lines, document.locate(path), value);
  return { key, text: value, location: document.locate(path, 'key'), locate };
}

function textsOf(value: Json | undefined): [string, string][] {
  if (!isObject(value)) return [];
  return Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

function fromConfigMap(document: YamlDocument, body: JsonObject, lines: readonly string[]): Setting[] {
  const data = getKey(body, 'data');
  return textsOf(data).map(([key, value]) => setting(document, lines, ['data', key], key, value));
}

/** The mapping of the chart's `notifications` block (argo-helm, charts/argo-cd, argocd-notifications-cm.yaml). */
function fromChartValues(document: YamlDocument, block: JsonObject, prefix: Path, lines: readonly string[]): Setting[] {
  const texts = ['notifiers', 'templates', 'triggers'].flatMap((part) =>
    textsOf(getKey(block, part)).map(([key, value]) => setting(document, lines, [...prefix, part, key], key, value)),
  );
  const argocdUrl = getKey(block, 'argocdUrl');
  const context = getKey(block, 'context');
  const structured: [string, string, Json][] = [
    ['context', 'context', { ...(argocdUrl ? { argocdUrl } : {}), ...(isObject(context) ? context : {}) }],
    ['subscriptions', 'subscriptions', getKey(block, 'subscriptions') ?? []],
  ];
  return structured
    .filter(([, , value]) => (isObject(value) ? Object.keys(value).length > 0 : true))
    .map(([key, part, value]) => setting(document, lines, [...prefix, part], key, writeYaml(value)))
    .concat(texts);
}

function isNamed(body: JsonObject, name: string): boolean {
  const metadata = getKey(body, 'metadata');
  return isObject(metadata) && getKey(metadata, 'name') === name;
}

function secretOf(bodies: readonly JsonObject[]): Map<string, string> | undefined {
  const secrets = bodies.filter((body) => getKey(body, 'kind') === 'Secret');
  const body = secrets.find((one) => isNamed(one, secretName)) ?? (secrets.length === 1 ? secrets[0] : undefined);
  if (!body) return undefined;
  const encoded = textsOf(getKey(body, 'data')).map(([key, value]): [string, string] => {
    return [key, Buffer.from(value, 'base64').toString()];
  });
  return new Map([...encoded, ...textsOf(getKey(body, 'stringData'))]);
}

/** Reads the settings in a file. Failure `notifications-file` when there are none, `yaml-…` for what is no YAML. */
export function readSettings(text: string, file: string): Settings {
  const documents = readYaml(text, { file, duplicateKeys: 'error' });
  const lines = text.split(/\r?\n/u);
  const found = documents.flatMap((document) => (isObject(document.value) ? [{ document, body: document.value }] : []));
  const secret = secretOf(found.map(({ body }) => body));
  const configMaps = found.filter(({ body }) => getKey(body, 'kind') === 'ConfigMap');
  const named = configMaps.find(({ body }) => isNamed(body, configMapName));
  const chosen = named ?? (configMaps.length === 1 ? configMaps[0] : undefined);
  if (chosen) {
    const { document, body } = chosen;
    return { file, settings: fromConfigMap(document, body, lines), location: { file, line: document.line }, secret };
  }
  for (const { document, body } of found) {
    const block = getKey(body, 'notifications');
    if (isObject(block) && getKey(body, 'kind') === undefined) {
      const settings = fromChartValues(document, block, ['notifications'], lines);
      return { file, settings, location: document.locate(['notifications'], 'key'), secret };
    }
  }
  throw failure('notifications-file', `${file} holds no settings of the notifications controller`, {
    location: { file },
    help: [
      `Expected a ConfigMap named ${configMapName}, or values of the argo-cd chart with a block \`notifications\`.`,
    ],
  });
}

/** The data of the ConfigMap as the controller gets it. */
export function dataOf({ settings }: Settings): Record<string, string> {
  return Object.fromEntries(settings.map(({ key, text }) => [key, text]));
}
