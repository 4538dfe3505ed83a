import { describe, expect, it } from 'vitest';
import type { ImageSource } from '../lock/lock.ts';
import { parseImageRequest, parseImageRequests, sourceFacts, type SourceFacts } from './request.ts';
import { sourceOf } from './source.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const other = '0'.repeat(40);
const digest = `sha256:${'0'.repeat(64)}`;
const repository = 'https://github.com/acme/user-service';

describe('parseImageRequest', () => {
  it.each<[string, object, object]>([
    ['a', { tag: '1' }, { name: 'a', tag: '1' }],
    ['a', { tag: '1', digest }, { name: 'a', tag: '1', digest }],
    ['localhost:5000/a', { digest }, { name: 'localhost:5000/a', digest }],
    ['a=:2', { tag: '1' }, { name: 'a', tag: '2' }],
    [`a=@${digest}`, { tag: '1' }, { name: 'a', digest }],
    [`a=:2@${digest}`, {}, { name: 'a', tag: '2', digest }],
    ['a:2', {}, { name: 'a', tag: '2' }],
    ['a=b', { tag: '1' }, { name: 'a', newName: 'b', tag: '1' }],
    ['a=b:2', {}, { name: 'a', newName: 'b', tag: '2' }],
  ])('%s %j', (text, flags, expected) => expect(parseImageRequest(text, flags)).toEqual(expected));

  it.each<[string, object, string]>([
    ['a', {}, 'neither a new name nor a tag nor a digest'],
    ['', { tag: '1' }, 'names no image'],
    ['a', { tag: '-x' }, '--tag "-x" is not a tag'],
    ['a', { digest: 'sha256:0' }, '--digest "sha256:0" is not a digest'],
    ['a=:b:c', {}, 'is not'],
  ])('refuses %s %j', (text, flags, message) => expect(() => parseImageRequest(text, flags)).toThrow(message));
});

describe('parseImageRequests', () => {
  it.each([
    [
      ['a=:1', 'a=:1', 'b=:2'],
      [
        { name: 'a', tag: '1' },
        { name: 'b', tag: '2' },
      ],
    ],
    [['nginx:1', 'docker.io/library/nginx:1'], [{ name: 'nginx', tag: '1' }]],
  ])('takes what is said twice alike once: %j', (texts, expected) => {
    expect(parseImageRequests(texts, {})).toEqual(expected);
  });

  it.each([
    [['a:2'], { digest }, '--digest has no effect'],
    [['a=:2', 'b:1'], { tag: '3' }, '--tag has no effect'],
    [[`a@${digest}`], { tag: '3' }, '--tag has no effect'],
  ])('refuses flags that no image takes: %j %j', (texts, flags, message) => {
    expect(() => parseImageRequests(texts, flags)).toThrow(message);
    expect(parseImageRequests([...texts, 'r.dev:5000/c'], flags).at(-1)).toEqual({ name: 'r.dev:5000/c', ...flags });
  });

  it.each([
    [['a=:1', 'a=:2'], '"a=:1" and "a=:2" disagree'],
    [['nginx=:1', 'docker.io/library/nginx=:2'], '"nginx=:1" and "docker.io/library/nginx=:2" disagree'],
    [['a=b:1', 'a=:1'], '"a=b:1" and "a=:1" disagree'],
  ])('refuses %j', (texts, message) => {
    expect(() => parseImageRequests(texts, {})).toThrow(message);
  });
});

