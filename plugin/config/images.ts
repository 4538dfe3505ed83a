/**
 * `images`: what the application says about its images, and what the environment and those it extends change in it.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { nameKey } from '../references/reference.ts';
import type { Path } from '../resources/pointer.ts';
import type { ConfigImage } from '../schemas/config.generated.ts';
import type { Application } from './application.ts';
import type { DeclaredImage, StrategyKey } from './environment.ts';
import type { Expander } from './expander.ts';
import { environmentOf } from './inheritance.ts';
import { type StrategyFields, strategyOf } from './strategy.ts';

const textKeys = ['sourceRepository', 'commitFromTag', 'constraint', 'tag', 'allowTags'] as const;
const strategyKeys: readonly StrategyKey[] = ['strategy', 'constraint', 'tag', 'allowTags', 'ignoreTags', 'platforms'];

type TextKey = (typeof textKeys)[number];

/** An entry with its templates expanded, and where each key is written. */
interface Entry extends StrategyFields, Partial<Readonly<Record<TextKey, string>>> {
  readonly name: string;
  readonly thirdParty?: true;
  /** By key; `name` is always there. */
  readonly paths: ReadonlyMap<string, Path>;
}

function expandEntry(application: Application, expander: Expander, image: ConfigImage, at: Path): Entry {
  const { document } = application;
  const text = (path: Path, written: string): string => expander.text(document, path, written);
  const list = (key: 'ignoreTags' | 'platforms'): readonly string[] | undefined =>
    image[key]?.map((item, index) => text([...at, key, index], item));
  const texts: { [Key in TextKey]?: string } = {};
  for (const key of textKeys) {
    const written = image[key];
    if (written !== undefined) texts[key] = text([...at, key], written);
  }
  const lists = { ignoreTags: list('ignoreTags'), platforms: list('platforms') };
  return {
    name: text([...at, 'name'], image.name),
    ...texts,
    ...(image.strategy === undefined ? {} : { strategy: image.strategy }),
    ...(image.thirdParty === undefined ? {} : { thirdParty: image.thirdParty }),
    ...(lists.ignoreTags === undefined ? {} : { ignoreTags: lists.ignoreTags }),
    ...(lists.platforms === undefined ? {} : { platforms: lists.platforms }),
    paths: new Map(Object.keys(image).map((key) => [key, [...at, key]])),
  };
}

/** An environment's entry over the one it changes: a strategy replaces all of the old one, other keys one by one. */
function over(before: Entry, after: Entry): Entry {
  const dropped = new Set<string>(after.strategy === undefined ? [] : strategyKeys);
  const kept = Object.fromEntries(Object.entries(before).filter(([key]) => !dropped.has(key)));
  const paths = [...before.paths].filter(([key]) => !dropped.has(key));
  return { ...kept, ...after, name: before.name, paths: new Map([...paths, ...after.paths, nameOf(before)]) };
}

/** Mistakes about the image as a whole are shown where it is first named. */
function nameOf(entry: Entry): [string, Path] {
  return ['name', entry.paths.get('name') ?? []];
}

function declaredImage(application: Application, entry: Entry): DeclaredImage {
  const { document } = application;
  const { name, sourceRepository, commitFromTag, thirdParty } = entry;
  const locate = (key: string) => document.locate(entry.paths.get(key) ?? entry.paths.get('name') ?? []);
  if (commitFromTag !== undefined && commitFromTag.split('{commit}').length !== 2) {
    throw failure('config-invalid', `${JSON.stringify(commitFromTag)} must have {commit} in it exactly once`, {
      location: locate('commitFromTag'),
    });
  }
  if (thirdParty && sourceRepository !== undefined) {
    throw failure('config-invalid', `${name} has a sourceRepository and is of a third party`, {
      location: locate('thirdParty'),
      help: [
        'A third-party image is not reported, and sourceRepository is where deployments are reported to: remove one of them.',
      ],
    });
  }
  const strategy = strategyOf(entry, locate);
  return {
    name,
    ...(sourceRepository === undefined ? {} : { sourceRepository }),
    ...(commitFromTag === undefined ? {} : { commitFromTag }),
    ...(thirdParty === undefined ? {} : { thirdParty }),
    ...(strategy === undefined ? {} : { strategy }),
    get location() {
      return locate('name');
    },
  };
}

/** One list of entries: the application's, or an environment's. */
function layer(
  application: Application,
  expander: Expander,
  images: readonly ConfigImage[] | undefined,
  at: Path,
): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  attemptAll(images ?? [], (image, index) => {
    const entry = expandEntry(application, expander, image, [...at, index]);
    const key = nameKey(entry.name);
    if (entries.has(key)) {
      throw failure('config-invalid', `images has ${JSON.stringify(entry.name)} twice`, {
        location: application.document.locate([...at, index, 'name']),
        help: ['Make one entry of the two.'],
      });
    }
    entries.set(key, entry);
  });
  return entries;
}

/**
 * `images` of the application and of the environments `names` (ancestors first), one for each image.
 * @throws Failure `template-…`, `config-invalid`
 */
export function resolveImages(
  application: Application,
  names: readonly string[],
  expander: Expander,
): readonly DeclaredImage[] {
  const lists: readonly [readonly ConfigImage[] | undefined, Path][] = [
    [application.config.images, ['images']],
    ...names.map((name): [readonly ConfigImage[] | undefined, Path] => [
      environmentOf(application, name).images,
      ['environments', name, 'images'],
    ]),
  ];
  const merged = new Map<string, Entry>();
  for (const entries of attemptAll(lists, ([images, at]) => layer(application, expander, images, at))) {
    for (const [key, entry] of entries) {
      const before = merged.get(key);
      merged.set(key, before ? over(before, entry) : entry);
    }
  }
  return attemptAll(merged.values(), (entry) => declaredImage(application, entry));
}
