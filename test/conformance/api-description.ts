/**
 * Checks requests against a provider's published API description (OpenAPI 3 or Swagger 2): the path and method exist,
 * parameters and body are as described, and nothing is sent that is not described.
 */
import { Ajv, type ValidateFunction } from 'ajv';
import { formatPointer, type Path, valueAt } from '../../plugin/resources/pointer.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import type { EngineRequest } from '../../plugin/schemas/engine.generated.ts';

/** A description, and the URL that its paths follow. */
export interface Described {
  readonly document: JsonObject;
  /** Such as `https://api.github.com`. */
  readonly base: string;
}

/** A part of the document and where it stands. */
interface Part {
  readonly path: Path;
  readonly value: JsonObject;
}

function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The part at a path; where it is a reference, the part that is meant. */
function part(document: JsonObject, path: Path): Part {
  const value = object(valueAt(document, path));
  const reference = getKey(value, '$ref');
  if (typeof reference !== 'string') return { path, value };
  const steps = reference.split('/').slice(1);
  return part(
    document,
    steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')),
  );
}

function list(document: JsonObject, path: Path): Part[] {
  const value = valueAt(document, path);
  return isArray(value) ? value.map((_one, index) => part(document, [...path, index])) : [];
}

interface Operation {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly path: Path;
  readonly parameters: readonly Part[];
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** All operations; those with fewer parameters first, as a router prefers them. */
function operations(document: JsonObject): Operation[] {
  const all: Operation[] = Object.entries(object(getKey(document, 'paths'))).flatMap(([template, item]) => {
    const names = Array.from(template.matchAll(/\{([^}]+)\}/gu), ([, name = '']) => name);
    const source = template.replaceAll(/[.*+?^$()|[\]\\]/gu, String.raw`\$&`).replaceAll(/\{[^}]+\}/gu, '([^/]+)');
    const pattern = new RegExp(`^${source}/?$`, 'u');
    return methods
      .filter((method) => getKey(object(item), method) !== undefined)
      .map((method): Operation => {
        const path = ['paths', template, method] as const;
        const shared = list(document, ['paths', template, 'parameters']);
        return { method, pattern, names, path, parameters: shared.concat(list(document, [...path, 'parameters'])) };
      });
  });
  return all.toSorted((a, b) => a.names.length - b.names.length);
}

/** Where the schema of an operation's JSON body stands, in either version's place. */
function bodySchema(document: JsonObject, operation: Operation): Path | undefined {
  const inBody = operation.parameters.find(({ value }) => getKey(value, 'in') === 'body');
  if (inBody) return [...inBody.path, 'schema'];
  const body = part(document, [...operation.path, 'requestBody']);
  const media = Object.keys(object(getKey(body.value, 'content'))).find((type) => type.includes('json'));
  return media === undefined ? undefined : [...body.path, 'content', media, 'schema'];
}

/** Keys that a schema describes, through allOf, anyOf and oneOf; undefined when it allows any. */
function describedKeys(document: JsonObject, path: Path): Set<string> | undefined {
  const schema = part(document, path);
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => {
    return list(document, [...schema.path, key]).map((one) => describedKeys(document, one.path));
  });
  const own = Object.keys(object(getKey(schema.value, 'properties')));
  if (parts.includes(undefined) || (own.length === 0 && parts.length === 0)) return undefined;
  return new Set(own.concat(parts.flatMap((some) => Array.from(some ?? []))));
}

/** A parameter arrives as text: numbers and booleans are read before they are checked. */
function parameterValue(schema: JsonObject, text: string): unknown {
  const type = getKey(schema, 'type');
  if (type === 'integer' || type === 'number') return Number(text);
  return type === 'boolean' ? text === 'true' : text;
}

