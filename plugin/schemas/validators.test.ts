/**
 * A generated validator has two parts, of which the quick one alone decides what is valid: it must agree with ajv.
 */
import { readdirSync, readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isArray, isObject, type Json } from '../resources/json.ts';
import { readYaml } from '../yaml/read.ts';
import { validate as config } from './config.validate.generated.js';
import { validate as lock } from './lock.validate.generated.js';
import { validate as notifications } from './notifications.validate.generated.js';
import { validate as policy } from './policy.validate.generated.js';
import type { SchemaError } from './problems.ts';

interface Validate {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

const kinds: readonly [name: string, validate: Validate, files: RegExp][] = [
  ['config', config, /\/waybill\.yaml$/u],
  ['lock', lock, /\/locks\/[^/]+\.yaml$/u],
  ['notifications', notifications, /\/notifications\.yaml$/u],
  ['policy', policy, /\/policy\.yaml$/u],
];

const authored = ['examples', 'sidecar'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
);

const others = fc.constantFrom<Json>(
  null,
  true,
  0,
  -1,
  1.5,
  '',
  'x',
  'a b\n',
  'https://a.example/b',
  [],
  [1],
  {},
  {
    a: 'b',
  },
);

/** `value` with one node, which `choose` finds on the way down, exchanged, removed or given one more key. */
function changed(value: Json, choose: (count: number) => number, other: Json): Json {
  const isLeaf = isArray(value) ? value.length === 0 : !isObject(value) || Object.keys(value).length === 0;
  if (isLeaf || choose(6) === 0) return choose(2) === 0 && isObject(value) ? { ...value, extra: other } : other;
  if (isArray(value)) {
    const at = choose(value.length);
    if (choose(6) === 0) return value.toSpliced(at, 1);
    return value.map((item, index) => (index === at ? changed(item, choose, other) : item));
  }
  if (!isObject(value)) return other;
  const key = Object.keys(value)[choose(Object.keys(value).length)] ?? '';
  const { [key]: old = null, ...rest } = value;
  return choose(6) === 0 ? rest : { ...rest, [key]: changed(old, choose, other) };
}

it.each(kinds)(
  'the validator of %s agrees with ajv, and says what is wrong with what it refuses',
  (name, own, files) => {
    const file = `plugin/schemas/${name}.schema.json`;
    const [schema] = readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' });
    const ajv = new Ajv.default({ allErrors: true, ownProperties: true, strict: false });
    const theirs = ajv.compile(Object(schema?.value));
    const documents = authored
      .filter((file) => files.test(file))
      .flatMap((file) =>
        readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' }).map(({ value }) => value),
      );
    expect(documents.length).toBeGreaterThan(2);
    const verdicts = new Set<boolean>();
    const check = (value: Json) => {
      const valid = own(value);
      expect(valid, JSON.stringify(value)).toBe(theirs(value));
      expect(own.errors?.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`) ?? null).toEqual(
        theirs.errors?.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`) ?? null,
      );
      verdicts.add(valid);
    };
    documents.forEach(check);
    fc.assert(
      fc.property(fc.constantFrom(...documents), fc.infiniteStream(fc.nat()), others, (value, numbers, other) => {
        check(changed(value, (count) => (numbers.next().value ?? 0) % count, other));
      }),
      { numRuns: 300 },
    );
    expect(verdicts.size).toBe(2);
  },
);
