import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slug } from './slug.ts';

// https://datatracker.ietf.org/doc/html/rfc1123 as Kubernetes reads it (validation.IsDNS1123Label).
const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/u;

/** Text like branch names, and any text. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: fc.constantFrom('a', 'B', '-', '/', '_', '1', 'é', '日'), maxLength: 200 }),
);

describe('slug', () => {
  it.each([
    ['feature/ABC-123_Add', 'feature-abc-123-add'],
    ['Crème Brûlée', 'creme-brulee'],
    ['--a--b--', 'a-b'],
    ['1.2.3', '1-2-3'],
    ['a'.repeat(63), 'a'.repeat(63)],
    [`/${'a'.repeat(63)}/`, 'a'.repeat(63)],
    // sha256 of the text, 10 digits.
    ['日本', 'cf2abf0c5b'],
    ['', 'e3b0c44298'],
    ['b'.repeat(64), `${'b'.repeat(52)}-a0fab1377f`],
  ])('of %j is %j', (input, expected) => {
    expect(slug(input)).toBe(expected);
  });

  it('is always an RFC 1123 label', () => {
    fc.assert(fc.property(text, (input) => label.test(slug(input))));
  });

  it('leaves its own results as they are', () => {
    fc.assert(fc.property(text, (input) => slug(slug(input)) === slug(input)));
  });

  it('tells long texts apart, also when they differ at the end or in case only', () => {
    const long = fc.string({ unit: fc.constantFrom('a', 'B', '-', '/'), minLength: 64, maxLength: 120 });
    fc.assert(
      fc.property(long, fc.string({ minLength: 1, maxLength: 3 }), (base, end) => {
        // Only texts whose labels are cut: what is left after hyphens are folded is longer than a label.
        const prefix = `${'p'.repeat(64)}${base}`;
        expect(slug(prefix + end)).not.toBe(slug(prefix));
        expect(slug(`${prefix}X`)).not.toBe(slug(`${prefix}x`));
      }),
    );
  });
});
