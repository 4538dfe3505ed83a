import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { createMemoryTree } from '../files/memory.ts';
import type { DeclaredImage } from './environment.ts';
import { loadApplication } from './load.ts';
import { resolveEnvironment } from './resolve.ts';

const HEAD = 'apiVersion: waybill.dev/v1\nkind: Waybill\n';

function images(yaml: string, environment?: string): readonly DeclaredImage[] {
  const tree = createMemoryTree({ 'waybill.yaml': HEAD + yaml });
  const app = { name: 'a', instance: 'a' };
  return resolveEnvironment(loadApplication(tree, ''), environment, { app, values: {} }).images;
}

/** The images as plain data: no places. */
function plain(yaml: string, environment?: string): unknown {
  return images(yaml, environment).map(({ name, sourceRepository, commitFromTag, thirdParty, strategy }) => {
    const image = { name, ...given({ sourceRepository, commitFromTag, thirdParty }) };
    if (!strategy) return image;
    const { locate: _locate, ...facts } = strategy;
    return { ...image, strategy: facts };
  });
}

function given(facts: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** The errors as `line:column message | help`; lines count from below the head. */
function problems(yaml: string, environment?: string): string[] {
  try {
    images(yaml, environment);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(
      ({ message, location, help }) =>
        `${(location?.line ?? 0) - 2}:${location?.column} ${message}${help ? ` | ${help.join(' ')}` : ''}`,
    );
  }
  throw new Error('nothing failed');
}

const one = (entry: string): string => `images:\n  - { name: a, ${entry} }\n`;

describe('the strategy of an image', () => {
  it.each<[string, object]>([
    ['strategy: semver', { kind: 'semver', ignoreTags: [], platforms: [] }],
    [
      'strategy: semver, constraint: ^1.2, allowTags: ^v, ignoreTags: [v1.2.9], platforms: [linux/arm/v7]',
      { kind: 'semver', constraint: '^1.2', allowTags: '^v', ignoreTags: ['v1.2.9'], platforms: ['linux/arm/v7'] },
    ],
    ['strategy: newest-build', { kind: 'newest-build', ignoreTags: [], platforms: [] }],
    ['strategy: alphabetical', { kind: 'alphabetical', ignoreTags: [], platforms: [] }],
    ['strategy: digest, tag: main', { kind: 'digest', tag: 'main', platforms: [] }],
  ])('%s', (entry, strategy) => expect(plain(one(entry))).toEqual([{ name: 'a', strategy }]));

  it.each([
    ['constraint: ^1', ['2:28 constraint is given, but no strategy | Add strategy: semver.']],
    [
      'platforms: [linux/amd64]',
      ['2:27 platforms is given, but no strategy | Add a strategy: semver, newest-build or another.'],
    ],
    [
      'strategy: digest, tag: main, constraint: main, allowTags: x',
      [
        '2:57 constraint has no meaning with strategy digest | A constraint is for versions: strategy semver. With digest, name the tag under tag.',
        '2:74 allowTags has no meaning with strategy digest | It belongs to semver, newest-build, alphabetical.',
      ],
    ],
    ['strategy: semver, tag: main', ['2:39 tag has no meaning with strategy semver | It belongs to digest.']],
    [
      'strategy: digest',
      ['2:26 strategy digest needs a tag | Name the tag that moves, as in tag: main. Its digest is what runs.'],
    ],
    [
      'strategy: digest, tag: "a:b"',
      [
        "2:39 \"a:b\" is no tag | A tag has at most 128 letters, digits, '_', '.' and '-', and begins with no '.' or '-'.",
      ],
    ],
    [
      'strategy: semver, platforms: [amd64]',
      ['2:45 "amd64" is no platform | Write os/architecture, such as linux/amd64, or with a variant: linux/arm/v7.'],
    ],
    [
      'strategy: latest',
      ['2:26 images[0].strategy is "latest"; expected semver, newest-build, digest or alphabetical'],
    ],
  ])('refuses %s', (entry, expected) => expect(problems(one(entry))).toEqual(expected));

  it('may use values', () => {
    expect(
      plain(
        `values: { versions: "~1.2", os: linux }\n${one('strategy: semver, constraint: "{{ values.versions }}", platforms: ["{{ values.os }}/amd64"]')}`,
      ),
    ).toEqual([
      {
        name: 'a',
        strategy: { kind: 'semver', constraint: '~1.2', ignoreTags: [], platforms: ['linux/amd64'] },
      },
    ]);
  });
});

describe('images of an environment', () => {
  const yaml = `images:
  - { name: a, sourceRepository: https://acme.dev/a, strategy: semver, constraint: ^1, platforms: [linux/amd64] }
environments:
  base: { images: [{ name: docker.io/library/a, constraint: ^2 }] }
  staging: { extends: base, images: [{ name: a, strategy: newest-build, allowTags: ^main- }, { name: b }] }
  production: { extends: base, images: [{ name: a, commitFromTag: "sha-{commit}" }] }
  wrong: { images: [{ name: a, strategy: digest, tag: main }, { name: a }] }
  without: { images: [{ name: a, tag: main }] }
`;
  const sourceRepository = 'https://acme.dev/a';

  it('change the keys they give', () => {
    const strategy = { kind: 'semver', constraint: '^2', ignoreTags: [], platforms: ['linux/amd64'] };
    expect(plain(yaml, 'base')).toEqual([{ name: 'a', sourceRepository, strategy }]);
    expect(plain(yaml, 'production')).toEqual([
      { name: 'a', sourceRepository, commitFromTag: 'sha-{commit}', strategy },
    ]);
  });

  it('replace a strategy as a whole', () => {
    expect(plain(yaml, 'staging')).toEqual([
      {
        name: 'a',
        sourceRepository,
        strategy: { kind: 'newest-build', allowTags: '^main-', ignoreTags: [], platforms: [] },
      },
      { name: 'b' },
    ]);
  });

  it('name an image once, and combine to something that has a meaning', () => {
    expect(problems(yaml, 'wrong')).toEqual(['7:71 images has "a" twice | Make one entry of the two.']);
    expect(problems(yaml, 'without')).toEqual(['8:39 tag has no meaning with strategy semver | It belongs to digest.']);
  });

  it('are of a third party or reported to a repository', () => {
    const images = (more: string): string =>
      `images: [{ name: a, thirdParty: true${more} }]\nenvironments: { base: {} }\n`;
    expect(plain(images(''), 'base')).toEqual([{ name: 'a', thirdParty: true }]);
    expect(problems(images(', sourceRepository: "https://acme.dev/a"'), 'base')).toEqual([
      '1:33 a has a sourceRepository and is of a third party | A third-party image is not reported, and sourceRepository is where deployments are reported to: remove one of them.',
    ]);
  });

  it('say where each key is written', () => {
    const [image] = images(yaml, 'base');
    expect([image?.location.line, image?.strategy?.locate('constraint').line]).toEqual([4, 6]);
    expect(image?.strategy?.locate('strategy').line).toBe(4);
    expect(image?.strategy?.locate('tag').line).toBe(4);
  });
});
