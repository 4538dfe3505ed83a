import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Strategy } from '../../plugin/config/environment.ts';
import { Failure } from '../../plugin/diagnostics/failure.ts';
import { convert, splitImage } from '../../plugin/image-updater/convert.ts';
import type { Registry } from '../../plugin/registries/registry.ts';
import { choose } from '../../plugin/strategies/choose.ts';
import { compileFilter } from '../../plugin/strategies/filter.ts';
import { compareVersions, parseVersion } from '../../plugin/strategies/semver/version.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';

// The strategies beside Argo CD Image Updater's own code: people who come from it get the tags that they had.
let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

/** Tags, each with the seconds since 1970 of its build. */
type Tags = Readonly<Record<string, number>>;

const digest = `sha256:${'0'.repeat(64)}`;
const location = { file: 'waybill.yaml' };
const base = { ignoreTags: [], platforms: [], locate: () => location };

function registryOf(tags: Tags): Registry {
  return {
    tags: async () => Object.keys(tags),
    digest: async () => digest,
    image: async (_name, tag) => ({
      digest,
      platforms: [],
      created: new Date((tags[tag] ?? 0) * 1000).toISOString(),
      labels: new Map(),
      annotations: new Map(),
    }),
  };
}

/** The tag that Waybill takes; null where it finds none. */
async function ours(strategy: Strategy, tags: Tags): Promise<string | null> {
  try {
    return (await choose(strategy, registryOf(tags), { name: 'acme/a', location }, undefined)).tag;
  } catch (error) {
    if (error instanceof Failure && error.diagnostics[0]?.code === 'strategy-no-tag') return null;
    throw error;
  }
}

async function theirs(strategy: string, constraint: string, tags: Tags): Promise<string | null> {
  const { result, error } = await oracle.ask({ op: 'image-updater-choose', strategy, constraint, tags });
  expect(error).toBeUndefined();
  return typeof result === 'string' ? result : null;
}

const tag = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', 'v'),
      fc.array(fc.nat(12), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('', '', '-rc.1', '-alpine'),
    )
    .map(([v, numbers, suffix]) => `${v}${numbers.join('.')}${suffix}`),
  fc.constantFrom('latest', 'main', 'Main', 'sha-0123456', '2026-11-21', '20261121', 'dev_1'),
);
const second = fc.integer({ min: 1_700_000_000, max: 1_700_000_009 });
const anyTags = fc.dictionary(tag, second, { maxKeys: 15 });

describe('the tag that is chosen', () => {
  it('by semver is the version that Image Updater takes', async () => {
    // Of equal versions Image Updater takes any: it reads its tags in the random order of a Go map.
    const constraint = fc.constantFrom('*', '^1', '~2.1', '>=1-0', '1.x', '>3 <9', '^1 || ^7', '2 - 5', '~1-0', '10');
    await fc.assert(
      fc.asyncProperty(constraint, anyTags, async (text, tags) => {
        const [mine, other] = [
          await ours({ kind: 'semver', constraint: text, ...base }, tags),
          await theirs('semver', text, tags),
        ];
        const [version, otherVersion] = [parseVersion(mine ?? ''), parseVersion(other ?? '')];
        expect(version === undefined).toBe(otherVersion === undefined);
        if (version && otherVersion) expect(compareVersions(version, otherVersion)).toBe(0);
      }),
      { numRuns: 1000, seed: 11 },
    );
  });

  it.each(['newest-build', 'alphabetical'] as const)('by %s is the one that Image Updater takes', async (kind) => {
    await fc.assert(
      fc.asyncProperty(anyTags, async (tags) => {
        expect(await ours({ kind, ...base }, tags)).toBe(await theirs(kind, '', tags));
      }),
      { numRuns: 500, seed: 11 },
    );
  });
});

describe('the filters', () => {
  const tags = ['1.2.3', 'v1.2.3', 'main', 'main-1', 'dev/1', 'latest', '1.2.3-rc.1', 'a[b', 'ab', '[ab]'];

  it.each<[string | undefined, string[]]>([
    [undefined, []],
    ['^v?1', []],
    ['main', ['main-*']],
    ['(?i)MAIN|LATEST', []],
    ['^[0-9.]+$', []],
    [undefined, ['*']],
    [undefined, ['v*', '?.?.?', 'main']],
    [undefined, ['*-rc*', 'a[[]b', '{main,latest}', '[^a]b']],
    ['.', ['!main']],
  ])('allowTags %j and ignoreTags %j let the same tags pass', async (allowTags, ignoreTags) => {
    const judge = compileFilter({
      kind: 'alphabetical',
      ...base,
      ignoreTags,
      ...(allowTags === undefined ? {} : { allowTags }),
    });
    const { result } = await oracle.ask({
      op: 'image-updater-image',
      identifier: 'a',
      strategy: 'semver',
      allowTags: allowTags === undefined ? '' : `regexp:${allowTags}`,
      ignoreTags,
      tags,
    });
    expect(result).toMatchObject({ passes: tags.filter((one) => judge(one) === undefined) });
  });
});

describe('what is imported', () => {
  it.each([
    'nginx',
    'nginx:1.20',
    'web=nginx:1.x',
    'ghcr.io/acme/a:^1.2',
    'web=ghcr.io/acme/a:>=1.2 <2',
    'web=ghcr.io/acme/a:~1.2 || ^3',
    'quay.io/a/b/c:1.2.x-0',
    'localhost:5000/a:1.2',
    'registry.acme.dev:5000/a/b:v1',
    'a/b:main',
    'a/b',
    'a/b:*',
    'library/nginx:latest',
  ])('%s is the image and constraint that Image Updater reads', async (identifier) => {
    const { name, constraint } = splitImage(identifier.slice(identifier.indexOf('=') + 1));
    const { result } = await oracle.ask({ op: 'image-updater-image', identifier });
    expect(result).toMatchObject({ name, constraint });
  });

  it.each(['semver', 'SemVer', 'latest', 'newest-build', 'name', 'alphabetical', 'digest', 'newest', ''])(
    'the strategy %j is the one that Image Updater takes',
    async (strategy) => {
      const { result } = await oracle.ask({ op: 'image-updater-image', identifier: 'a', strategy });
      const location = { file: 'app.yaml' };
      const { entry } = convert({
        image: { value: 'a:1', location },
        updateStrategy: { value: strategy, location },
      });
      expect(result).toMatchObject({ strategy: entry.strategy });
    },
  );
});
