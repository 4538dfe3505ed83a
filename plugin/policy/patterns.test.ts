import { describe, expect, it } from 'vitest';
import { matchesImage, matchesName } from './patterns.ts';

describe('matchesName', () => {
  it.each([
    ['production', 'production', true],
    ['production', 'production-eu', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['prod*', 'prod', true],
    ['prod*', 'production', true],
    ['*-eu', 'production-eu', true],
    ['*-eu', 'eu', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'acb', false],
    ['a*bc*c', 'abc', false],
    ['*.*', 'a.b', true],
    ['v1.*', 'v1x', false],
  ])('%s, %s: %s', (pattern, text, expected) => expect(matchesName(pattern, text)).toBe(expected));
});

describe('matchesImage', () => {
  it.each([
    ['ghcr.io', 'ghcr.io/acme/a', true],
    ['ghcr.io', 'ghcr.io.evil.dev/acme/a', false],
    ['ghcr.io/acme', 'ghcr.io/acme/a', true],
    ['ghcr.io/acme', 'ghcr.io/acme', true],
    ['ghcr.io/acme', 'ghcr.io/acme-evil/a', false],
    ['docker.io/library', 'docker.io/library/nginx', true],
    ['*.acme.dev', 'r.acme.dev/a', true],
    ['*.acme.dev', 'a.b.acme.dev/a', true],
    ['*.acme.dev', 'acme.dev/a', false],
    ['*.acme.dev', 'evilacme.dev/a', false],
    ['*.acme.dev', '.acme.dev/a', false],
    ['r.dev:5000', 'r.dev:5000/a', true],
    ['r.dev', 'r.dev:5000/a', false],
    ['R.dev', 'r.DEV/a', true],
  ])('%s, %s: %s', (pattern, name, expected) => expect(matchesImage(pattern, name)).toBe(expected));
});
