/**
 * What a kustomization asks for, of that which is done here. Everything is on a list: a field, or a form of one, that is
 * not on it leaves the kustomization to kustomize.
 */
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../../resources/json.ts';
import { isOrdinary, isUnambiguous } from '../../../yaml/unambiguous.ts';
import { outside } from './outside.ts';

/** Labels, and where they go. */
export interface Labels {
  readonly pairs: Readonly<Record<string, string>>;
  readonly includeSelectors: boolean;
  readonly includeTemplates: boolean;
}

/** What becomes of the images of one name. */
export interface Image {
  readonly name: string;
  readonly newName: string;
  readonly newTag: string;
  readonly digest: string;
}

/** Which resources a patch is for; each text is a regular expression, or a selector. */
export type Target = Readonly<
  Record<'group' | 'version' | 'kind' | 'name' | 'namespace' | 'labelSelector' | 'annotationSelector', string>
>;

/** A patch, by its text or its file. */
export interface Patch {
  readonly patch: string;
  readonly path: string;
  readonly target: Target | undefined;
}

/** A kustomization. */
export interface Instructions {
  readonly resources: readonly string[];
  readonly patches: readonly Patch[];
  /** '' for none. */
  readonly namespace: string;
  readonly labels: readonly Labels[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly replicas: readonly { readonly name: string; readonly count: number }[];
  readonly images: readonly Image[];
}

function checkKeys(object: JsonObject, known: readonly string[], where: string): void {
  const other = Object.keys(object).find((key) => !known.includes(key));
  if (other !== undefined) outside(`${where}${other}`);
}

function listIn(object: JsonObject, key: string): readonly Json[] {
  const list = getKey(object, key) ?? [];
  return isArray(list) ? list : outside(`${key} that is no list`);
}

function objectsIn(object: JsonObject, key: string, known: readonly string[]): JsonObject[] {
  return listIn(object, key).map((item) => {
    if (!isObject(item)) outside(`an item of ${key} that is no mapping`);
    checkKeys(item, known, `${key}.`);
    return item;
  });
}

function textIn(object: JsonObject, key: string): string {
  const text = getKey(object, key) ?? '';
  return typeof text === 'string' && isOrdinary(text) ? text : outside(`${key} that is no text`);
}

function isTrue(object: JsonObject, key: string): boolean {
  const value = getKey(object, key) ?? false;
  return typeof value === 'boolean' ? value : outside(`${key} that is neither true nor false`);
}

function textsIn(object: JsonObject, key: string): Readonly<Record<string, string>> {
  const value = getKey(object, key) ?? {};
  if (!isObject(value)) outside(`${key} that is no mapping`);
  const texts: Record<string, string> = {};
  for (const name of Object.keys(value).sort()) {
    if (name === '__proto__' || !/^[\w./-]+$/u.test(name)) outside(`an unusual name in ${key}`);
    texts[name] = textIn(value, name);
  }
  return texts;
}

/** The rest of a name, for a regular expression that kustomize makes of it as it is. */
const IMAGE_NAME = /^[\w./:-]+$/u;

function imageOf(object: JsonObject): Image {
  const [name = '', newName = '', newTag = '', digest = ''] = ['name', 'newName', 'newTag', 'digest'].map((key) =>
    textIn(object, key),
  );
  if (!IMAGE_NAME.test(name)) outside('an image with an unusual name');
  for (const part of [newName, newTag, digest]) if (!/^[\w./:-]*$/u.test(part)) outside('an unusual image');
  return { name, newName, newTag, digest };
}

const targetKeys = ['group', 'version', 'kind', 'name', 'namespace', 'labelSelector', 'annotationSelector'] as const;

function targetOf(value: Json | undefined): Target | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) outside('a target that is no mapping');
  checkKeys(value, targetKeys, 'patches.target.');
  const [group = '', version = '', kind = '', name = '', namespace = '', labelSelector = '', annotationSelector = ''] =
    targetKeys.map((key) => textIn(value, key));
  return { group, version, kind, name, namespace, labelSelector, annotationSelector };
}

function patchOf(object: JsonObject): Patch {
  const patch = { patch: textIn(object, 'patch').trim(), path: textIn(object, 'path') };
  if ((patch.patch === '') === (patch.path === '')) outside('a patch without a text, or with two');
  return { ...patch, target: targetOf(getKey(object, 'target')) };
}

const KEYS = [
  'apiVersion',
  'kind',
  'resources',
  'patches',
  'namespace',
  'labels',
  'commonAnnotations',
  'replicas',
  'images',
];

function checkType(value: JsonObject): void {
  const apiVersion = getKey(value, 'apiVersion');
  if (apiVersion !== undefined && apiVersion !== 'kustomize.config.k8s.io/v1beta1') outside('another apiVersion');
  const kind = getKey(value, 'kind');
  if (kind !== undefined && kind !== 'Kustomization') outside('another kind');
}

/** What a kustomization asks for. `value` is as it was judged. */
export function readInstructions(value: Json): Instructions {
  if (!isObject(value)) outside('a kustomization that is no mapping');
  checkKeys(value, KEYS, '');
  checkType(value);
  const namespace = textIn(value, 'namespace');
  if (namespace !== '' && (!/^[a-z][a-z0-9-]*$/u.test(namespace) || !isUnambiguous(namespace))) {
    outside('an unusual namespace');
  }
  return {
    resources: listIn(value, 'resources').map((entry) =>
      typeof entry === 'string' && entry !== '' ? entry : outside('resources that are no paths'),
    ),
    patches: objectsIn(value, 'patches', ['patch', 'path', 'target']).map(patchOf),
    namespace,
    labels: objectsIn(value, 'labels', ['pairs', 'includeSelectors', 'includeTemplates']).map((object) => ({
      pairs: textsIn(object, 'pairs'),
      includeSelectors: isTrue(object, 'includeSelectors'),
      includeTemplates: isTrue(object, 'includeTemplates'),
    })),
    annotations: textsIn(value, 'commonAnnotations'),
    replicas: objectsIn(value, 'replicas', ['name', 'count']).map((object) => {
      const count = getKey(object, 'count') ?? 0;
      if (typeof count !== 'number' || !Number.isSafeInteger(count)) outside('replicas without a number');
      return { name: textIn(object, 'name'), count };
    }),
    images: objectsIn(value, 'images', ['name', 'newName', 'newTag', 'digest']).map(imageOf),
  };
}