describe('sourceFacts', () => {
  const ci = {
    system: 'GitHub Actions',
    repository,
    commit,
    ref: 'refs/heads/main',
    pullRequest: 7,
    run: 'https://ci/1',
  };
  const fromCi = {
    repository,
    commit,
    ref: 'refs/heads/main',
    pullRequest: 7,
    run: 'https://ci/1',
    assumedFrom: 'GitHub Actions',
  };
  const own = { assumedFrom: undefined };

  it.each<[string, object, object]>([
    ['takes what CI says', {}, fromCi],
    [
      'knows when a flag confirms the repository',
      { sourceRepository: 'git@github.com:acme/user-service.git' },
      { ...fromCi, ...own, repository: 'git@github.com:acme/user-service.git' },
    ],
    [
      'takes a commit of its own without the ref of the pipeline',
      { sourceCommit: other.toUpperCase() },
      { ...fromCi, commit: other, ref: undefined, pullRequest: undefined },
    ],
    [
      'keeps the run alone for another repository',
      { sourceRepository: 'https://github.com/acme/b' },
      { ...own, repository: 'https://github.com/acme/b', run: 'https://ci/1' },
    ],
    [
      'lets flags win',
      { sourceRef: 'refs/tags/v1', pullRequest: 8, run: 'https://x:t@ci/2', sourceVersion: '1' },
      { ...fromCi, ref: 'refs/tags/v1', pullRequest: 8, run: 'https://ci/2', version: '1' },
    ],
  ])('%s', (_name, flags, expected) => {
    const found = sourceFacts(flags, ci);
    expect(JSON.parse(JSON.stringify(found))).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it('needs no CI system', () => {
    expect(sourceFacts({}, undefined)).toMatchObject({ repository: undefined, commit: undefined });
    expect(sourceFacts({ sourceRepository: 'https://x:token@github.com/a/b' }, undefined).repository).toBe(
      'https://github.com/a/b',
    );
  });

  it('refuses a short commit', () => {
    expect(() => sourceFacts({ sourceCommit: '8f3c0e7' }, undefined)).toThrow('"8f3c0e7" is not a full commit');
  });
});

describe('sourceOf', () => {
  const declared = { name: 'a', sourceRepository: repository };
  const facts: SourceFacts = { repository, commit, run: 'https://ci/1' };
  const source = { repository, commit, run: 'https://ci/1' };
  it.each<
    [
      string,
      string,
      SourceFacts,
      { declared?: typeof declared & { commitFromTag?: string }; locked?: ImageSource },
      ImageSource | undefined,
    ]
  >([
    ['is what the facts say', '1', facts, {}, source],
    ['is declared and in the tag', `sha-${commit}`, {}, { declared }, { repository, commit }],
    [
      'follows the convention of waybill.yaml',
      `v1-${commit}`,
      {},
      { declared: { ...declared, commitFromTag: 'v1-{commit}' } },
      { repository, commit },
    ],
    [
      'has the repository of the lock',
      '1',
      { commit },
      { locked: { repository, commit: other } },
      { repository, commit },
    ],
    [
      'has the repository of a flag where only the lock knows another',
      '1',
      facts,
      { locked: { repository: 'https://github.com/acme/before', commit: other } },
      source,
    ],
    ['agrees with a short tag', `sha-${commit.slice(0, 8)}`, facts, {}, source],
    ['is not needed where none was promised', '1', {}, {}, undefined],
  ])('%s', (_name, tag, given, known, expected) => {
    expect(sourceOf({ name: 'a', tag }, given, known)).toEqual(expected);
  });

  it.each<[string, string, SourceFacts, { declared?: typeof declared; locked?: ImageSource }, string]>([
    [
      'a pipeline of another repository',
      '1',
      { ...facts, repository: 'https://github.com/acme/gitops', assumedFrom: 'GitLab CI' },
      { declared },
      'but this GitLab CI run is of https://github.com/acme/gitops',
    ],
    [
      'the same by the lock',
      '1',
      { ...facts, repository: 'https://github.com/acme/gitops', assumedFrom: 'GitLab CI' },
      { locked: { repository, commit } },
      'is built from https://github.com/acme/user-service',
    ],
    [
      'a tag of another commit',
      `sha-${other}`,
      facts,
      {},
      `the tag "sha-${other}" of a is of another commit than the source`,
    ],
    [
      'a flag that contradicts waybill.yaml',
      '1',
      { ...facts, repository: 'https://github.com/acme/other' },
      { declared },
      '--source-repository https://github.com/acme/other contradicts waybill.yaml',
    ],
    ['an unknown commit of a declared repository', '1', {}, { declared }, 'the source commit of a is not known'],
    [
      'an unknown commit where the lock had one',
      '1',
      {},
      { locked: { repository, commit } },
      'the source commit of a is not known',
    ],
    ['an unknown repository', '1', { commit }, {}, 'the source repository of a is not known'],
  ])('refuses %s', (_name, tag, given, known, message) => {
    expect(() => sourceOf({ name: 'a', tag }, given, known)).toThrow(message);
  });
});
