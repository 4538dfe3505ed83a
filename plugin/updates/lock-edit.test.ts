import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLock } from '../lock/read.ts';
import { editLock } from './lock-edit.ts';
import type { ImageState } from './outcome.ts';

const file = 'locks/production.yaml';
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: length, maxLength: length });
const tag = fc.oneof(
  fc
    .string({ unit: fc.constantFrom(...Array.from('v0123456789.-_e')), minLength: 1, maxLength: 12 })
    .filter((one) => /^\w/u.test(one)),
  fc.constantFrom('1.10', '1e3', '0x1', 'yes', 'null', '2024-01-01', '012'),
);
const state: fc.Arbitrary<ImageState> = fc.record({
  newName: fc.option(fc.constantFrom('r.dev/a', 'r.dev:5000/b/c'), { nil: undefined }),
  tag,
  digest: fc.option(
    hex(64).map((digits) => `sha256:${digits}`),
    { nil: undefined },
  ),
  source: fc.option(
    fc.record(
      {
        repository: fc.constantFrom('https://github.com/acme/a', 'git@github.com:acme/b.git'),
        commit: hex(40),
        ref: fc.constantFrom('refs/heads/main', 'refs/tags/1.10'),
        pullRequest: fc.integer({ min: 1, max: 9999 }),
      },
      { requiredKeys: ['repository', 'commit'] },
    ),
    { nil: undefined },
  ),
});
const names = ['a', 'ghcr.io/acme/b', 'r.dev:5000/c', 'nginx'];

/** Without functions and what is undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('editLock', () => {
  it('says afterwards what it was told, and changes no line of another image', () => {
    const step = fc.tuple(fc.constantFrom(...names), fc.option(state, { nil: undefined, freq: 6 }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), fc.boolean(), (steps, windows) => {
        const wanted = new Map<string, ImageState>();
        let text: string | undefined;
        for (const [index, [name, next]] of steps.entries()) {
          const before: string[] = text?.split('\n') ?? [];
          text = editLock(text, file, 'production', [{ name, state: next }]).text;
          if (index === 0) {
            text = `# head\n${text}# tail\n`;
            if (windows) text = text.replaceAll('\n', '\r\n');
          } else {
            const after = text.split('\n');
            // The lines of the other images stand as they stood, in their order.
            const others = (lines: string[]): string[] => {
              const starts = lines.flatMap((line, at) => (/^ *- name:/u.test(line) ? [at] : []));
              return starts.flatMap((start, at) => {
                const entry = lines.slice(start, starts[at + 1] ?? lines.length - 2);
                return entry[0]?.trim() === `- name: ${name}` ? [] : entry;
              });
            };
            expect(others(after)).toEqual(others(before));
            expect(after[0]).toBe(before[0]);
            expect(after.at(-2)).toBe(before.at(-2));
            expect(text.includes('\r\n')).toBe(windows);
          }
          if (next === undefined) wanted.delete(name);
          // What runs already from the same commit is left as it is.
          else wanted.set(name, next);
        }
        const { images } = parseLock(text ?? '', file);
        const expected = Array.from(wanted, ([name, one]) => Object.assign({ name }, one));
        const byName = (list: readonly { name: string }[]) => list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
        expect(plain(byName(images))).toEqual(plain(byName(expected)));
      }),
      { numRuns: 300 },
    );
  });
});
