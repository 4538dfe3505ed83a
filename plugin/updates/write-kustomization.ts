/**
 * Writes images into `images:` of a kustomization, as `kustomize edit set image` does, but keeping the file as it is.
 */
import { failure } from '../diagnostics/failure.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { nameKey } from '../references/reference.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
import { editYaml, type YamlEdit } from '../yaml/edit.ts';
import { readYaml } from '../yaml/read.ts';
import { checkKnown } from './known-images.ts';
import type { ImageOutcome, ImageState } from './outcome.ts';
import { sameImage } from './outcome.ts';
import type { ImageRequest } from './request.ts';
import { isStale } from './stale.ts';
import { filesOf } from './target-files.ts';
import type { WriteRequest, Writer } from './writer.ts';

/** The names that kustomize looks for, in its order. */
const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

function targets(tree: FileTree, { directory, files }: WriteRequest): string[] {
  if (files.length > 0) return filesOf(tree, directory, files, /^$/u);
  const found = names.map((name) => joinPath(directory, name)).find((path) => tree.kind(path) === 'file');
  if (found !== undefined) return [found];
  throw failure('file-missing', `there is no kustomization in ${directory || 'the directory'}`, {
    help: [`Looked for ${names.join(', ')}. Name the file with --file.`],
  });
}

function text(object: JsonObject, key: string): string | undefined {
  const value = getKey(object, key);
  return typeof value === 'string' ? value : undefined;
}

function entries(source: string, file: string): readonly Json[] {
  const value = readYaml(source, { file, duplicateKeys: 'error' })[0]?.value;
  const images = isObject(value) ? getKey(value, 'images') : undefined;
  return isArray(images) ? images : [];
}

function stateOf(entry: JsonObject): ImageState {
  return { newName: text(entry, 'newName'), tag: text(entry, 'newTag'), digest: text(entry, 'digest') };
}

function edits(index: number, { newName, tag, digest }: ImageState): YamlEdit[] {
  const values = { newName, newTag: tag, digest };
  const keys = ['newName', 'newTag', 'digest'] as const;
  const set = keys.flatMap((key, at): YamlEdit[] => {
    const value = values[key];
    return value === undefined
      ? []
      : [{ op: 'set', path: ['images', index, key], value, after: ['name', ...keys.slice(0, at)] }];
  });
  return [
    ...set,
    ...keys
      .filter((key) => values[key] === undefined)
      .map((key): YamlEdit => ({ op: 'remove', path: ['images', index, key] })),
  ];
}

function newEntry(name: string, { newName, tag, digest }: ImageState): Json {
  return {
    name,
    ...(newName === undefined ? {} : { newName }),
    ...(tag === undefined ? {} : { newTag: tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

async function setImage(
  source: string,
  file: string,
  image: ImageRequest,
  request: WriteRequest,
): Promise<{ text: string; outcome: ImageOutcome }> {
  const all = entries(source, file);
  const index = all.findIndex((entry) => isObject(entry) && nameKey(text(entry, 'name') ?? '') === nameKey(image.name));
  const entry = all[index];
  if (!isObject(entry)) {
    if (!request.allowNew)
      checkKnown(request.tree, request.directory, image.name, { declared: new Map(), locked: new Map() });
    const after: ImageState = { newName: image.newName, tag: image.tag, digest: image.digest };
    const made = editYaml(source, [{ op: 'insert', path: ['images'], value: newEntry(image.name, after) }], { file });
    return { text: made, outcome: { name: image.name, before: undefined, after, result: 'added' } };
  }
  const before = stateOf(entry);
  const given = image.tag !== undefined || image.digest !== undefined;
  const after: ImageState = {
    newName: image.newName ?? before.newName,
    tag: given ? image.tag : before.tag,
    digest: given ? image.digest : before.digest,
  };
  const outcome = (result: ImageOutcome['result']): ImageOutcome => ({ name: image.name, before, after, result });
  if (sameImage(before, after)) return { text: source, outcome: outcome('same') };
  if (await isStale(before.tag, image, request)) return { text: source, outcome: outcome('kept-newer') };
  return { text: editYaml(source, edits(index, after), { file }), outcome: outcome('changed') };
}

/** @see Writer */
export const writeKustomization: Writer = async (request) => {
  const files = new Map<string, string>();
  const outcomes: ImageOutcome[] = [];
  for (const file of targets(request.tree, request)) {
    const before = request.tree.readText(file);
    let current = before;
    for (const image of request.images) {
      const { text, outcome } = await setImage(current, file, image, request);
      current = text;
      outcomes.push(outcome);
    }
    if (current !== before) files.set(file, current);
  }
  return { files, targets: targets(request.tree, request), outcomes };
};
