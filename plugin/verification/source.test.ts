import { describe, expect, it } from 'vitest';
import { sameCommit, sameSource } from './source.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';

describe('sameCommit', () => {
  it.each([
    [commit, true],
    [commit.toUpperCase(), true],
    ['8f3c0e7', true],
    ['8f3c0e', false],
    ['8f3c0e8', false],
    ['', false],
    ['v1.4.2', false],
    [`${commit}-dirty`, false],
    [`${commit}0`, false],
  ])('%s: %s', (label, same) => expect(sameCommit(label, commit)).toBe(same));
});

describe('sameSource', () => {
  it.each([
    ['https://github.com/acme/mono', true],
    ['https://github.com/Acme/Mono.git', true],
    ['git@github.com:acme/mono.git', true],
    ['https://github.com/acme/mono/tree/main/services/a', true],
    ['https://github.com/acme/mono#main', true],
    ['https://github.com/acme/mono-evil', false],
    ['https://github.com/acme', false],
    ['https://github.com.evil.dev/acme/mono', false],
    ['https://gitlab.com/acme/mono', false],
    ['mono', false],
  ])('%s: %s', (label, same) => expect(sameSource(label, 'https://github.com/acme/mono.git')).toBe(same));
});
