import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges } from './challenge.ts';

function read(header: string): [string, Record<string, string>][] {
  return parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

describe('parseChallenges', () => {
  it.each<[string, [string, Record<string, string>][]]>([
    ['Basic realm="tests"', [['basic', { realm: 'tests' }]]],
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:a/b:pull,push',
          },
        ],
      ],
    ],
    // RFC 9110, 11.6.1.
    [
      'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
      [
        ['basic', { realm: 'simple' }],
        ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
      ],
    ],
    [
      'Negotiate, Basic realm="a"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'a' }],
      ],
    ],
    ['BEARER REALM = "x" , Service=y', [['bearer', { realm: 'x', service: 'y' }]]],
    ['realm="without a scheme"', []],
    ['', []],
  ])('%s', (header, expected) => expect(read(header)).toEqual(expected));

  it('reads back what is written by the rule', () => {
    const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/u).map((text) => text.toLowerCase());
    const value = fc.string({ unit: fc.constantFrom(...Array.from('ab:/,="\\ ;')), maxLength: 12 });
    const challenge = fc.tuple(token, fc.dictionary(token, value, { minKeys: 1, maxKeys: 4 }));
    fc.assert(
      fc.property(fc.array(challenge, { minLength: 1, maxLength: 3 }), (challenges) => {
        const header = challenges.map(([scheme, parameters]) => {
          const parts = Object.entries(parameters).map(
            ([name, text]) => `${name}="${text.replaceAll(/["\\]/gu, '\\$&')}"`,
          );
          return `${scheme} ${parts.join(', ')}`;
        });
        expect(read(header.join(', '))).toEqual(challenges.map(([scheme, parameters]) => [scheme, { ...parameters }]));
      }),
    );
  });

  it('ends with hostile headers soon', () => {
    expect(parseChallenges(`Bearer ${'a="\\'.repeat(5000)}`)).toHaveLength(1);
    expect(parseChallenges(`${' '.repeat(50_000)}=`)).toEqual([]);
  });
});
