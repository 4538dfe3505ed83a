/**
 * Writes images into `images:` of a kustomization, as `kustomize edit set image` does, but keeping the file as it is.
 *
 * kustomize applies the entries in their order and compares names as texts: an entry may hide another one, or find what
 * an earlier one made. So all entries that have a say about the image are changed, and kustomize itself is asked whether
 * the new image comes out.
 */
import { failure } from '../diagnostics/failure.ts';
import { createPatchedTree, landingPath } from '../files/patched.ts';
import { joinPath, parentPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { nameKey, splitReference } from '../references/reference.ts';
import { getKey, isArray, isObject, type Json } from '../resources/json.ts';
import { asString } from '../resources/read-fields.ts';
import { editYaml, type YamlEdit } from '../yaml/edit.ts';
import { readYaml } from '../yaml/read.ts';
import { checkArrived } from './arrived.ts';
import { checkKnown, unknown } from './known-images.ts';
import type { ImageOutcome, ImageState } from './outcome.ts';
import { sameImage } from './outcome.ts';
import { referencesTo, type Rendered, renderSource } from './rendered.ts';
import type { ImageRequest } from './request.ts';
import { runsNewer } from './runs-newer.ts';
import { filesOf } from './target-files.ts';
import type { WriteRequest, Writer } from './writer.ts';

/** The names that kustomize looks for, in its order. */
const fileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** One entry of `images`. */
interface Entry {
  readonly index: number;
  readonly name: string;
  readonly state: ImageState;
}

/** A kustomization, and what kustomize makes of it. */
interface KustomizationImages {
  readonly file: string;
  readonly text: string;
  readonly entries: readonly Entry[];
  /** Undefined where nobody renders, or the file cannot be rendered by itself. */
  readonly rendered: Rendered | undefined;
}

function targets(tree: FileTree, { directory, files }: WriteRequest): string[] {
  if (files.length > 0) return filesOf(tree, directory, files, /^$/u);
  const found = fileNames.map((name) => joinPath(directory, name)).find((path) => tree.kind(path) === 'file');
  if (found !== undefined) return [found];
  throw failure('file-missing', `there is no kustomization in ${directory || 'the directory'}`, {
    help: [`Looked for ${fileNames.join(', ')}. Name the file with --file.`],
  });
}

function read(source: string, file: string): { readonly kind: string | undefined; readonly entries: readonly Entry[] } {
  const [document, second] = readYaml(source, { file, duplicateKeys: 'error' });
  if (second) {
    throw failure('yaml-edit', 'a kustomization is one YAML document; this file has several', {
      location: { file, line: second.line },
      help: ['Use a separate file for each.'],
    });
  }
  const value = document?.value;
  const images = isObject(value) ? getKey(value, 'images') : undefined;
  const entries = (isArray(images) ? images : []).flatMap((item, index): Entry[] => {
    const name = isObject(item) ? asString(getKey(item, 'name')) : undefined;
    if (!isObject(item) || name === undefined) return [];
    const [newName, tag, digest] = ['newName', 'newTag', 'digest'].map((key) => asString(getKey(item, key)));
    return [{ index, name, state: { newName, tag, digest } }];
  });
  return { kind: isObject(value) ? asString(getKey(value, 'kind')) : undefined, entries };
}

async function render(tree: FileTree, file: string, request: WriteRequest): Promise<Rendered | undefined> {
  const { rendering, directory } = request;
  if (!rendering) return undefined;
  const source = { kind: 'kustomize', directory: { path: parentPath(file), location: { file } } } as const;
  return await renderSource(tree, directory, source, rendering);
}

/** The entries that have a say about the image: by its name, by the name that they give, and those that come after these. */
function having(entries: readonly Entry[], name: string): readonly Entry[] {
  const key = nameKey(name);
  const found = new Set(
    entries.filter(
      (one) => nameKey(one.name) === key || (one.state.newName !== undefined && nameKey(one.state.newName) === key),
    ),
  );
  for (const { index, state } of found) {
    for (const later of entries) if (later.index > index && later.name === state.newName) found.add(later);
  }
  return [...found].sort((a, b) => a.index - b.index);
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

function spelled(rendered: Rendered | undefined, names: readonly string[]): string[] {
  if (!rendered || !('texts' in rendered)) return [];
  return [...new Set(referencesTo(rendered.texts, names).map((text) => splitReference(text).name))];
}

/** The names, as texts, that come out and that none of the entries gives: these entries do not find the image. */
function missedBy(entries: readonly Entry[], { rendered }: KustomizationImages, names: readonly string[]): string[] {
  const given = new Set(entries.map(({ name, state }) => state.newName ?? splitReference(name).name));
  return spelled(rendered, names).filter((name) => !given.has(name));
}

/** How the manifests write the image's name: kustomize compares texts. */
function spellings({ rendered }: KustomizationImages, image: ImageRequest, request: WriteRequest): string[] {
  if (rendered && 'texts' in rendered) {
    const names = spelled(rendered, [image.name]);
    if (names.length > 0) return names;
    if (!request.allowNew) throw unknown(`kustomize build gives no image ${image.name}`, image.name, []);
  }
  if (!request.allowNew)
    checkKnown(request.tree, request.directory, image.name, { declared: new Map(), locked: new Map() });
  return [image.name];
}

/** What kustomize gives now; else what the last entry that counts says. */
function stateBefore(
  { rendered }: KustomizationImages,
  names: readonly string[],
  entry: Entry | undefined,
): ImageState | undefined {
  const found = rendered && 'texts' in rendered ? referencesTo(rendered.texts, names) : [];
  const [only, other] = found.map((text) => splitReference(text));
  if (!only || other) return entry?.state;
  const { tag, digest } = only;
  return {
    newName: entry?.state.newName,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

interface Made {
  readonly text: string;
  readonly outcome: ImageOutcome;
  /** The names that the image may have in what comes out. */
  readonly names: readonly string[];
}

async function setImage(current: KustomizationImages, image: ImageRequest, request: WriteRequest): Promise<Made> {
  const { file, entries } = current;
  const found = having(entries, image.name);
  const names = [image.name, ...found.flatMap(({ state }) => state.newName ?? [])];
  const wanted: ImageState = { newName: image.newName, tag: image.tag, digest: image.digest };
  if (found.length === 0) {
    const added = spellings(current, image, request).map(
      (name): YamlEdit => ({ op: 'insert', path: ['images'], value: newEntry(name, wanted) }),
    );
    const before = stateBefore(current, names, undefined);
    const outcome: ImageOutcome = { name: image.name, before, after: wanted, result: 'added' };
    return { text: editYaml(current.text, added, { file }), outcome, names };
  }
  const last = found.at(-1);
  const before = stateBefore(current, names, last);
  const given = image.tag !== undefined || image.digest !== undefined;
  const key = nameKey(image.name);
  const changes = found.map(({ index, name, state }) => {
    const isNamed = nameKey(name) === key || (state.newName !== undefined && nameKey(state.newName) === key);
    const after: ImageState = {
      newName: (isNamed ? image.newName : undefined) ?? state.newName,
      tag: given ? image.tag : state.tag,
      digest: given ? image.digest : state.digest,
    };
    return { index, state, after };
  });
  const after = changes.at(-1)?.after ?? wanted;
  const outcome = (result: ImageOutcome['result']): ImageOutcome => ({ name: image.name, before, after, result });
  const missed = missedBy(found, current, names).map(
    (name): YamlEdit => ({ op: 'insert', path: ['images'], value: newEntry(name, wanted) }),
  );
  if (missed.length === 0 && changes.every((one) => sameImage(one.state, one.after)))
    return { text: current.text, outcome: outcome('same'), names };
  if (await runsNewer(before?.tag, image, request))
    return { text: current.text, outcome: outcome('kept-newer'), names };
  const all = [...changes.flatMap((one) => edits(one.index, one.after)), ...missed];
  return { text: editYaml(current.text, all, { file }), outcome: outcome('changed'), names };
}

async function setOne(file: string, text: string, image: ImageRequest, request: WriteRequest): Promise<Made> {
  const tree = createPatchedTree(request.tree, new Map([[landingPath(request.tree, file), Buffer.from(text)]]));
  const { kind, entries } = read(text, file);
  // A Component is built with the kustomization that names it alone.
  const rendered = kind === 'Component' ? undefined : await render(tree, file, request);
  const made = await setImage({ file, text, entries, rendered }, image, request);
  if (!rendered || !request.rendering || made.outcome.result === 'kept-newer' || request.allowNew) return made;
  const patched = createPatchedTree(request.tree, new Map([[landingPath(request.tree, file), Buffer.from(made.text)]]));
  const after = made.text === text ? rendered : await render(patched, file, request);
  checkArrived({
    image,
    names: made.names,
    program: 'kustomize build',
    before: rendered,
    after: after ?? rendered,
    isChanged: made.text !== text,
    all: true,
    location: { file },
    note: request.rendering.note,
  });
  return made;
}

/** @see Writer */
export const writeKustomization: Writer = async (request) => {
  const files = new Map<string, string>();
  const outcomes: ImageOutcome[] = [];
  const found = targets(request.tree, request);
  for (const file of found) {
    const before = request.tree.readText(file);
    let current = before;
    for (const image of request.images) {
      const { text, outcome } = await setOne(file, current, image, request);
      current = text;
      outcomes.push(outcome);
    }
    if (current !== before) files.set(file, current);
  }
  return { files, targets: found, outcomes };
};
