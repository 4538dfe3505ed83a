import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byKustomize, inProcess } from './both.ts';
import { kustomizations } from './kustomizations.ts';

/** WAYBILL_TEST_RUNS and WAYBILL_TEST_SEED in the environment look for longer, and elsewhere. */
const runs = Number(process.env['WAYBILL_TEST_RUNS'] ?? 60);

it('builds as kustomize does, with the keys and resources in its order', {
  timeout: 120_000 + runs * 500,
}, async () => {
  let built = 0;
  await fc.assert(
    fc.asyncProperty(kustomizations, async (files) => {
      const ours = inProcess(files);
      if (typeof ours === 'string') return;
      built += 1;
      // As text: the order of keys and the kind of every number belong to it.
      expect(JSON.stringify(ours)).toBe(JSON.stringify(await byKustomize(files)));
    }),
    { numRuns: runs },
  );
  expect(built).toBeGreaterThan(runs / 10);
});

const manifest = (kind: string, more = ''): string => `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: web\n${more}`;
const over = (kustomization: string, text = manifest('ConfigMap')): Record<string, string> => ({
  'app/kustomization.yaml': `resources: [a.yaml]\n${kustomization}`,
  'app/a.yaml': text,
});

// Each has been, or could be, another value in one of the two ways.
it.each([
  ['a prefix', 'namePrefix: x-', manifest('ConfigMap'), 'namePrefix'],
  ['another order', 'sortOptions: { order: fifo }', manifest('ConfigMap'), 'sortOptions'],
  ['a generator', 'configMapGenerator: [{ name: a, literals: [a=b] }]', manifest('ConfigMap'), 'configMapGenerator'],
  [
    'a strategic merge patch',
    'patches: [{ patch: "kind: ConfigMap" }]',
    manifest('ConfigMap'),
    'a strategic merge patch',
  ],
  [
    'a test in a patch',
    'patches: [{ target: { kind: .* }, patch: "- { op: test, path: /kind, value: x }" }]',
    manifest('ConfigMap'),
    'an operation in a patch that is rare',
  ],
  [
    'a patch that would fail',
    'patches: [{ target: { kind: .* }, patch: "- { op: remove, path: /data }" }]',
    manifest('ConfigMap'),
    'a patch of what is not there',
  ],
  [
    'an expression of RE2',
    'patches: [{ target: { name: "(?i)WEB" }, patch: "- { op: remove, path: /data }" }]',
    manifest('ConfigMap'),
    'an unusual expression in a target',
  ],
  [
    'an expression with many wildcards',
    `patches: [{ target: { name: "${'.*'.repeat(40)}" }, patch: "- { op: remove, path: /data }" }]`,
    manifest('ConfigMap'),
    'an unusual expression in a target',
  ],
  ['a list', '', 'apiVersion: v1\nkind: List\nmetadata: { name: a }\nitems: []\n', 'a list of resources'],
  [
    'a local file',
    '',
    manifest('ConfigMap', '  annotations: { config.kubernetes.io/local-config: "true" }\n'),
    'an annotation that kustomize reads',
  ],
  ['an anchor', '', manifest('ConfigMap', 'data:\n  a: &x b\n  c: *x\n'), 'YAML that is not read alike everywhere'],
  ['a date', '', manifest('ConfigMap', 'data:\n  a: 2020-01-01\n'), 'YAML that is not read alike everywhere'],
  ['a fraction', '', manifest('ConfigMap', 'data:\n  a: 1.50\n'), 'YAML that is not read alike everywhere'],
  ['a word for true', '', manifest('ConfigMap', 'data:\n  a: yes\n'), 'YAML that is not read alike everywhere'],
  ['a folded text', '', manifest('ConfigMap', 'data:\n  a: >\n    b\n'), 'YAML that is not read alike everywhere'],
  [
    'a label that is written twice',
    'labels: [{ pairs: { a: b } }, { pairs: { a: c } }]',
    manifest('ConfigMap'),
    'a label or annotation that is written twice',
  ],
])('leaves %s to kustomize', (_name, kustomization, text, reason) => {
  expect(inProcess(over(kustomization, text))).toBe(reason);
});

it('leaves a file outside of its directory to kustomize, which refuses it', async () => {
  const files = { 'app/kustomization.yaml': 'resources: [../a.yaml]\n', 'a.yaml': manifest('ConfigMap') };
  expect(inProcess(files)).toBe('a file of another directory');
  expect(await byKustomize(files)).toContain('is not in or below');
});

it('leaves a directory inside one that uses it to kustomize, which refuses the circle', () => {
  const files = { 'app/kustomization.yaml': 'resources: [sub]\n', 'app/sub/kustomization.yaml': 'resources: [..]\n' };
  expect(inProcess(files)).toBe('a directory that is around its own user');
});

it('leaves directories that each name another twice to kustomize, whose time is limited', () => {
  const files: Record<string, string> = {
    'app/kustomization.yaml': 'resources: [0a, 0b]\n',
    'app/40a/kustomization.yaml': 'namespace: shop\n',
    'app/40b/kustomization.yaml': 'namespace: shop\n',
  };
  for (let level = 0; level < 40; level += 1) {
    const text = `resources: [../${level + 1}a, ../${level + 1}b]\n`;
    files[`app/${level}a/kustomization.yaml`] = text;
    files[`app/${level}b/kustomization.yaml`] = text;
  }
  expect(inProcess(files)).toBe('a large kustomization');
});
