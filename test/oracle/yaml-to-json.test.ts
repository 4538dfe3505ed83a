import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Oracle, startOracle } from '../tools/oracle.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

it('reads YAML as Kubernetes does', async () => {
  expect(await oracle.ask({ op: 'yaml-to-json', yaml: 'yes: 0o17' })).toEqual({ result: '{"true":15}' });
  const strict = await oracle.ask({ op: 'yaml-to-json', yaml: 'a: 1\na: 2', strict: true });
  expect(strict.error).toContain('already set in map');
  expect(await oracle.ask({ op: 'no such operation' })).toEqual({ error: 'unknown op no such operation' });
});
