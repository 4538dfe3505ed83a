/**
 * The transformers of kustomize that write a value into fields: namespace, labels, annotations, replicas and images
 * (api/internal/builtins, api/filters).
 */
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../../resources/json.ts';
import { isUnambiguous } from '../../../yaml/unambiguous.ts';
import { asMutable, type FieldSpec, visitField, visitPath } from './field-spec.ts';
import { fieldTables } from './fields.generated.ts';
import type { Image, Labels } from './instructions.ts';
import { idOf, isClusterScoped, isSelected, type Item, keyOfId, metadataOf, rememberId } from './item.ts';
import { outside } from './outside.ts';

function setText(item: Item, spec: FieldSpec, text: string): void {
  visitField(item, spec, 'scalar', (value, assign) => {
    if (value === null || isObject(value) || isArray(value)) outside('a namespace that is no text');
    assign(text);
  });
}

/** The subjects named `default`, which kustomize takes for the service account of the namespace. */
function setSubjects(item: Item, namespace: string): void {
  const subjects = getKey(item.body, 'subjects');
  if (subjects === undefined || subjects === null) return;
  if (!isArray(subjects)) outside('subjects that are no list');
  for (const subject of subjects) {
    const object = asMutable(subject) ?? outside('a subject that is no mapping');
    if (isObject(object['namespace']) || isArray(object['namespace'])) outside('a namespace that is no text');
    if (getKey(object, 'name') === 'default') object['namespace'] = namespace;
  }
}

/** `namespace`. */
export function setNamespace(items: readonly Item[], namespace: string): void {
  const counts = new Map<string, number>();
  const count = (item: Item, difference: number): number => {
    const key = keyOfId(idOf(item));
    const next = (counts.get(key) ?? 0) + difference;
    counts.set(key, next);
    return next;
  };
  for (const item of items) count(item, 1);
  for (const item of items) {
    rememberId(item);
    count(item, -1);
    const id = idOf(item);
    if (!isClusterScoped(id)) metadataOf(item.body)['namespace'] = namespace;
    if (id.kind === 'RoleBinding' || id.kind === 'ClusterRoleBinding') setSubjects(item, namespace);
    for (const spec of fieldTables.namespace) {
      const isName = spec.path.join('/') === 'metadata/name';
      if (!isName || getKey(item.body, 'apiVersion') === 'v1') setText(item, spec, namespace);
    }
    // One that is still to come may have this name already.
    if (count(item, 1) !== 1) outside('resources that get one name');
  }
}

/**
 * Leaves a resource to kustomize whose labels (or annotations) are written twice, with different texts: all places in
 * which kustomize has put the first one are then the same to it, and it changes them together.
 */
function remember({ written }: Item, pairs: readonly (readonly [string, string])[]): void {
  for (const [key, text] of pairs) {
    if ((written.get(key) ?? text) !== text) outside('a label or annotation that is written twice');
    written.set(key, text);
  }
}

function setEntries(
  items: readonly Item[],
  specs: readonly FieldSpec[],
  entries: Readonly<Record<string, string>>,
): void {
  const pairs = Object.entries(entries);
  if (pairs.length === 0) return;
  for (const item of items) {
    remember(item, pairs);
    for (const spec of specs) {
      visitField(item, spec, 'mapping', (value) => {
        const object = asMutable(value) ?? outside('labels or annotations that are no mapping');
        for (const [key, text] of pairs) object[key] = text;
      });
    }
  }
}

const ownLabels: FieldSpec = { path: ['metadata', 'labels'], create: true };

/** `labels`. */
export function setLabels(items: readonly Item[], { pairs, includeSelectors, includeTemplates }: Labels): void {
  const specs = includeSelectors
    ? fieldTables.selectors
    : [...(includeTemplates ? fieldTables.templateLabels : []), ownLabels];
  setEntries(items, specs, pairs);
}

/** `commonAnnotations`. */
export function setAnnotations(items: readonly Item[], annotations: Readonly<Record<string, string>>): void {
  setEntries(items, fieldTables.annotations, annotations);
}

