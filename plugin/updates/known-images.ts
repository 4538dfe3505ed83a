/**
 * Which images an application has, as far as its files tell without a render: CI must not write a lock for a misspelt
 * image, which would fail the next deployment of the environment.
 */
import { findApplications } from '../applications/find.ts';
import { isApplication } from '../applications/marks.ts';
import type { Application } from '../config/application.ts';
import { lineage } from '../config/inheritance.ts';
import { loadApplication } from '../config/load.ts';
import { resolveEnvironmentImages } from '../config/resolve.ts';
import { Failure, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import { baseName } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { readable, walkTree } from '../files/walk.ts';
import { lockedEnvironments, lockPath } from '../lock/locks.ts';
import { readLock } from '../lock/read.ts';
import { nameKey, splitReference } from '../references/reference.ts';
import type { ConfigImage } from '../schemas/config.generated.ts';
import type { ImageState } from './outcome.ts';
import { slug } from '../templates/slug.ts';

/** Names by the key they are compared by. */
export interface KnownImages {
  /** Entries of waybill.yaml; templates are not expanded, and such names are left out. */
  readonly declared: ReadonlyMap<string, Readonly<ConfigImage>>;
  /** Names in the locks of all environments. */
  readonly locked: ReadonlyMap<string, string>;
}

/** What waybill.yaml and the locks know. @throws Failure for a waybill.yaml that cannot be read */
export function knownImages(tree: FileTree, directory: string): KnownImages {
  const { config } = loadApplication(tree, directory);
  const declared = new Map<string, Readonly<ConfigImage>>();
  for (const image of config.images ?? []) {
    if (image.name.includes('{{')) continue;
    const key = nameKey(image.name);
    declared.set(key, { ...declared.get(key), ...image });
  }
  for (const environment of Object.values(config.environments ?? {})) {
    for (const image of environment?.images ?? []) {
      // What one environment says about an image is no fact about it in another.
      const key = nameKey(image.name);
      if (!image.name.includes('{{') && !declared.has(key)) declared.set(key, { name: image.name });
    }
  }
  const locked = new Map<string, string>();
  for (const environment of lockedEnvironments(tree, directory)) {
    try {
      for (const { name } of readLock(tree, lockPath(directory, environment)).images) locked.set(nameKey(name), name);
    } catch (error) {
      // Another environment's broken lock says nothing about this one's images.
      if (!(error instanceof Failure)) throw error;
    }
  }
  return { declared, locked };
}

/** What a declaration says that needs no template to be expanded. */
function plain(image: Readonly<ConfigImage>): Readonly<ConfigImage> | undefined {
  if (image.name.includes('{{')) return undefined;
  const said = Object.entries(image).filter(([, value]) => typeof value !== 'string' || !value.includes('{{'));
  return { ...Object.fromEntries(said), name: image.name };
}

/**
 * What waybill.yaml says about an image in one environment, as a render takes it: the environment's own words and those
 * of the environments that it extends stand above the application's. Templates that need more than the directory's name
 * are left out.
 */
export function declaredFor(
  application: Application,
  environment: string,
  name: string,
): Pick<ConfigImage, 'sourceRepository' | 'commitFromTag' | 'thirdParty'> | undefined {
  const key = nameKey(name);
  const app = slug(baseName(application.directory));
  try {
    const context = { app: { name: app, instance: app }, values: {} };
    const images = resolveEnvironmentImages(application, environment, context);
    // The top of a repository has no name that templates could be expanded with.
    if (application.directory !== '') return images.find((one) => nameKey(one.name) === key);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  const { config } = application;
  const layers = [config.images, ...lineage(application, environment).map((one) => config.environments?.[one]?.images)];
  const said = layers.flatMap((images) => (images ?? []).flatMap((image) => plain(image) ?? []));
  const own = said.filter((image) => nameKey(image.name) === key);
  return own.length === 0 ? undefined : Object.fromEntries(own.flatMap((image) => Object.entries(image)));
}

/** Where an image's name may stand: manifests, charts, values, kustomizations. */
const textFiles = /(\.(ya?ml|json|tpl)|\/Kustomization)$/u;

/**
 * What the manifests say about an image that no lock has: the version behind its name, where all that name it agree.
 * Values of charts that keep the tag apart are not understood here.
 */
export function statedVersion(tree: FileTree, directory: string, name: string): ImageState | undefined {
  const versions = new Set<string>();
  for (const text of ownTexts(tree, directory)) {
    for (const found of text.matchAll(mention(name))) {
      const rest = /^[:@][\w.:@-]+/u.exec(text.slice(found.index + name.length))?.[0];
      if (rest !== undefined && !rest.endsWith(':')) versions.add(rest);
    }
  }
  const [only, other] = versions;
  if (only === undefined || other !== undefined) return undefined;
  const { tag, digest } = splitReference(`${name}${only}`);
  return { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** Files of applications below are theirs: a lock that is written beside them would never be read. */
function* ownTexts(tree: FileTree, directory: string): Generator<string> {
  const others: string[] = [];
  for (const { path, kind } of walkTree(tree, directory, { skip: ['locks'], links: 'all' })) {
    if (kind === 'directory' && isApplication(tree, path)) others.push(`${path}/`);
    if (others.some((other) => path.startsWith(other))) continue;
    if (kind === 'file' && textFiles.test(`/${path}`)) yield readable(() => tree.readText(path)) ?? '';
  }
}

/** The name, where it is one of its own and no part of another. */
function mention(name: string): RegExp {
  return new RegExp(
    `(?<![\\w./-])${name.replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, (one) => (one === '-' || one === '/' ? one : `\\${one}`))}(?![\\w/-])`,
    'gu',
  );
}

function isMentioned(tree: FileTree, directory: string, name: string): boolean {
  const pattern = mention(name);
  for (const text of ownTexts(tree, directory)) if (text.search(pattern) >= 0) return true;
  return false;
}

/** Whether waybill.yaml, a lock, or any manifest, chart or values file of the application names the image. */
export function isKnown(tree: FileTree, directory: string, name: string, known: KnownImages): boolean {
  const key = nameKey(name);
  return known.declared.has(key) || known.locked.has(key) || isMentioned(tree, directory, name);
}

/**
 * Passes when the application {@link isKnown names} the image.
 * @throws Failure `image-unmatched`
 */
export function checkKnown(tree: FileTree, directory: string, name: string, known: KnownImages): void {
  const own = isKnown(tree, directory, name, known);
  if (own && isApplication(tree, directory)) return;
  // Rendered manifests and the like beside applications name their images, too.
  const below = findApplications(tree, directory).applications.filter(
    (one) => one !== directory && isKnown(tree, one, name, knownImages(tree, one)),
  );
  if (below.length > 0) {
    throw failure(
      'image-unmatched',
      `${directory || 'this directory'} does not name the image ${name}, but these applications below do: ${below.join(', ')}`,
      {
        help: ['Start in one of them (-C DIR), name them with --application, or give --all.'],
      },
    );
  }
  if (own) return;
  throw unknown(`no file of ${directory || 'the application'} names the image ${name}`, name, [known]);
}

/** Failure `image-unmatched` that lists the images that there are. */
export function unknown(message: string, name: string, known: readonly KnownImages[]): Error {
  const names = known.flatMap(({ declared, locked }) => [
    ...locked.values(),
    ...Array.from(declared.values(), (image) => image.name),
  ]);
  return failure('image-unmatched', message, {
    help: [
      ...notFoundHelp('Images in locks and waybill.yaml', name, [...new Set(names)]),
      'Use --new if it is correct.',
    ],
  });
}