/** OpenAPI 3.0 lets `nullable` stand beside a reference or a choice; JSON Schema wants it said as one. */
function nullableAsChoice(value: Json): Json {
  if (isArray(value)) return value.map(nullableAsChoice);
  if (!isObject(value)) return value;
  const { nullable, ...rest } = value;
  const inner = Object.fromEntries(
    Object.entries(rest).map(([key, one]) => [key, one === undefined ? one : nullableAsChoice(one)]),
  );
  if (nullable !== true) return nullable === undefined ? inner : { ...inner, nullable };
  return 'type' in value ? { ...inner, nullable } : { anyOf: [inner, { type: 'null' }] };
}

/** Says what is wrong with a value by the schema at a path of the document, in lines that begin with `what`. */
function createWrong(document: JsonObject): (path: Path, value: unknown, what: string) => string[] {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, validateSchema: false, logger: false });
  ajv.addSchema(document, 'api');
  const compiled = new Map<string, ValidateFunction>();
  return (path, value, what) => {
    const pointer = formatPointer(path).split('/').map(encodeURIComponent).join('/');
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `api#${pointer}` });
    compiled.set(pointer, validate);
    return validate(value) ? [] : (validate.errors ?? []).map((one) => `${what}${one.instancePath} ${one.message}`);
  };
}

/** Makes a check of values against the named schemas of an OpenAPI 3 description: what is wrong, in lines. */
export function createMatch({ document }: Described): (schema: string, value: unknown) => string[] {
  const schemas = nullableAsChoice(valueAt(document, ['components', 'schemas']) ?? {});
  const wrong = createWrong({ components: { schemas } });
  return (schema, value) => wrong(['components', 'schemas', schema], value, schema);
}

/** Makes a check of one provider's requests: what is wrong with a request, in lines; none when it is as described. */
export function createCheck({ document, base }: Described): (request: EngineRequest) => string[] {
  const wrong = createWrong(document);
  const all = operations(document);
  const prefix = new URL(base).pathname.replace(/\/$/u, '');

  function parameters(operation: Operation, place: string, values: readonly (readonly [string, string])[]): string[] {
    const described = operation.parameters.filter(({ value }) => getKey(value, 'in') === place);
    const missing = described.filter(({ value }) => {
      return getKey(value, 'required') === true && !values.some(([name]) => name === getKey(value, 'name'));
    });
    return [
      ...missing.map(({ value }) => `${place} parameter ${JSON.stringify(getKey(value, 'name'))} is missing`),
      ...values.flatMap(([name, text]) => {
        const found = described.find(({ value }) => getKey(value, 'name') === name);
        if (!found) return [`${place} parameter ${name} is not described`];
        const inside = getKey(found.value, 'schema') === undefined ? [] : ['schema'];
        const schema = part(document, [...found.path, ...inside]);
        return wrong(schema.path, parameterValue(schema.value, text), `${place} parameter ${name}`);
      }),
    ];
  }

  function body(operation: Operation, value: Json | undefined): string[] {
    const schema = bodySchema(document, operation);
    if (!schema) return value === undefined ? [] : ['a body is not described'];
    const known = describedKeys(document, schema);
    const unknown = Object.keys(object(value)).filter((key) => known && !known.has(key));
    return [...wrong(schema, value ?? {}, 'body'), ...unknown.map((key) => `body field ${key} is not described`)];
  }

  return (request) => {
    const url = new URL(request.url);
    const at = `${request.method} ${request.url}`;
    if (!request.url.startsWith(`${base}/`)) return [`${at}: not below ${base}`];
    const path = url.pathname.slice(prefix.length);
    const operation = all.find((one) => one.method === request.method.toLowerCase() && one.pattern.test(path));
    if (!operation) return [`${at}: no such operation`];
    const found = operation.pattern.exec(path)?.slice(1) ?? [];
    const inPath = operation.names.map((name, index) => [name, decodeURIComponent(found[index] ?? '')] as const);
    return [
      ...parameters(operation, 'path', inPath),
      ...parameters(operation, 'query', [...url.searchParams]),
      ...body(operation, request.body),
    ].map((line) => `${at}: ${line}`);
  };
}
