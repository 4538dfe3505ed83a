/**
 * Reading and writing against sigs.k8s.io/yaml over generated texts and values. The seed is fixed, so that a run
 * repeats; WAYBILL_TEST_SEED sets another, WAYBILL_TEST_RUNS how many. A failure prints the seed and the smallest example.
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
import { anySigns, severalDocuments, signsInPlaces } from './indicators.ts';

const options = {
  numRuns: Number(process.env['WAYBILL_TEST_RUNS'] ?? 1500),
  seed: Number(process.env['WAYBILL_TEST_SEED'] ?? 20260101),
};

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

type Answer = { value: unknown } | { refused: string };

/** Its decoder ends the last line before it reads. */
function withLineEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

async function kubernetes(yaml: string): Promise<Answer> {
  const { result, error } = await oracle.ask({ op: 'yaml-to-json', yaml: withLineEnd(yaml), whole: true });
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

/** The fast reader is given texts without these. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const notForFast = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\p{Surrogate}\uFEFF\uFFFE\uFFFF]/u;

function fast(written: string): Answer {
  if (notForFast.test(written)) return { refused: 'declined' };
  const text = withLineEnd(written);
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

// `stricter`: how many of a hundred texts Kubernetes takes and we refuse, at most.
describe.each([
  { name: 'the same values in many styles', texts: styledText, answered: 20, stricter: 1 },
  { name: 'damaged manifests', texts: damagedText, answered: 20, stricter: 1 },
  { name: 'every sign in every place', texts: signsInPlaces, answered: 20, stricter: 6 },
  { name: 'signs in any order', texts: anySigns, answered: 5, stricter: 6 },
])('reading $name', ({ texts, answered, stricter }) => {
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
    expect(counts.fast + counts.library).toBeGreaterThan((options.numRuns * answered) / 100);
    expect(counts.stricter, JSON.stringify(counts)).toBeLessThan((options.numRuns * stricter) / 100);
  });
});

it('cuts files into the documents that Kubernetes sees', async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(severalDocuments, async (text) => {
      const { result } = await oracle.ask({ op: 'yaml-documents', yaml: text });
      try {
        const ours = readYaml(text, { file: 'a.yaml', duplicateKeys: 'last-wins' });
        if (!Array.isArray(result)) return;
        expect(ours.map((one) => canonicalValue(one.value))).toEqual(result.map((one) => canonicalText(String(one))));
        answered += 1;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
    }),
    options,
  );
  expect(answered).toBeGreaterThan(options.numRuns / 10);
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
