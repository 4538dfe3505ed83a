/**
 * The list of mutations is in step with the code and with the threat model: `npm run mutations` itself takes too long for
 * every run.
 */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { mutations } from './mutations.mjs';

/** How the rows of the threat model's tables of attacks begin. */
const rows = readFileSync('docs/threat-model.md', 'utf8')
  .split(/^## /mu)
  .filter((section) => /^(?:Attacks|Callers)/u.test(section))
  .flatMap((section) => section.match(/^\| .*/gmu)?.slice(2) ?? [])
  .map((row) => row.slice(2));

it.each(mutations)('$why: there is one place to change, and tests that look at it', ({ file, from, to, tests }) => {
  expect(readFileSync(file, 'utf8').split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
  const folders = tests.filter((test) => test.includes('/'));
  expect(folders).not.toEqual([]);
  expect(folders.filter((test) => !existsSync(test))).toEqual([]);
});

it('each attack of the threat model has a mutation of its defence', () => {
  const named = mutations.flatMap(({ row }) => row ?? []);
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter((row) => !named.some((start) => row.startsWith(start)))).toEqual([]);
  expect(named.filter((start) => !rows.some((row) => row.startsWith(start)))).toEqual([]);
});
