/**
 * Reading and writing against sigs.k8s.io/yaml over generated texts and values. The seed is fixed, so that a run
 * repeats; WAYBILL_TEST_SEED sets another. A failure prints the seed and the smallest example.
 */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../plugin/diagnostics/failure.ts';
import { readPlainSubset } from '../../plugin/yaml/plain-subset/read.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { writeJson } from '../../plugin/yaml/write-json.ts';
import { writeYaml } from '../../plugin/yaml/write.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';
import { damagedText, styledText, value } from './arbitrary.ts';
import { canonicalText, canonicalValue } from './canonical.ts';

const options = { numRuns: 1500, seed: Number(process.env['WAYBILL_TEST_SEED'] ?? 20260101) };

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

type Answer = { value: unknown } | { refused: string };

async function kubernetes(yaml: string): Promise<Answer> {
  const { result, error } = await oracle.ask({ op: 'yaml-to-json', yaml, whole: true });
  return typeof result === 'string' ? { value: canonicalText(result) } : { refused: error ?? '' };
}

function attempt(text: string, warn?: () => void): Answer {
  try {
    const documents = readYaml(text, { file: 'a.yaml', duplicateKeys: 'last-wins', ...(warn ? { warn } : {}) });
    return { value: canonicalValue(documents[0]?.value ?? null) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { refused: error.message };
  }
}

function fast(text: string): Answer {
  const { found, rest } = readPlainSubset(text, 0, text.length);
  return rest === undefined ? { value: canonicalValue(found[0]?.value ?? null) } : { refused: 'declined' };
}

/** The same text, which the fast reader then declines: a directive is the library's. */
function byLibrary(text: string): Answer {
  return attempt(`%YAML 1.1\n---\n${text}`);
}

/**
 * Whether the answer of Kubernetes is one of several: the keys `true` and `"true"` are two to go-yaml and one in
 * JSON, and the order of Go's maps decides. We call them a duplicate key.
 */
async function isUndecided(yaml: string): Promise<boolean> {
  let duplicates = 0;
  attempt(yaml, () => {
    duplicates += 1;
  });
  return duplicates > 0 && (await oracle.ask({ op: 'yaml-to-json', yaml, strict: true })).error === undefined;
}

/** Several documents, or JSON objects in a row, are more than sigs.k8s.io/yaml reads at once. */
function isOneDocument(text: string): boolean {
  return !/^(?:---|\.\.\.)/mu.test(text) && readPlainSubset(text, 0, text.length).found.length <= 1;
}

describe.each([
  ['the same values in many styles', styledText],
  ['damaged manifests', damagedText],
])('reading %s', (_name, texts) => {
  it('gives what Kubernetes reads, on both paths', async () => {
    const counts = { fast: 0, library: 0, refused: 0, stricter: 0 };
    await fc.assert(
      fc.asyncProperty(texts.filter(isOneDocument), async (text) => {
        if (await isUndecided(text)) return;
        const theirs = await kubernetes(text);
        const quick = fast(text);
        // The fast reader never answers what Kubernetes refuses, and never otherwise.
        if ('value' in quick) expect(quick).toEqual(theirs);
        const slow = byLibrary(text);
        if ('value' in slow && 'value' in theirs) expect(slow).toEqual(theirs);
        const ours = attempt(text);
        if ('value' in ours && 'value' in theirs) expect(ours).toEqual(theirs);
        if ('value' in quick) counts.fast += 1;
        else if ('value' in ours) counts.library += 1;
        else if ('refused' in theirs) counts.refused += 1;
        else counts.stricter += 1;
      }),
      options,
    );
    // What Kubernetes takes and we refuse is rare (a quoted text at the left edge beside anchors, and the like).
    expect(counts.fast + counts.library).toBeGreaterThan(options.numRuns / 5);
    expect(counts.stricter, JSON.stringify(counts)).toBeLessThan(options.numRuns / 100);
  });
});

describe('writing', () => {
  it.each([
    ['YAML', writeYaml],
    ['JSON', writeJson],
  ])('%s reads back as the same value, in Kubernetes and here', async (_name, write) => {
    await fc.assert(
      fc.asyncProperty(value, async (one) => {
        const text = write(one);
        expect(await kubernetes(text), text).toEqual({ value: canonicalValue(one) });
        expect(byLibrary(text), text).toEqual({ value: canonicalValue(one) });
        expect(attempt(text), text).toEqual({ value: canonicalValue(one) });
        expect(write(one)).toBe(text);
      }),
      options,
    );
  });
});
