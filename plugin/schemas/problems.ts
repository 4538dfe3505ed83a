/**
 * What a JSON Schema validator found, in words people understand: one diagnostic for each mistake, at the line
 * and column of the key or value, with what exists. Works for every schema in this folder.
 */
import type { Code } from '../diagnostics/codes.ts';
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import { listNames, notFoundHelp, suggest } from '../diagnostics/suggest.ts';
import { isArray, isObject, type Json } from '../resources/json.ts';
import { type Path, unescapePointerKey } from '../resources/pointer.ts';
import { words } from './words.ts';

/** One error of an ajv validator compiled with `verbose`: see tools/generate/schemas.mjs. */
export interface SchemaError {
  readonly keyword: string;
  /** RFC 6901 pointer to the value. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Set on errors of a key that `propertyNames` refuses. */
  readonly propertyName?: string;
  readonly schema?: unknown;
  readonly parentSchema?: unknown;
  readonly data?: unknown;
}

/** A validator compiled ahead of time: NAME.validate.generated.js. */
export interface Validator<Type> {
  (data: unknown): data is Type;
  errors?: readonly SchemaError[] | null;
}

/** Where a part of the checked document is written: its key or its value. The empty path is the document. */
export type Locate = (path: Path, what?: 'key' | 'value') => Location;

/** More mistakes than this in one document are not worth reading, and a hostile document could have millions. */
const MAX_PROBLEMS = 100;

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** The path of a pointer in `value`: list indexes become numbers. */
function pathOf(pointer: string, value: Json): Path {
  const path: (string | number)[] = [];
  let current: Json | undefined = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = unescapePointerKey(part);
    if (isArray(current)) {
      path.push(Number(key));
      current = current[Number(key)];
    } else {
      path.push(key);
      current = isObject(current) ? current[key] : undefined;
    }
  }
  return path;
}

/** `environments.production.overlays[0]`; keys that are no plain words are quoted in brackets. */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w-]{1,60}$/u.test(part)) return `[${words.quoted(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

interface Problem {
  readonly message: string;
  readonly path: Path;
  readonly at: 'key' | 'value';
  readonly help?: readonly string[];
}

/** `required` inside `oneOf` says "exactly one of these keys": the names, or undefined when it says something else. */
function alternatives(error: SchemaError): string[] | undefined {
  const branches = Array.isArray(error.schema) ? error.schema.map(fields) : [];
  const names = branches.flatMap((branch) =>
    Object.keys(branch).join() === 'required' ? strings(branch['required']) : [],
  );
  return names.length === branches.length && names.length > 0 ? names : undefined;
}

function unknownKey(error: SchemaError, path: Path, key: string): Problem {
  const known = Object.keys(fields(fields(error.parentSchema)['properties']));
  return {
    message: `unknown key ${words.quoted(key)}${path.length > 0 ? ` in ${formatPath(path)}` : ''}`,
    path: [...path, key],
    at: 'key',
    help: notFoundHelp('Keys here', key, known),
  };
}

function exactlyOne(error: SchemaError, path: Path, names: readonly string[]): Problem {
  const given = names.filter((name) => Object.hasOwn(fields(error.data), name));
  const second = given[1];
  const where = path.length > 0 ? formatPath(path) : 'the file';
  if (second === undefined) {
    const existing = Object.keys(fields(error.data));
    const near = existing.map((key) => suggest(key, names)).find((one) => one !== undefined);
    return {
      message: `${where} needs exactly one of ${listNames(names)}`,
      path,
      at: 'value',
      help: near === undefined ? [] : [`Did you mean ${near}?`],
    };
  }
  return {
    message: `${where} has ${given.join(' and ')}, which exclude each other`,
    path: [...path, second],
    at: 'key',
    help: [`Give exactly one of ${listNames(names)}.`],
  };
}

function describe(error: SchemaError, path: Path): Problem {
  const { params } = error;
  const name = path.length > 0 ? formatPath(path) : 'the file';
  if (error.propertyName !== undefined) {
    return {
      message: `${words.quoted(error.propertyName)} is no valid name in ${name}`,
      path: [...path, error.propertyName],
      at: 'key',
      help: [`Expected: ${words.expected(error)}.`],
    };
  }
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unknownKey(error, path, words.asText(params['additionalProperty'] ?? params['unevaluatedProperty']));
    case 'required':
      return { message: `${name} lacks ${JSON.stringify(params['missingProperty'])}`, path, at: 'value' };
    case 'dependentRequired':
      return {
        message: `${name} has ${words.asText(params['property'])}, but lacks ${JSON.stringify(params['missingProperty'])}`,
        path: [...path, words.asText(params['property'])],
        at: 'key',
      };
    case 'false schema':
      return { message: `${name} cannot be given here`, path, at: 'key', help: strings([words.comment(error)]) };
    case 'enum':
    case 'const': {
      const allowed = words.allowed(error);
      const meant = typeof error.data === 'string' ? suggest(error.data, allowed) : undefined;
      return {
        message: `${name} is ${words.shown(error.data)}; expected ${words.either(allowed)}`,
        path,
        at: 'value',
        help: meant === undefined ? [] : [`Did you mean ${meant}?`],
      };
    }
    default:
      return {
        message: `${name} is ${words.shown(error.data)}; expected ${words.expected(error)}`,
        path,
        at: 'value',
        help: words.hints(error),
      };
  }
}

function place({ location }: Diagnostic): number {
  return (location?.line ?? 0) * 100_000 + (location?.column ?? 0);
}

/** The diagnostics of a validator's errors about `value`, in the order of the file; at most 100. */
export function schemaProblems(errors: readonly SchemaError[], value: Json, locate: Locate, code: Code): Diagnostic[] {
  // A failing "exactly one of" also reports each absent key, and propertyNames reports a refused key twice.
  const first = errors.slice(0, 10 * MAX_PROBLEMS);
  const branches = first.filter((one) => one.keyword === 'oneOf' && alternatives(one));
  const noise = (one: SchemaError): boolean =>
    one.keyword === 'propertyNames' ||
    // What is wrong is said by the errors of its "then".
    one.keyword === 'if' ||
    // What is no mapping at all has its own error.
    (one.keyword === 'oneOf' && alternatives(one) !== undefined && !isMapping(one.data)) ||
    branches.some((branch) => one !== branch && one.schemaPath.startsWith(`${branch.schemaPath}/`));
  const problems: Diagnostic[] = [];
  for (const error of first) {
    if (problems.length === MAX_PROBLEMS) break;
    if (noise(error)) continue;
    const path = pathOf(error.instancePath, value);
    const names = error.keyword === 'oneOf' ? alternatives(error) : undefined;
    const problem = names ? exactlyOne(error, path, names) : describe(error, path);
    problems.push({
      severity: 'error',
      code,
      message: problem.message,
      location: locate(problem.path, problem.at),
      ...(problem.help?.length ? { help: problem.help } : {}),
    });
  }
  return problems.sort((a, b) => place(a) - place(b));
}

/** `value` as the type that `validate` accepts. Failure with every mistake, each of code `code`, located by `locate`. */
export function check<Type>(validate: Validator<Type>, value: Json, locate: Locate, code: Code): Type {
  if (validate(value)) return value;
  throw new Failure(schemaProblems(validate.errors ?? [], value, locate, code));
}
