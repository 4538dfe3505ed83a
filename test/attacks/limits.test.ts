import { describe, expect, it } from 'vitest';
import { hostileTenant, waybill } from './tenant.ts';

// A small file must not cost the repo-server, which renders for everybody, more than the policy allows. What is counted
// does not depend on the machine; no test here measures time.
const attempt = hostileTenant();

const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: z }\nx: { a: 1 }\n';
const patch = (operations: readonly string[], target = 'kind: ConfigMap'): string =>
  waybill(
    `overlays:\n  - target: { ${target} }\n    patch:\n${operations.map((one) => `      - { ${one} }\n`).join('')}`,
  );
const times = <Made>(count: number, make: (index: number) => Made): Made[] =>
  Array.from({ length: count }, (_, i) => make(i));
const many = times(2000, (index) => configMap.replace('z }', `z${index} }`)).join('---\n');
const big = `{ ${times(1000, (index) => `k${index}: v`).join(', ')} }`;
const deepPath = (levels: number): string => '/a'.repeat(levels);

describe.each<[string, Record<string, string>, string]>([
  [
    'copies that double',
    { 'waybill.yaml': patch(times(40, (index) => `op: copy, from: /x, path: /x/b${index}`)), 'z.yaml': configMap },
    'limit-nodes',
  ],
  [
    'copies that double, of a list',
    {
      'waybill.yaml': patch(times(40, () => 'op: copy, from: /x, path: /x/0')),
      'z.yaml': configMap.replace('{ a: 1 }', '[[1]]'),
    },
    'limit-nodes',
  ],
  [
    'copies over several overlays',
    {
      'waybill.yaml': waybill(
        `overlays:\n${times(40, (index) => `  - { target: { kind: ConfigMap }, patch: [{ op: copy, from: /x, path: /x/b${index} }] }\n`).join('')}`,
      ),
      'z.yaml': configMap,
    },
    'limit-nodes',
  ],
  [
    'copies of one long text',
    {
      'waybill.yaml': patch(times(500, (index) => `op: copy, from: /x/a, path: /x/b${index}`)),
      'z.yaml': configMap.replace('a: 1', `a: "${'t'.repeat(1_000_000)}"`),
    },
    'limit-nodes',
  ],
  [
    'values that are added again and again, by aliases',
    {
      'waybill.yaml': patch([
        `op: add, path: /y0, value: &v ${big}`,
        ...times(3000, (index) => `op: add, path: /y${index + 1}, value: *v`),
      ]),
      'z.yaml': configMap,
    },
    'alias-limit',
  ],
  [
    'a large merge into many resources',
    {
      'waybill.yaml': waybill(`overlays: [{ target: { kind: ConfigMap }, merge: { data: ${big} } }]\n`),
      'z.yaml': many,
    },
    'limit-nodes',
  ],
  [
    'a large set in many resources',
    { 'waybill.yaml': waybill(`overlays: [{ target: { kind: ConfigMap }, set: { data: ${big} } }]\n`), 'z.yaml': many },
    'limit-nodes',
  ],
  [
    'a large set in many places of one resource',
    {
      'waybill.yaml': waybill(`overlays: [{ target: { kind: ConfigMap }, set: { "list.*.data": ${big} } }]\n`),
      'z.yaml': `${configMap}list: [${'{},'.repeat(3000)}{}]\n`,
    },
    'limit-nodes',
  ],
  [
    'nesting that grows by copies',
    {
      'waybill.yaml': patch([
        `op: add, path: /a, value: ${'{ a: '.repeat(150)}1${' }'.repeat(150)}`,
        ...times(60, () => `op: copy, from: /a, path: ${deepPath(100)}`),
      ]),
      'z.yaml': configMap,
    },
    'limit-nodes',
  ],
  [
    'many files of aliases',
    {
      'waybill.yaml': waybill(),
      ...Object.fromEntries(
        times(60, (index) => [
          `z${index}.yaml`,
          `${configMap.replace('z }', `z${index} }`)}y: &y [${'1,'.repeat(300)}1]\nz: [${'*y,'.repeat(150)}*y]\n`,
        ]),
      ),
    },
    'limit-nodes',
  ],
  [
    'one file of many values',
    { 'waybill.yaml': waybill(), 'z.yaml': `${configMap}y: [${'1,'.repeat(2_100_000)}1]\n` },
    'limit-nodes',
  ],
  ['one file of many empty documents', { 'waybill.yaml': waybill(), 'z.yaml': '---\n'.repeat(500_002) }, 'limit-nodes'],
  [
    'one file of many values that only the library reads',
    { 'waybill.yaml': waybill(), 'z.yaml': `${configMap}w: &w 1\ny: [${'1,'.repeat(300_000)}1]\n` },
    'limit-nodes',
  ],
])('%s', (_name, files, expected) => {
  it(`is ${expected}, and nothing is printed`, async () => {
    const { code, stdout, codes } = await attempt({ policy: '', files });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(codes[0]).toBe(expected);
  });
});

it('what takes too long is ended where it is', async () => {
  const files = {
    'waybill.yaml': waybill(
      `overlays:\n${times(4000, (index) => `  - { target: { name: "z(${index}|x[0-9]{2,3}y){1,40}" }, optional: true, remove: true }\n`).join('')}`,
    ),
    'z.yaml': many,
  };
  const { code, stdout, codes, stderr } = await attempt({ policy: 'limits: { seconds: 1 }', files });
  expect({ code, stdout, codes }).toEqual({ code: 1, stdout: '', codes: ['limit-seconds'] });
  expect(stderr).toContain('rendering took more than 1 seconds');
});

it("counts by the operator's number", async () => {
  const files = { 'waybill.yaml': waybill(), 'z.yaml': configMap };
  expect((await attempt({ policy: 'limits: { nodes: 6 }', files })).codes).toEqual(['limit-nodes']);
  expect((await attempt({ policy: 'limits: { nodes: 7 }', files })).codes).toEqual([]);
});
