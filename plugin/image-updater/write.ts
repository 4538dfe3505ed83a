/**
 * Puts imported images into waybill.yaml: comments, order and what else the entries say stay.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { equals, getKey, isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
import { type Path, valueAt } from '../resources/pointer.ts';
import { nameKey } from '../references/reference.ts';
import type { ConfigImage } from '../schemas/config.generated.ts';
import { editYaml, type YamlEdit } from '../yaml/edit.ts';
import { readYaml } from '../yaml/read.ts';
import { writeYaml } from '../yaml/write.ts';

const keys = ['strategy', 'constraint', 'tag', 'allowTags', 'ignoreTags', 'platforms'] as const;

function asJson(image: Readonly<ConfigImage>): JsonObject {
  const entries = (['name', ...keys] as const).map((key): [string, Json | undefined] => [key, image[key]]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Where `images` stand: of the application, or of one environment. */
function pathOf(environment: string | undefined): Path {
  return environment === undefined ? ['images'] : ['environments', environment, 'images'];
}

/** The images alone, as they would stand in waybill.yaml. */
export function printImages(images: readonly Readonly<ConfigImage>[], environment: string | undefined): string {
  const value = pathOf(environment).reduceRight<Json>(
    (inner, key) => ({ [key]: inner }),
    images.map((image) => asJson(image)),
  );
  return writeYaml(value);
}

/** What an entry says about its strategy already is somebody's choice, and stays. */
function checkOwn(own: JsonObject, image: Readonly<ConfigImage>, location: Location | undefined): void {
  const said = keys.filter((key) => getKey(own, key) !== undefined);
  const imported = asJson(image);
  if (said.length === 0 || keys.every((key) => equals(getKey(own, key), getKey(imported, key)))) return;
  throw failure('import-conflict', `${image.name} has ${said.join(', ')} of its own in waybill.yaml`, {
    location,
    help: ['Give --replace to write what Image Updater had in their place.'],
  });
}

/** The edits that give an existing entry the imported strategy. */
function editsOf(image: JsonObject, path: Path): YamlEdit[] {
  const [, ...written] = Object.keys(image);
  const order = ['name', 'sourceRepository', 'commitFromTag', ...keys];
  return [
    ...keys.filter((key) => !written.includes(key)).map((key): YamlEdit => ({ op: 'remove', path: [...path, key] })),
    ...written.map(
      (key): YamlEdit => ({
        op: 'set',
        path: [...path, key],
        value: getKey(image, key) ?? null,
        after: order.slice(0, order.indexOf(key)),
      }),
    ),
  ];
}

/**
 * The text of waybill.yaml with the images in it.
 * @param text undefined when there is no file yet
 * @param replace whether a strategy that an entry has already gives way
 * @throws Failure `import-conflict`, `yaml-edit` when an entry cannot be changed in place, and those of reading
 */
export function writeImages(
  text: string | undefined,
  file: string,
  images: readonly Readonly<ConfigImage>[],
  environment: string | undefined,
  replace: boolean,
): string {
  if (text === undefined) return `apiVersion: waybill.dev/v1\nkind: Waybill\n${printImages(images, environment)}`;
  const path = pathOf(environment);
  const document = readYaml(text, { file, duplicateKeys: 'error' })[0];
  const before = valueAt(document?.value, path);
  const present = isArray(before) ? before : [];
  const indexes = new Map(
    present.map((entry, index): [string, number] => {
      const name = isObject(entry) ? getKey(entry, 'name') : undefined;
      return [typeof name === 'string' ? nameKey(name) : '', index];
    }),
  );
  const edits = attemptAll(images, (image): YamlEdit[] => {
    const index = indexes.get(nameKey(image.name));
    if (index === undefined) return [{ op: 'insert', path, value: asJson(image) }];
    const own = present[index];
    if (!replace && isObject(own)) checkOwn(own, image, document?.locate([...path, index]));
    return editsOf(asJson(image), [...path, index]);
  });
  return editYaml(text, edits.flat(), { file });
}
