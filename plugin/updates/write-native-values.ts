/**
 * Writes images into the values of one environment of a chart: what says which image runs is found in all its values
 * files together, as helm merges them, and is written into the last file that is this environment's alone.
 */
import type { PathEntry } from '../config/environment.ts';
import { failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import type { FileTree } from '../files/tree.ts';
import { getKey, isObject, type Json, type MutableJsonObject, setKey } from '../resources/json.ts';
import { editYaml } from '../yaml/edit.ts';
import { isOf, imageValues } from './helm-image-values.ts';
import type { ImageRequest } from './request.ts';
import { editsFor, readValues } from './write-helm-values.ts';

/** Whose values these are. */
export interface ValuesRequest {
  readonly tree: FileTree;
  readonly images: readonly ImageRequest[];
  /** In helm's order: later ones win. The chart's own come first. */
  readonly files: readonly string[];
  /** Values files that other environments have, too. */
  readonly shared: ReadonlySet<string>;
  readonly valueFiles: readonly PathEntry[];
}

/** As helm merges values: mappings key by key, everything else is replaced, null takes a key away. */
function merged(below: Json, above: Json): Json {
  if (!isObject(below) || !isObject(above)) return above;
  const made: MutableJsonObject = { ...below };
  for (const [key, value] of Object.entries(above)) {
    if (value === undefined || value === null) delete made[key];
    else setKey(made, key, merged(getKey(made, key) ?? null, value));
  }
  return made;
}

/** The last values file of this environment alone; else the last of all. */
function fileFor({ valueFiles, files, shared }: ValuesRequest): string {
  const named = valueFiles.map(({ path }) => path);
  const file = named.findLast((path) => !shared.has(path)) ?? files.at(-1);
  if (file !== undefined) return file;
  throw failure('file-missing', 'there is no values file to write images into', {
    help: ['Name it in waybill.yaml: source.helm.valueFiles or source.external.valueFiles.'],
  });
}

/**
 * The new text of the file that is written, by its tree path; none when it says the images already.
 * @throws Failure `image-unmatched` for an image that no values file names, `file-missing`, and as the editor
 */
export function writeNativeValues(request: ValuesRequest): ReadonlyMap<string, string> {
  const { tree, images, files } = request;
  const target = fileFor(request);
  const before = tree.readText(target);
  const [first, ...rest] = files.map((file) => readValues(tree.readText(file), file)?.value ?? {});
  const all = imageValues(rest.reduce(merged, first ?? {}));
  let text = before;
  for (const image of images) {
    const mine = all.filter((place) => place.names.length > 0 && isOf(place, image.name));
    if (mine.length === 0) {
      const names = all.flatMap((place) => place.names);
      throw failure('image-unmatched', `no values file has the image ${image.name}`, {
        location: { file: target },
        help: [
          ...notFoundHelp('Images there', image.name, [...new Set(names)]),
          'Write the repository next to the tag, as in image: { repository: ghcr.io/acme/web, tag: 1.4.2 }.',
        ],
      });
    }
    for (const place of mine) text = editYaml(text, editsFor(place, image, target), { file: target });
  }
  return text === before ? new Map() : new Map([[target, text]]);
}
