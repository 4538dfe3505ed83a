/**
 * Writes images into a values file of a helm chart, where the chart's values say which image runs (helm-places.ts), and
 * asks helm whether the new image comes out.
 */
import { loadApplication } from '../config/load.ts';
import { sourceMapping } from '../config/native.ts';
import { failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import { createPatchedTree, landingPath } from '../files/patched.ts';
import { joinPath, parentPath, resolvePath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { formatReference } from '../references/reference.ts';
import { findPaths, parseFieldPath } from '../resources/field-path.ts';
import { getKey, isObject } from '../resources/json.ts';
import { valueAt } from '../resources/pointer.ts';
import { editYaml, type YamlEdit } from '../yaml/edit.ts';
import type { YamlDocument } from '../yaml/document.ts';
import { readYaml } from '../yaml/read.ts';
import { checkArrived } from './arrived.ts';
import { bareMapping, isOf, mappingValue, type ImageValue, imageValues, scalarValue } from './helm-image-values.ts';
import type { ImageOutcome } from './outcome.ts';
import { type Rendered, type Rendering, renderSource } from './rendered.ts';
import type { ImageRequest } from './request.ts';
import { runsNewer } from './runs-newer.ts';
import { filesOf } from './target-files.ts';
import type { WriteRequest, Writer } from './writer.ts';

/** A values file, which is one document. Failure `yaml-edit`. */
export function readValues(source: string, file: string): YamlDocument | undefined {
  const [document, second] = readYaml(source, { file, duplicateKeys: 'error' });
  if (!second) return document;
  throw failure('yaml-edit', 'helm reads one YAML document of a values file; this file has several', {
    location: { file, line: second.line },
    help: ['Use a separate file for each.'],
  });
}

/** The place that `--values-path` names. */
function namedPlace(document: YamlDocument | undefined, dotted: string, file: string): ImageValue {
  const values = document?.value ?? {};
  const steps = parseFieldPath(dotted);
  const [path] = steps ? findPaths(values, steps) : [];
  const value = path && valueAt(values, path);
  if (path && isObject(value)) return mappingValue(values, path, value) ?? bareMapping(path, value, 'tag');
  const key = path?.at(-1);
  const above = path && valueAt(values, path.slice(0, -1));
  // The tag itself: what stands beside it says of which image it is.
  if (path && typeof key === 'string' && /tag$/iu.test(key) && isObject(above)) {
    return mappingValue(values, path.slice(0, -1), above) ?? bareMapping(path.slice(0, -1), above, key);
  }
  if (path && typeof value === 'string' && value !== '') return scalarValue(path, value);
  throw failure('image-unmatched', `${file} has no mapping at ${dotted}`, {
    location: { file },
    help: ['Write the path as in image or services.api.image.'],
  });
}

/** Another image's tag is not overwritten, whatever the path says. */
function checkNamed(
  document: YamlDocument | undefined,
  place: ImageValue,
  { name }: ImageRequest,
  dotted: string,
): void {
  if (isOf(place, name)) return;
  const at = place.mapping?.repository === undefined ? place.path : [...place.path, place.mapping.repository];
  throw failure('image-unmatched', `${dotted} is of the image ${place.names[0]}, not of ${name}`, {
    location: document?.locate(at),
    help: ['Name the mapping of the image with --values-path; without it the mapping is found by its repository.'],
  });
}

/** What has to change in a place so that it says the image. Failure `image-unmatched` where it cannot. */
export function editsFor({ path, names, state, mapping }: ImageValue, image: ImageRequest, file: string): YamlEdit[] {
  const { newName, tag, digest } = image;
  const given = tag !== undefined || digest !== undefined;
  if (!mapping) {
    const { tag: oldTag, digest: oldDigest } = given ? image : state;
    const parts = {
      ...(oldTag === undefined ? {} : { tag: oldTag }),
      ...(oldDigest === undefined ? {} : { digest: oldDigest }),
    };
    return [{ op: 'set', path, value: formatReference({ written: newName ?? names[0] ?? '', ...parts }) }];
  }
  const edits: YamlEdit[] = [];
  const has = (key: string): boolean => getKey(mapping.value, key) !== undefined;
  if (newName !== undefined) {
    if (has('registry') || mapping.repository === undefined)
      throw failure(
        'image-unmatched',
        `${path.join('.')} ${mapping.repository === undefined ? 'has no repository' : 'has a separate registry'}: write the new name ${newName} by hand`,
        { location: { file } },
      );
    edits.push({ op: 'set', path: [...path, mapping.repository], value: newName });
  }
  if (tag !== undefined)
    edits.push({
      op: 'set',
      path: [...path, mapping.tag],
      value: tag,
      after: ['registry', mapping.repository ?? 'repository'],
    });
  if (digest !== undefined && !has('digest')) {
    throw failure('image-unmatched', `${path.join('.')} has no key digest, so the chart may not support it`, {
      location: { file },
      help: ['Add digest: "" there when the chart uses it, or give the tag alone.'],
    });
  }
  if (digest !== undefined) edits.push({ op: 'set', path: [...path, 'digest'], value: digest });
  // Charts let the digest win: the old one would keep the old image.
  else if (given && has('digest')) edits.push({ op: 'set', path: [...path, 'digest'], value: '' });
  // A digest alone: the tag that stays is the one a chart prints beside it.
  if (tag === undefined && digest !== undefined && has(mapping.tag))
    edits.push({ op: 'set', path: [...path, mapping.tag], value: '' });
  return edits;
}

interface Made {
  readonly text: string;
  readonly outcomes: ImageOutcome[];
  /** Names of all images that the file has. */
  readonly known: readonly string[];
  /** Names that the image may have in what comes out. */
  readonly names: readonly string[];
}

async function setImage(source: string, file: string, image: ImageRequest, request: WriteRequest): Promise<Made> {
  const document = readValues(source, file);
  const { valuesPath } = request;
  const all = valuesPath === undefined ? imageValues(document?.value ?? {}) : [namedPlace(document, valuesPath, file)];
  if (valuesPath !== undefined) for (const place of all) checkNamed(document, place, image, valuesPath);
  const mine = all.filter((place) => isOf(place, image.name));
  let current = source;
  const outcomes: ImageOutcome[] = [];
  for (const place of mine) {
    const kept = await runsNewer(place.state.tag, image, request);
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
  const names = [image.name, ...mine.flatMap((place) => place.names)];
  return { text: current, outcomes, known: all.flatMap((place) => place.names), names };
}

/** The chart that waybill.yaml names, else the one that the file lies in. */
function chartOf(tree: FileTree, directory: string, file: string): string | undefined {
  const chart = sourceMapping(loadApplication(tree, directory).config)?.helm?.chart;
  if (chart !== undefined && !chart.includes('{{')) return resolvePath(directory, chart);
  for (let folder = parentPath(file); ; folder = parentPath(folder)) {
    if (tree.kind(joinPath(folder, 'Chart.yaml')) === 'file') return folder;
    if (folder === '') return undefined;
  }
}

async function render(
  tree: FileTree,
  chart: string,
  file: string,
  request: WriteRequest,
  rendering: Rendering,
): Promise<Rendered> {
  const location = { file };
  const isOwn = file === joinPath(chart, 'values.yaml');
  const source = {
    kind: 'helm',
    chart: { path: chart, location },
    valueFiles: isOwn ? [] : [{ path: file, location }],
    values: {},
  } as const;
  return await renderSource(tree, request.directory, source, rendering);
}

async function checkChart(
  file: string,
  before: string,
  made: Made,
  image: ImageRequest,
  request: WriteRequest,
): Promise<void> {
  const { tree, directory, rendering, allowNew } = request;
  if (
    !rendering ||
    allowNew ||
    made.outcomes.length === 0 ||
    made.outcomes.some(({ result }) => result === 'kept-newer')
  )
    return;
  const chart = chartOf(tree, directory, file);
  if (chart === undefined) return;
  const real = landingPath(tree, file);
  const at = async (text: string): Promise<Rendered> =>
    await render(createPatchedTree(tree, new Map([[real, Buffer.from(text)]])), chart, file, request, rendering);
  const old = await at(before);
  checkArrived({
    image,
    names: made.names,
    program: 'helm template',
    before: old,
    after: made.text === before ? old : await at(made.text),
    isChanged: made.text !== before,
    all: false,
    location: { file },
    note: rendering.note,
  });
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
  const found = filesOf(tree, directory, given, /^$/u);
  const files = new Map<string, string>();
  const outcomes: ImageOutcome[] = [];
  for (const image of request.images) {
    const names: string[] = [];
    const before = outcomes.length;
    for (const file of found) {
      const text = files.get(file) ?? tree.readText(file);
      const made = await setImage(text, file, image, request);
      await checkChart(file, text, made, image, request);
      names.push(...made.known);
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
  return { files, targets: found, outcomes };
};
