import { expect, it } from 'vitest';
import type { Comparison, ResourceDiff } from './compare.ts';
import { fold, foldedLine } from './fold.ts';

const id = (kind: string, name: string) => ({ group: '', version: 'v1', kind, namespace: 'a', name });
const field = (path: string) => ({ path, before: 'a', after: 'b' });
const changed = (name: string, ...paths: string[]): ResourceDiff => ({
  change: 'changed',
  id: id('Deployment', name),
  fields: paths.map(field),
});
const record = `waybill.acme.shop.staging.shop.${'a'.repeat(40)}`;
const stamp = 'metadata.annotations.[waybill.dev/source-commit]';
const inTemplate = `spec.template.${stamp}`;

function folded(...resources: ResourceDiff[]) {
  const comparison: Comparison = { resources, unchanged: 0 };
  const all = fold(comparison, 'waybill.dev');
  return { left: all.comparison.resources, line: foldedLine(all) };
}

it('counts stamps and records, and keeps every other field', () => {
  const { left, line } = folded(changed('a', 'spec.replicas', stamp, inTemplate), changed('b', stamp), {
    change: 'changed',
    id: id('ConfigMap', record),
    fields: [field('data.x')],
  });
  expect(left).toEqual([changed('a', 'spec.replicas')]);
  expect(line).toBe('folded: the record, the stamps of 1 resource (--no-fold shows them)');
});

it.each([
  'metadata.annotations.[acme.dev/source-commit]',
  'metadata.annotations.[waybill.dev.acme.dev/x]',
  'spec.metadata.annotations',
  'data.[waybill.dev/source-commit]',
])('keeps %s', (path) => {
  expect(folded(changed('a', path))).toEqual({ left: [changed('a', path)], line: undefined });
});

it('keeps a resource that is gone, whatever its annotations', () => {
  const gone: ResourceDiff = { change: 'removed', id: id('Service', 'a'), body: {} };
  expect(folded(gone).left).toEqual([gone]);
});
