/**
 * The references of a chart's values.schema.json. helm resolves them while it renders: from any URL, and from any file
 * of the machine.
 */
import { failure } from '../../diagnostics/failure.ts';
import { isArray, isObject, type Json } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import { readYaml } from '../../yaml/read.ts';

interface Reference {
  readonly to: string;
  readonly path: Path;
}

function referencesIn(value: Json | undefined, path: Path = []): Reference[] {
  if (isArray(value)) return value.flatMap((item, index) => referencesIn(item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]): Reference[] => {
    const isReference = (key === '$ref' || key === '$dynamicRef') && typeof item === 'string';
    return isReference ? [{ to: item, path: [...path, key] }] : referencesIn(item, [...path, key]);
  });
}

/** Every `$id` of the schema: a reference to one of them stays inside the file. */
function idsIn(value: Json | undefined): string[] {
  if (isArray(value)) return value.flatMap((item) => idsIn(item));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    (key === '$id' || key === 'id') && typeof item === 'string' ? [item.replace(/#$/u, '')] : idsIn(item),
  );
}

/** Failure `source-remote` for a schema that refers to anything but itself and the JSON Schema drafts, which helm has. */
export function checkSchema(text: string, file: string): void {
  const [document] = readYaml(text, { file, duplicateKeys: 'last-wins' });
  if (!document) return;
  const ids = new Set(idsIn(document.value));
  for (const { to, path } of referencesIn(document.value)) {
    const target = to.replace(/#.*$/u, '');
    if (target === '' || ids.has(target) || /^https?:\/\/json-schema\.org\//u.test(target)) continue;
    throw failure('source-remote', `the schema refers to ${to}, outside the chart's own file`, {
      location: document.locate(path),
      help: ['Copy the definitions into this file (under "$defs") and refer to them as "#/$defs/NAME".'],
    });
  }
}
