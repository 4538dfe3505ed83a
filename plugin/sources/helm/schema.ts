/**
 * The references of a chart's values.schema.json. helm resolves them while it renders: from any URL, and from any file
 * of the machine. So they may lead nowhere but into the schema itself, as helm's library finds what they name
 * (github.com/santhosh-tekuri/jsonschema), and to what that library has built in.
 */
import { attemptAll, failure } from '../../diagnostics/failure.ts';
import { getKey, isArray, isObject, type Json } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import { readYaml } from '../../yaml/read.ts';
import { writeJson } from '../../yaml/write-json.ts';

/** Keywords whose values are data: nothing in them is a schema. */
const DATA = new Set(['enum', 'const', 'default', 'examples', 'example']);

/** Keywords that hold schemas by names of the author's. */
const NAMED = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies']);

const REFERENCES = new Set(['$ref', '$dynamicRef', '$recursiveRef']);

/** The drafts and their parts, which helm's library has. `urn:` it answers by itself, with what allows everything. */
const BUILT_IN =
  /^(?:https?:\/\/json-schema\.org\/(?:schema|draft-0[467]\/schema|draft\/20(?:19-09|20-12)\/(?:schema|meta\/[a-z-]+))$|urn:)/u;

/** Whether helm takes a file for the schema of a chart or a subchart. `path` is relative to the chart; elsewhere it is a file like any other. */
export function isSchemaName(path: string): boolean {
  return /^(?:(?:.*\/)?charts\/[^/]+\/)?values\.schema\.json$/su.test(path);
}

interface Keyword {
  readonly keyword: string;
  readonly text: string;
  readonly path: Path;
  /** Whether an object around it, apart from the whole schema, has an `$id`, which its references are relative to. */
  readonly nested: boolean;
}

/** Every reference, `$schema` and `$id` of a schema. With `data` also those in places that are data. */
function keywordsIn(schema: Json | undefined, data: boolean): Keyword[] {
  const found: Keyword[] = [];
  const visit = (value: Json | undefined, path: Path, named: boolean, nested: boolean): void => {
    if (isArray(value)) value.forEach((item, index) => visit(item, [...path, index], false, nested));
    if (!isObject(value)) return;
    const own = path.length > 0 && !named && typeof (getKey(value, '$id') ?? getKey(value, 'id')) === 'string';
    for (const [key, item] of Object.entries(value)) {
      const at = [...path, key];
      if (named) visit(item, at, false, nested);
      else if (typeof item === 'string' && (REFERENCES.has(key) || ['$schema', '$id', 'id'].includes(key))) {
        found.push({ keyword: key, text: item, path: at, nested: nested || own });
      } else if (data || !DATA.has(key)) visit(item, at, NAMED.has(key), nested || own);
    }
  };
  visit(schema, [], false, false);
  return found;
}

/** A reference without its fragment. */
function targetOf(text: string): string {
  return text.replace(/#.*$/su, '');
}

/** Whether a reference points into a place that is data, and so makes a schema of it. Every doubt is a yes. */
function pointsIntoData(text: string): boolean {
  const [, fragment = ''] = /#(.*)$/su.exec(text) ?? [];
  try {
    const parts = decodeURIComponent(fragment).split('/');
    return parts.some((part, index) => DATA.has(part) && !NAMED.has(parts[index - 1] ?? ''));
  } catch {
    return true;
  }
}

/** What references may name: the schema's own `$id`, and those of its definitions, where the library looks for them. */
function idsOf(keywords: readonly Keyword[], draft: string): ReadonlySet<string> {
  const old = /draft-04/u.test(draft);
  const definitions = /draft-0[467]/u.test(draft) ? ['definitions'] : ['definitions', '$defs'];
  const known = keywords.filter(({ keyword, path }) => {
    const place = path.length === 1 || (path.length === 3 && definitions.includes(String(path[0])));
    return place && keyword === (old ? 'id' : '$id');
  });
  return new Set(known.map(({ text }) => targetOf(text)));
}

/**
 * Judges a values.schema.json, and returns it as the JSON that was judged. Failure `source-remote` for a schema that
 * refers to anything but itself and the drafts of JSON Schema; `yaml-syntax`.
 */
export function judgeSchema(text: string, file: string): string {
  const [document] = readYaml(text, { file, duplicateKeys: 'last-wins' });
  if (!document) return text;
  const { value } = document;
  const plain = keywordsIn(value, false);
  const reachable = plain.some(({ keyword, text: to }) => REFERENCES.has(keyword) && pointsIntoData(to));
  const keywords = reachable ? keywordsIn(value, true) : plain;
  const root = isObject(value) ? getKey(value, '$schema') : undefined;
  const draft = typeof root === 'string' ? root : '';
  const ids = idsOf(keywords, draft);
  attemptAll(keywords, ({ keyword, text: to, path, nested }) => {
    const target = targetOf(to);
    const location = (): ReturnType<typeof document.locate> => document.locate(path);
    if (keyword === '$schema') {
      // Another draft further down could change what an $id is.
      if (BUILT_IN.test(target) && (path.length === 1 || to === draft)) return;
      throw failure('source-remote', `the schema is written in ${to}, which helm would look for elsewhere`, {
        location: location(),
        help: ['Name one of the drafts of JSON Schema, such as http://json-schema.org/draft-07/schema#.'],
      });
    }
    if (!REFERENCES.has(keyword) || target === '' || BUILT_IN.test(target)) return;
    // Relative to another $id, the same text is another reference.
    if (ids.has(target) && !(nested && !/^https?:\/\//u.test(target))) return;
    throw failure('source-remote', `the schema refers to ${to}, outside the chart's own file`, {
      location: location(),
      help: ['Copy the definitions into this file (under "$defs") and refer to them as "#/$defs/NAME".'],
    });
  });
  return writeJson(value);
}
