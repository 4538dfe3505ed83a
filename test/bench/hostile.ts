/**
 * What hostile input costs: that a render takes ten times as long for ten times as much, and how much memory the largest
 * input of each kind takes that the default limits accept. The sidecar has one GiB.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cost, runOnce } from './measure.ts';

type Files = Readonly<Record<string, string>>;

const head = 'apiVersion: waybill.dev/v1\nkind: Waybill\nenvironments: { production: {} }\n';
const configMap = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n${more}`;

function lines(count: number, make: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join('\n');
}

function variables(count: number, value: string, indent: string): string {
  return lines(count, (index) => `${indent}- { name: n${index}, value: ${value} }`);
}

/** Kinds of input of which more must cost in proportion, with the smaller number. */
const growing: Readonly<Record<string, { readonly count: number; readonly files: (count: number) => Files }>> = {
  'a merge of two lists by their keys': {
    count: 20_000,
    files: (count) => ({
      'web.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  template:\n    spec:\n      containers:\n        - name: main\n          image: a:1\n          env:\n${variables(count, 'a', '            ')}\n`,
      'waybill.yaml': `${head}overlays:\n  - target: { kind: Deployment }\n    merge:\n      spec:\n        template:\n          spec:\n            containers:\n              - name: main\n                env:\n${variables(count, 'b', '                  ')}\n`,
    }),
  },
  'JSON on one line, entries': {
    count: 90_000,
    files: (count) => ({
      'x.json': `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{${lines(count, (index) => `"key${index}":"${'value'.repeat(4)}"`).replaceAll('\n', ',')}}}`,
      'waybill.yaml': head,
    }),
  },
  'insertions at the front of a list': {
    count: 20_000,
    files: (count) => ({
      'x.yaml': configMap('x', 'list: [z]\n'),
      'waybill.yaml': `${head}overlays:\n  - target: { kind: ConfigMap }\n    patch:\n${lines(count, (index) => `      - { op: add, path: /list/0, value: a${index} }`)}\n`,
    }),
  },
  'regular expressions over 5,000 resources': {
    count: 100,
    files: (count) => ({
      'x.yaml': Array.from({ length: 5000 }, (_, index) => configMap(`c${index}`)).join('---\n'),
      'waybill.yaml': `${head}overlays:\n${lines(count, (index) => `  - { target: { name: "c(${index}|x[0-9]{2,3}y)+" }, optional: true, remove: true }`)}\n`,
    }),
  },
};

/** The most of each kind that the default limits (policy.schema.json) accept. */
const largest: Readonly<Record<string, () => Files>> = {
  'four files of 31 MB, each one long text': () => ({
    ...Object.fromEntries(
      [1, 2, 3].map((index) => [
        `x${index}.yaml`,
        configMap(`x${index}`, `data: { a: "${'t'.repeat(31_000_000)}" }\n`),
      ]),
    ),
    'waybill.yaml': head,
  }),
  'a list of 1,900,000 numbers': () => ({
    'x.yaml': configMap('x', `x: [${'1,'.repeat(1_900_000)}1]\n`),
    'waybill.yaml': head,
  }),
  '900,000 small mappings': () => ({
    'x.yaml': configMap('x', `x:\n${'- a: bc\n'.repeat(900_000)}`),
    'waybill.yaml': head,
  }),
  'one line of JSON, 950,000 entries': () => ({
    'x.json': `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{${lines(950_000, (index) => `"key${index}":"v${'v'.repeat(12)}"`).replaceAll('\n', ',')}}}`,
    'waybill.yaml': head,
  }),
  'an anchor, and 120,000 mappings': () => ({
    'x.yaml': configMap('x', `y: &a 1\nx:\n${'- a: b\n'.repeat(80_000)}`),
    'waybill.yaml': head,
  }),
  '20,000 resources': () => ({
    'x.yaml': Array.from({ length: 20_000 }, (_, index) =>
      configMap(`c${index}`, `data: { ${Array.from({ length: 80 }, (_key, key) => `k${key}: v`).join(', ')} }\n`),
    ).join('---\n'),
    'waybill.yaml': head,
  }),
  'copies up to the limit': () => ({
    'x.yaml': configMap('z', 'x: { a: 1 }\n'),
    'waybill.yaml': `${head}overlays:\n  - target: { kind: ConfigMap }\n    patch:\n${lines(19, (index) => `      - { op: copy, from: /x, path: /x/b${index} }`)}\n`,
  }),
  'a merge into 20,000 resources': () => ({
    'x.yaml': Array.from({ length: 20_000 }, (_, index) => configMap(`c${index}`)).join('---\n'),
    'waybill.yaml': `${head}overlays: [{ target: { kind: ConfigMap }, merge: { data: { ${Array.from({ length: 85 }, (_key, key) => `k${key}: v`).join(', ')} } } }]\n`,
  }),
};

function write(folder: string, files: Files): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** What hostile inputs cost. */
export interface HostileCosts {
  /** For each kind: the number, the cost of it and of ten times as much. */
  readonly growing: ReadonlyMap<string, { readonly count: number; readonly one: Cost; readonly ten: Cost }>;
  readonly largest: ReadonlyMap<string, Cost>;
}

/** Renders every kind of hostile input below `root`. @throws Error when one is refused */
export function hostileCosts(root: string, bundle: string, measureBinary: string): HostileCosts {
  const command = [process.execPath, bundle, 'render', '.', '-e', 'production', '-o', 'json', '--root', '.'];
  const cost = (name: string, files: Files): Cost => {
    const folder = write(join(root, name.replaceAll(/\W+/gu, '-')), files);
    return runOnce(measureBinary, { folder, command });
  };
  return {
    growing: new Map(
      Object.entries(growing).map(([name, { count, files }]) => {
        const one = cost(`${name}-1`, files(count));
        return [name, { count, one, ten: cost(`${name}-10`, files(count * 10)) }];
      }),
    ),
    largest: new Map(Object.entries(largest).map(([name, files]) => [name, cost(name, files())])),
  };
}
