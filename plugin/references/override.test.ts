import { describe, expect, it } from 'vitest';
import { asAlias, parseOverride } from './override.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const label = '--image';

describe('parseOverride', () => {
  it.each<[string, object]>([
    ['nginx:1', { name: 'nginx', tag: '1' }],
    [`nginx@${digest}`, { name: 'nginx', digest }],
    [`nginx:1@${digest}`, { name: 'nginx', tag: '1', digest }],
    ['localhost:5000/a:1', { name: 'localhost:5000/a', tag: '1' }],
    ['a=b', { name: 'a', newName: 'b' }],
    ['a=b:1', { name: 'a', newName: 'b', tag: '1' }],
    [`a = ghcr.io:443/x/b:1@${digest}`, { name: 'a', newName: 'ghcr.io:443/x/b', tag: '1', digest }],
    ['a=:1', { name: 'a', tag: '1' }],
    [`a=@${digest}`, { name: 'a', digest }],
    ['USER_IMAGE=ghcr.io/acme/a:1', { name: 'USER_IMAGE', newName: 'ghcr.io/acme/a', tag: '1' }],
  ])('%s', (text, expected) => expect(parseOverride(text, label)).toEqual({ text: text.trim(), label, ...expected }));

  it.each([
    ['nginx', 'gives neither a new name nor a tag nor a digest'],
    ['nginx=', 'gives neither a new name nor a tag nor a digest'],
    ['', 'names no image'],
    [':1', 'names no image'],
    ['=a:1', 'names no image'],
    ['a:1=b:2', '"a:1" must be a name without tag and digest'],
    ['a=B:1', '"B" is not an image name'],
    ['a:-1', '"-1" is not a tag'],
    ['a=b@sha256:0', '"sha256:0" is not a digest'],
  ])('refuses %j', (text, problem) => expect(() => parseOverride(text, label)).toThrow(problem));
});

describe('asAlias', () => {
  it.each([
    ['web=nginx:1', { name: 'nginx', tag: '1' }],
    ['web=nginx', undefined],
    ['acme/web=nginx:1', undefined],
    ['nginx:1', undefined],
  ])('%s', (text, expected) => {
    const alias = asAlias(parseOverride(text, label));
    expect(alias).toEqual(expected && { text, label, ...expected });
  });
});
