import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordName } from '../../record/name.ts';
import { matchesName } from './environment.ts';
import { recordPattern } from './pattern.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';

function name(owner: string, environment: string): string {
  return recordName({ owner, repository: 'web', environment, application: 'web', commit });
}

describe('recordPattern', () => {
  it.each<[string, string, boolean]>([
    ['acme', 'acme', true],
    ['Acme', 'acme', true],
    ['acme', 'acme.x', false],
    ['acme', 'acme2', false],
    ['acme-x', 'acme', false],
    ['acme/My Shop', 'acme/my shop', true],
  ])('owner %s, record of %s: %s', (owner, recorded, expected) => {
    expect(new RegExp(`^${recordPattern({ name: owner }, undefined)}`, 'u').test(name(recorded, 'staging'))).toBe(
      expected,
    );
  });

  it.each<[string, boolean]>([
    ['group', true],
    ['group/sub', true],
    ['group/sub/sub.x', true],
    ['group-x', false],
    ['group.x', false],
  ])('group and what is below it: %s %s', (recorded, expected) => {
    const pattern = recordPattern({ name: 'group', below: true }, undefined);
    expect(new RegExp(`^${pattern}`, 'u').test(name(recorded, 'staging'))).toBe(expected);
  });

  it.each([
    ['acme', 'web.3..', false],
    ['acme', 'web.3.0.0.3api', false],
    ['acme', 'x.0github', true],
    ['group.3sub', 'web', true],
    ['group.3.0.0.3other', 'web', false],
    ['group.3', 'web', false],
  ])('no field climbs: owner %s, repository %s: %s', (owner, repository, expected) => {
    const record = `waybill.${owner}.${repository}.staging.web.${commit}`;
    for (const globs of [undefined, ['*']]) {
      const patterns = ['acme', 'group'].map((known) => recordPattern({ name: known, below: true }, globs));
      expect(patterns.some((pattern) => new RegExp(`^${pattern}`, 'u').test(record))).toBe(expected);
    }
  });

  it('finds environments as people write their patterns', () => {
    const character = fc.constantFrom(...Array.from('abx3-._/'));
    const text = fc.string({ unit: character, minLength: 1, maxLength: 6 });
    const glob = fc.string({ unit: fc.constantFrom(...Array.from('abx3-._/*')), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(text, glob, text, (environment, pattern, owner) => {
        const found = new RegExp(`^${recordPattern({ name: owner }, [pattern])}`, 'u').test(name(owner, environment));
        expect(found).toBe(matchesName(pattern, environment));
      }),
      { numRuns: 5000 },
    );
  });
});
