/**
 * The strategy of an entry of `images`: which keys go together.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { isTag } from '../references/reference.ts';
import type { Strategy, StrategyKey, TagFilter } from './environment.ts';

/** The keys of an entry that belong to its strategy, templates expanded. */
export interface StrategyFields {
  readonly strategy?: Strategy['kind'];
  readonly constraint?: string;
  readonly tag?: string;
  readonly allowTags?: string;
  readonly ignoreTags?: readonly string[];
  readonly platforms?: readonly string[];
}

/** Which strategies may have a key, where not all may. */
const onlyWith: Readonly<Partial<Record<StrategyKey, readonly Strategy['kind'][]>>> = {
  constraint: ['semver'],
  tag: ['digest'],
  allowTags: ['semver', 'newest-build', 'alphabetical'],
  ignoreTags: ['semver', 'newest-build', 'alphabetical'],
};
const dependent: readonly (keyof StrategyFields)[] = ['constraint', 'tag', 'allowTags', 'ignoreTags', 'platforms'];

type Locate = (key: StrategyKey) => Location;

function checkWithoutStrategy(fields: StrategyFields, locate: Locate): void {
  attemptAll(
    dependent.filter((key) => fields[key] !== undefined),
    (key) => {
      const kinds = onlyWith[key];
      throw failure('config-invalid', `${key} is given, but no strategy`, {
        location: locate(key),
        help: [kinds?.length === 1 ? `Add strategy: ${kinds[0]}.` : 'Add a strategy: semver, newest-build or another.'],
      });
    },
  );
}

function checkKey(key: StrategyKey, kind: Strategy['kind'], locate: Locate): void {
  const kinds = onlyWith[key];
  if (!kinds || kinds.includes(kind)) return;
  throw failure('config-invalid', `${key} has no meaning with strategy ${kind}`, {
    location: locate(key),
    help: [
      key === 'constraint'
        ? 'A constraint is for versions: strategy semver. With digest, name the tag under tag.'
        : `It belongs to ${kinds.join(', ')}.`,
    ],
  });
}

function checkPlatforms(platforms: readonly string[], locate: Locate): void {
  attemptAll(platforms, (platform) => {
    if (/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9._]+)?$/u.test(platform)) return;
    throw failure('config-invalid', `${JSON.stringify(platform)} is no platform`, {
      location: locate('platforms'),
      help: ['Write os/architecture, such as linux/amd64, or with a variant: linux/arm/v7.'],
    });
  });
}

function digestTag(fields: StrategyFields, locate: Locate): string {
  const { tag } = fields;
  if (tag === undefined) {
    throw failure('config-invalid', 'strategy digest needs a tag', {
      location: locate('strategy'),
      help: ['Name the tag that moves, as in tag: main. Its digest is what runs.'],
    });
  }
  if (isTag(tag)) return tag;
  throw failure('config-invalid', `${JSON.stringify(tag)} is no tag`, {
    location: locate('tag'),
    help: ["A tag has at most 128 letters, digits, '_', '.' and '-', and begins with no '.' or '-'."],
  });
}

/**
 * The strategy that the keys of an entry make, or undefined when there is none. What is inside `constraint`,
 * `allowTags` and `ignoreTags` is judged by those who run it (plugin/strategies).
 * @throws Failure `config-invalid` with every mistake
 */
export function strategyOf(fields: StrategyFields, locate: Locate): Strategy | undefined {
  const { strategy: kind, allowTags, constraint, platforms = [], ignoreTags = [] } = fields;
  if (kind === undefined) {
    checkWithoutStrategy(fields, locate);
    return undefined;
  }
  const base = { platforms, locate };
  const filter: TagFilter = { ignoreTags, ...(allowTags === undefined ? {} : { allowTags }) };
  let tag = '';
  attemptAll(
    [
      ...dependent
        .filter((key) => fields[key] !== undefined)
        .map((key) => () => {
          checkKey(key, kind, locate);
        }),
      () => checkPlatforms(platforms, locate),
      () => {
        if (kind === 'digest') tag = digestTag(fields, locate);
      },
    ],
    (check) => check(),
  );
  if (kind === 'digest') return { kind, tag, ...base };
  if (kind === 'semver') return { kind, ...(constraint === undefined ? {} : { constraint }), ...filter, ...base };
  return { kind, ...filter, ...base };
}
