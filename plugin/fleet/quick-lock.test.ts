import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLock } from '../lock/read.ts';
import { editLock } from '../updates/lock-edit.ts';
import { quickImages } from './quick-lock.ts';

const file = 'locks/staging.yaml';
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`, 'u'));
const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,12}$/u);
const state = fc.record(
  {
    tag: word,
    digest: hex(64).map((one) => `sha256:${one}`),
    source: fc.record(
      {
        repository: word.map((one) => `https://github.com/acme/${one}`),
        commit: hex(40),
        ref: word.map((one) => `refs/heads/${one}`),
        pullRequest: fc.integer({ min: 1, max: 99_999 }),
        run: word.map((one) => `https://ci.acme.dev/runs/${one}`),
        version: word,
      },
      { requiredKeys: ['repository', 'commit'] },
    ),
  },
  { requiredKeys: ['tag'] },
);

/** Both readings, without where things are written. */
function both(text: string): { quick: unknown; real: unknown } {
  return { quick: quickImages(text), real: JSON.parse(JSON.stringify(parseLock(text, file).images)) };
}

describe('quickImages', () => {
  it('reads what Waybill writes as the real reader does, and nearly always reads it', () => {
    let read = 0;
    let all = 0;
    fc.assert(
      fc.property(
        fc.uniqueArray(
          word.map((one) => `ghcr.io/acme/${one.toLowerCase()}`),
          { minLength: 1, maxLength: 3 },
        ),
        state,
        (names, one) => {
          const { text } = editLock(
            undefined,
            file,
            'staging',
            names.map((name) => ({ name, state: one })),
          );
          const { quick, real } = both(text);
          all += 1;
          if (quick === undefined) return;
          read += 1;
          expect(quick).toEqual(real);
        },
      ),
      { numRuns: 100, seed: 15 },
    );
    expect(read / all).toBeGreaterThan(0.5);
  });

  const head = 'apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: staging\nimages:\n';
  it.each([
    ['a comment', `${head}  - name: a # b\n    tag: x\n`],
    ['flow style', `${head}  - { name: a, tag: x }\n`],
    ['a number for a text', `${head}  - name: a\n    tag: 1.10\n`],
    ['a word that YAML knows', `${head}  - name: a\n    tag: yes\n`],
    ['an anchor', `${head}  - name: &a b\n    tag: x\n`],
    ['a block text', `${head}  - name: |\n      a\n    tag: x\n`],
    ['an escape', `${head}  - name: "a\\u0062"\n    tag: x\n`],
    ['other indentation', `${head}   - name: a\n     tag: x\n`],
    ['two indentations', `${head}- name: a\n  tag: x\n  - name: b\n    tag: x\n`],
    ['a key twice', `${head}  - name: a\n    tag: x\n    tag: y\n`],
    ['an unknown key', `${head}  - name: a\n    tags: x\n`],
    ['a source without commit', `${head}  - name: a\n    tag: x\n    source:\n      repository: r\n`],
    ['holds', `${head}  - name: a\n    tag: x\nholds:\n  - image: a\n    stays: true\n    reason: b\n`],
    ['conflict markers', `${head}<<<<<<< HEAD\n  - name: a\n=======\n>>>>>>> b\n`],
  ])('leaves %s to the real reader', (_name, text) => {
    expect(quickImages(text)).toBeUndefined();
  });
});
