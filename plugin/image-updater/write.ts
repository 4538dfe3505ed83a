/**
 * Puts imported images into waybill.yaml: comments, order and what else the entries say stay.
 */
import { getKey, isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
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
 * @throws Failure `yaml-edit` when an entry cannot be changed in place, and those of reading
 */
export function writeImages(
  text: string | undefined,
  file: string,
  images: readonly Readonly<ConfigImage>[],
  environment: string | undefined,
): string {
  if (text === undefined) return `apiVersion: waybill.dev/v1\nkind: Waybill\n${printImages(images, environment)}`;
  const path = pathOf(environment);
  const before = valueAt(readYaml(text, { file, duplicateKeys: 'error' })[0]?.value, path);
  const present = isArray(before) ? before : [];
  const indexes = new Map(
    present.map((entry, index): [string, number] => {
      const name = isObject(entry) ? getKey(entry, 'name') : undefined;
      return [typeof name === 'string' ? nameKey(name) : '', index];
    }),
  );
  const edits = images.flatMap((image): YamlEdit[] => {
    const index = indexes.get(nameKey(image.name));
    if (index === undefined) return [{ op: 'insert', path, value: asJson(image) }];
    return editsOf(asJson(image), [...path, index]);
  });
  return editYaml(text, edits, { file });
}