/** `replicas`. */
export function setReplicas(items: readonly Item[], { name, count }: { name: string; count: number }): void {
  let isFound = false;
  for (const spec of fieldTables.replicas) {
    for (const item of items) {
      const ids = [...item.previous, idOf(item)];
      if (!ids.some((id) => id.name === name && isSelected(id, spec))) continue;
      isFound = true;
      visitField(item, spec, 'scalar', (value, assign) => {
        if (value === null || isObject(value) || isArray(value)) outside('replicas that are no number');
        assign(count);
      });
    }
  }
  if (!isFound) outside('replicas of what is not there');
}

/** Name, tag and digest of a reference (api/internal/image Split). */
function splitImage(reference: string): readonly [name: string, tag: string, digest: string] {
  const slash = Math.max(reference.indexOf('/'), 0);
  const at = reference.indexOf('@', slash);
  const colon = reference.indexOf(':', slash);
  if (at >= 0 && (at < colon || colon < 0)) return [reference.slice(0, at), '', reference.slice(at + 1)];
  if (colon < 0) return [reference, '', ''];
  if (at < 0) return [reference.slice(0, colon), reference.slice(colon + 1), ''];
  return [reference.slice(0, colon), reference.slice(colon + 1, at), reference.slice(at + 1)];
}

function imageSetter(image: Image): (reference: string) => string {
  const pattern = new RegExp(`^${image.name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`, 'u');
  return (reference) => {
    if (!pattern.test(reference)) return reference;
    const [name, tag, digest] = splitImage(reference);
    const isChanged = image.newTag !== '' || image.digest !== '';
    const newTag = isChanged ? image.newTag : tag;
    const newDigest = isChanged ? image.digest : digest;
    const result = `${image.newName || name}${newTag && `:${newTag}`}${newDigest && `@${newDigest}`}`;
    // It is written without quotes where there were none.
    return isUnambiguous(result) && !/^-|^(?:true|false|null|-?\d*)$/u.test(result)
      ? result
      : outside('an unusual image');
  };
}

/** Every `image` of a list `containers` or `initContainers`, wherever it is. */
function setInContainers(value: Json | undefined, set: (reference: string) => string): void {
  if (isArray(value)) {
    for (const item of value) setInContainers(item, set);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, member] of Object.entries(value)) {
    setInContainers(member, set);
    if ((key === 'containers' || key === 'initContainers') && isArray(member)) {
      for (const container of member) setImageOf(container, set);
    }
  }
}

function setImageOf(container: Json, set: (reference: string) => string): void {
  const object = asMutable(container) ?? outside('a container that is no mapping');
  const image = getKey(object, 'image');
  if (image === undefined) return;
  object['image'] = typeof image === 'string' ? set(image) : outside('an image that is no text');
}

/** `images`. kustomize writes each twice: first wherever there are containers, then by its table. */
export function setImages(items: readonly Item[], image: Image): void {
  const set = imageSetter(image);
  const others = items.filter(({ body }) => getKey(body, 'kind') !== 'CustomResourceDefinition');
  for (const { body } of others) setInContainers(body, set);
  for (const { body } of others) {
    for (const { path } of fieldTables.images) {
      visitPath(body, path, 'nothing', (value, assign) => {
        assign(typeof value === 'string' ? set(value) : outside('an image that is no text'));
      });
    }
  }
}

/** Whether metadata that kustomize reads as texts are texts. */
export function checkTexts(body: JsonObject): void {
  const metadata = getKey(body, 'metadata');
  const annotations = isObject(metadata) ? getKey(metadata, 'annotations') : undefined;
  if (annotations === undefined) return;
  if (!isObject(annotations)) outside('annotations that are no mapping');
  for (const [key, value] of Object.entries(annotations)) {
    if (typeof value !== 'string') outside('an annotation that is no text');
    // kustomize keeps its own notes there, and removes them in the end.
    if (
      /(?:^|\.)(?:config\.kubernetes\.io|config\.k8s\.io|kustomize\.config\.k8s\.io|alpha\.config\.kubernetes\.io)\//u.test(
        key,
      ) ||
      key.includes('kustomize')
    ) {
      outside('an annotation that kustomize reads');
    }
  }
}
