import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../plugin/diagnostics/failure.ts';
import { isObject, type JsonObject } from '../../plugin/resources/json.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';
import { differences } from './differences.ts';
import { kubernetesMerge, kustomizeMerge, overlayOf, waybill } from './references.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

function mapping(yaml: string): JsonObject {
  const value = readYaml(yaml, { file: 'x', duplicateKeys: 'error' })[0]?.value;
  return isObject(value) ? value : {};
}

async function merged(manifest: JsonObject, patch: JsonObject): Promise<JsonObject | string> {
  try {
    const [made] = await waybill([manifest], overlayOf({ kind: 'merge', value: patch }));
    return made ?? 'nothing';
  } catch (error) {
    if (error instanceof Failure) return error.diagnostics.map(({ code }) => code).join();
    throw error;
  }
}

function expectOutcome(outcome: JsonObject | string, expected: string): void {
  if (expected.startsWith('error: '))
    expect(outcome).toEqual(expect.stringContaining(expected.slice('error: '.length)));
  else expect(isObject(outcome) ? outcome['spec'] : outcome).toEqual(mapping(expected));
}

describe.each(differences)('$name', ({ manifest, merge, waybill, kustomize, kubernetes }) => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'm' }, spec: mapping(manifest) };
  const patch = { spec: mapping(merge) };
  it('waybill', async () => expectOutcome(await merged(pod, patch), waybill));
  it('kustomize', async () => expectOutcome(await kustomizeMerge(oracle, pod, patch), kustomize));
  it('kubernetes', async () => expectOutcome(await kubernetesMerge(oracle, pod, patch), kubernetes));
});
