import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileSearch } from '../expressions/re2.ts';
import { baggagePattern } from './baggage.ts';

const foo = compileSearch(baggagePattern('foo'));

it.each([
  'preview=foo',
  ' preview = foo ',
  'user=alice,preview=foo',
  'user=alice;ttl=3, preview=foo;note=x=y;flag,region=eu',
  // The last member counts, as in OpenTelemetry: a Gateway adds its own at the end.
  'preview=bar,preview=foo',
  'preview=bar, preview\t=foo, user=alice',
  // Malformed members take nothing else along.
  ',,preview=foo,,',
  '=x,no equals,preview=foo,preview',
  'preview=foo,previews=bar,previe=bar,Preview=bar,pre view=bar',
  `${'k=v,'.repeat(200)}preview=foo`,
  `k=${'v'.repeat(9000)},preview=foo`,
])('chooses the preview: %#', (header) => {
  expect(foo(header)).toBe(true);
});

it.each([
  '',
  'preview=foo-bar',
  'preview=fo',
  'preview=barfoo',
  'previews=foo',
  'Preview=foo',
  'x-preview=foo',
  'user=preview=foo',
  'user=alice;preview=foo',
  'preview;x=1=foo',
  'preview=foo,preview=bar',
  'preview=foo, preview =bar;x=1,user=alice',
  'preview=foo,preview=',
  'preview="foo"',
  'preview=foo bar',
])('does not choose it: %#', (header) => {
  expect(foo(header)).toBe(false);
});

/** What W3C Baggage says a header holds, the last of equal keys counting. */
function valueOf(header: string): string | undefined {
  const members = header.split(',').flatMap((text) => {
    const [member = ''] = text.split(';');
    const equals = member.indexOf('=');
    const trim = (part: string): string => part.replace(/^[ \t]+|[ \t]+$/gu, '');
    const key = text.indexOf('=') < 0 || equals < 0 ? undefined : trim(member.slice(0, equals));
    return key === 'preview' ? [trim(member.slice(equals + 1))] : [];
  });
  return members.at(-1);
}

it('agrees with a parser on any header', () => {
  const part = fc.constantFrom('preview', 'previe', 'p', 'foo', 'bar', '=', '=', ',', ',', ';', ' ', '\t', 'x', 'P');
  const header = fc.array(part, { maxLength: 14 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(header, (text) => {
      expect(foo(text)).toBe(valueOf(text) === 'foo');
    }),
    { numRuns: 2000 },
  );
});

it('fits into a match of a header', () => {
  // HTTPHeaderMatch.value has at most 4096 characters.
  expect(baggagePattern('a'.repeat(63)).length).toBeLessThan(1000);
});
