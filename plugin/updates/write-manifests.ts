/**
 * Writes images into the image fields of plain manifests, for people who keep no lock.
 */
import { Failure, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import { findImages } from '../images/find.ts';
import type { ImagePath } from '../config/environment.ts';
import { loadApplication } from '../config/load.ts';
import type { FileTree } from '../files/tree.ts';
import { formatReference, nameKey, splitReference } from '../references/reference.ts';
import { getKey, isArray, isObject, type JsonObject } from '../resources/json.ts';
import type { Path } from '../resources/pointer.ts';
import { editYaml, type YamlEdit } from '../yaml/edit.ts';
import { readYaml } from '../yaml/read.ts';
import { runsNewer } from './runs-newer.ts';
import { filesOf } from './target-files.ts';
import type { ImageOutcome } from './outcome.ts';
import type { ImageRequest } from './request.ts';
import type { WriteRequest, Writer } from './writer.ts';

/** One image field in a file. */
interface Field {
  readonly document: number;
  readonly path: Path;
  readonly text: string;
}

/** A manifest, or those of a List, with where they stand in their document. */
function bodiesOf(value: JsonObject): { body: JsonObject; base: Path }[] {
  const [kind, items] = [getKey(value, 'kind'), getKey(value, 'items')];
  if (typeof kind !== 'string' || !kind.endsWith('List') || !isArray(items)) return [{ body: value, base: [] }];
  return items.flatMap((item, index) => (isObject(item) ? [{ body: item, base: ['items', index] }] : []));
}

function fieldsOf(text: string, file: string, imagePaths: readonly ImagePath[]): Field[] {
  return readYaml(text, { file, duplicateKeys: 'error' }).flatMap(({ value }, document) =>
    !isObject(value)
      ? []
      : bodiesOf(value).flatMap(({ body, base }) =>
          findImages([{ body, origin: { location: { file } } }], imagePaths).map(({ path, text: image }) => ({
            document,
            path: base.concat(path),
            text: image,
          })),
        ),
  );
}

/** The fields of every file. A file that is no YAML (a helm template) is passed over unless the user named it. */
function readFields(
  tree: FileTree,
  { files, directory }: WriteRequest,
  imagePaths: readonly ImagePath[],
): Map<string, Field[]> {
  const found = new Map<string, Field[]>();
  for (const file of filesOf(tree, directory, files, /\.(ya?ml|json)$/u)) {
    try {
      found.set(file, fieldsOf(tree.readText(file), file, imagePaths));
    } catch (error) {
      if (files.length > 0 || !(error instanceof Failure)) throw error;
    }
  }
  return found;
}

function imagePathsOf(tree: FileTree, directory: string): ImagePath[] {
  const { config, document } = loadApplication(tree, directory);
  return (config.imagePaths ?? []).map((one, index) =>
    Object.assign({ location: document.locate(['imagePaths', index]) }, one),
  );
}

function newText(written: string, { newName, tag, digest }: ImageRequest): string {
  const { name, ...old } = splitReference(written);
  const parts =
    tag === undefined && digest === undefined
      ? old
      : { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
  return formatReference({ written: newName ?? name, ...parts });
}

/** @see Writer */
export const writeManifests: Writer = async (request) => {
  const { tree, directory, images } = request;
  const fields = readFields(tree, request, imagePathsOf(tree, directory));
  const names = [
    ...new Set(
      Array.from(fields.values())
        .flat()
        .map(({ text }) => splitReference(text).name),
    ),
  ];
  const outcomes: ImageOutcome[] = [];
  const texts = new Map<string, string>();
  const found = new Set<string>();
  for (const image of images) {
    const isIt = ({ text }: Field): boolean => nameKey(splitReference(text).name) === nameKey(image.name);
    const before = new Map<string, ImageOutcome>();
    for (const [file, all] of fields) {
      const mine = all.filter(isIt);
      if (mine.length > 0) found.add(file);
      const edits = new Map<number, YamlEdit[]>();
      for (const { document, path, text } of mine) {
        const after = newText(text, image);
        const { name: _, ...state } = splitReference(text);
        const kept = await runsNewer(state.tag, image, request);
        const result = kept ? 'kept-newer' : after === text ? 'same' : 'changed';
        before.set(text, {
          name: image.name,
          before: state,
          after: { newName: image.newName, tag: image.tag, digest: image.digest },
          result,
        });
        if (result === 'changed')
          edits.set(document, [...(edits.get(document) ?? []), { op: 'set', path, value: after }]);
      }
      for (const [document, list] of edits)
        texts.set(file, editYaml(texts.get(file) ?? tree.readText(file), list, { file, document }));
    }
    if (before.size === 0) {
      throw failure('image-unmatched', `no manifest uses the image ${image.name}`, {
        help: notFoundHelp('Images in the manifests', image.name, names),
      });
    }
    outcomes.push(...before.values());
  }
  return { files: texts, targets: [...found], outcomes };
};
