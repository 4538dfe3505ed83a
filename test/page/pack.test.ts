/**
 * The data of the page: each commit once, and nothing lost.
 */
import { expect, it } from 'vitest';
import type { PageData } from '../../plugin/page/data.ts';
import { pack, unpack } from '../../plugin/page/pack.ts';
import { shop } from './shop.ts';

const data: PageData = {
  kind: 'WaybillPage',
  version: '0.1.0',
  title: 'shop',
  isLive: false,
  fleet: shop(),
  files: {},
  hasMetrics: false,
};

it('has each commit once, and is the same after it was read', () => {
  const packed = pack(data);
  const texts = packed.commits.map((one) => JSON.stringify(one));
  expect(new Set(texts).size).toBe(texts.length);
  const all = data.fleet.services.flatMap(({ cells }) =>
    cells.flatMap(({ commits, live = [] }) => [...commits, ...live]),
  );
  expect(texts.length).toBeLessThan(all.length / 2);
  expect(unpack(structuredClone(packed))).toEqual(data);
});

it('keeps two commits apart that differ in one word', () => {
  const [first] = data.fleet.services;
  if (!first) throw new Error('the shop is empty');
  const cells = first.cells.map((cell, index) => ({
    ...cell,
    commits: cell.commits.map((commit) => ({ ...commit, subject: `${index}` })),
  }));
  const changed = { ...data, fleet: { ...data.fleet, services: [{ ...first, cells }] } };
  expect(unpack(pack(changed))).toEqual(changed);
});
