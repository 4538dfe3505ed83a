/**
 * Writes images into a values file of a helm chart: into mappings with `repository` (and `registry`), `tag`, `digest`,
 * as charts have them, and into `image: name:tag` scalars.
 */
import { failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import { nameKey, formatReference, splitReference } from '../references/reference.ts';
import { parseFieldPath, findPaths } from '../resources/field-path.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
import { type Path, valueAt } from '../resources/pointer.ts';
import { editYaml, type YamlEdit } from '../yaml/edit.ts';
import { readYaml } from '../yaml/read.ts';
import type { ImageOutcome, ImageState } from './outcome.ts';
import type { ImageRequest } from './request.ts';
import { isStale } from './stale.ts';
import { filesOf } from './target-files.ts';
import type { WriteRequest, Writer } from './writer.ts';

/** One place in a values file that says which image runs. */
interface Place {
  readonly path: Path;
  readonly name: string;
  readonly state: ImageState;
  /** The mapping, or undefined for a scalar with the whole reference. */
  readonly mapping: JsonObject | undefined;
}

function text(object: JsonObject, key: string): string | undefined {
  const value = getKey(object, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function mappingPlace(path: Path, mapping: JsonObject): Place | undefined {
  const repository = text(mapping, 'repository');
  if (repository === undefined) return undefined;
  const registry = text(mapping, 'registry');
  const name = registry === undefined ? repository : `${registry}/${repository}`;
  return { path, name, mapping, state: { tag: text(mapping, 'tag'), digest: text(mapping, 'digest') } };
}

function places(value: Json | undefined, path: Path = []): Place[] {
  if (isArray(value)) return value.flatMap((item, index) => places(item, path.concat(index)));
  if (!isObject(value)) return [];
  const own = mappingPlace(path, value);
  const below = Object.entries(value).flatMap(([key, item]): Place[] => {
    if (key === 'image' && typeof item === 'string' && item !== '') {
      const { name, ...state } = splitReference(item);
      return [{ path: path.concat(key), name, state, mapping: undefined }];
    }
    return places(item, path.concat(key));
  });
  return own ? [own, ...below] : below;
}

/** The mapping that `--values-path` names, whatever repository it has. */
function namedPlace(value: Json, dotted: string, file: string): Place {
  const steps = parseFieldPath(dotted);
  const [path] = steps ? findPaths(value, steps) : [];
  const mapping = path && valueAt(value, path);
  if (!path || !isObject(mapping)) {
    throw failure('image-unmatched', `${file} has no mapping at ${dotted}`, {
      location: { file },
      help: ['Write the path as in image or services.api.image.'],
    });
  }
  return (
    mappingPlace(path, mapping) ?? {
      path,
      name: '',
      mapping,
      state: { tag: text(mapping, 'tag'), digest: text(mapping, 'digest') },
    }
  );
}

function editsFor({ path, name, state, mapping }: Place, image: ImageRequest, file: string): YamlEdit[] {
  const { newName, tag, digest } = image;
  const given = tag !== undefined || digest !== undefined;
  if (!mapping) {
    const parts = given
      ? { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) }
      : {
          ...(state.tag === undefined ? {} : { tag: state.tag }),
          ...(state.digest === undefined ? {} : { digest: state.digest }),
        };
    return [{ op: 'set', path, value: formatReference({ written: newName ?? name, ...parts }) }];
  }
  const edits: YamlEdit[] = [];
  const has = (key: string): boolean => getKey(mapping, key) !== undefined;
  if (newName !== undefined) {
    if (has('registry'))
      throw failure(
        'image-unmatched',
        `${path.join('.')} has a registry of its own: the new name ${newName} has to be split by hand`,
        { location: { file } },
      );
    edits.push({ op: 'set', path: [...path, 'repository'], value: newName });
  }
  if (tag !== undefined)
    edits.push({ op: 'set', path: [...path, 'tag'], value: tag, after: ['registry', 'repository'] });
  if (digest !== undefined && !has('digest')) {
    throw failure('image-unmatched', `${path.join('.')} has no key digest, so the chart may not know one`, {
      location: { file },
      help: ['Add digest: "" there when the chart uses it, or give the tag alone.'],
    });
  }
  if (digest !== undefined) edits.push({ op: 'set', path: [...path, 'digest'], value: digest });
  // Charts let the digest win: the old one would keep the old image.
  else if (given && has('digest')) edits.push({ op: 'set', path: [...path, 'digest'], value: '' });
  // A digest alone: the tag that stays is the one a chart prints beside it.
  if (tag === undefined && digest !== undefined && has('tag'))
    edits.push({ op: 'set', path: [...path, 'tag'], value: '' });
  return edits;
}

async function setImage(
  source: string,
  file: string,
  image: ImageRequest,
  request: WriteRequest,
): Promise<{ text: string; outcomes: ImageOutcome[]; names: string[] }> {
  const value = readYaml(source, { file, duplicateKeys: 'error' })[0]?.value ?? {};
  const all = request.valuesPath === undefined ? places(value) : [namedPlace(value, request.valuesPath, file)];
  const mine = request.valuesPath === undefined ? all.filter(({ name }) => nameKey(name) === nameKey(image.name)) : all;
  let current = source;
  const outcomes: ImageOutcome[] = [];
  for (const place of mine) {
    const kept = await isStale(place.state.tag, image, request);
    const next = kept ? current : editYaml(current, editsFor(place, image, file), { file });
    const result = kept ? 'kept-newer' : next === current ? 'same' : 'changed';
    outcomes.push({
      name: image.name,
      before: place.state,
      after: { newName: image.newName, tag: image.tag, digest: image.digest },
      result,
    });
    current = next;
  }
  return { text: current, outcomes, names: all.map(({ name }) => name) };
}

/** @see Writer */
export const writeHelmValues: Writer = async (request) => {
  const { tree, directory, environment } = request;
  const usual = environment === undefined ? ['values.yaml'] : [`values-${environment}.yaml`, 'values.yaml'];
  const given =
    request.files.length > 0
      ? request.files
      : usual.filter((name) => tree.kind(directory === '' ? name : `${directory}/${name}`) === 'file').slice(0, 1);
  if (given.length === 0) {
    throw failure('file-missing', `there is no values file in ${directory || 'the directory'}`, {
      help: [`Looked for ${usual.join(', ')}. Name the file with --file.`],
    });
  }
  const files = new Map<string, string>();
  const outcomes: ImageOutcome[] = [];
  for (const image of request.images) {
    const names: string[] = [];
    const before = outcomes.length;
    for (const file of filesOf(tree, directory, given, /^$/u)) {
      const text = files.get(file) ?? tree.readText(file);
      const made = await setImage(text, file, image, request);
      names.push(...made.names);
      outcomes.push(...made.outcomes);
      if (made.text !== text) files.set(file, made.text);
    }
    if (outcomes.length === before) {
      throw failure('image-unmatched', `no values file has the image ${image.name}`, {
        help: [
          ...notFoundHelp('Images there', image.name, names),
          'Name the mapping with --values-path, as in image or services.api.image.',
        ],
      });
    }
  }
  return { files, targets: filesOf(tree, directory, given, /^$/u), outcomes };
};
