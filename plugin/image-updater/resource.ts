/**
 * ImageUpdater resources (argocd-image-updater.argoproj.io/v1alpha1; api/v1alpha1/imageupdater_types.go of Image Updater).
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { compilePathMatch } from '../expressions/path-match.ts';
import { isArray, isObject, type Json } from '../resources/json.ts';
import type { Path } from '../resources/pointer.ts';
import { type Configuration, leftOut, type Setting, type TagSettings, type UpdaterImage } from './configuration.ts';
import type { Manifest } from './manifests.ts';

/** One entry of `applicationRefs`. */
export interface ApplicationRef {
  readonly namePattern: string;
  /** Whether the images stand in the Application's annotations. */
  readonly useAnnotations: boolean;
  readonly configuration: Configuration;
}

const settingKeys = ['updateStrategy', 'allowTags', 'ignoreTags', 'platforms'];

function invalid(manifest: Manifest, path: Path, expected: string): Error {
  return failure('import-invalid', `${path.join('.')} of ImageUpdater ${manifest.name} must be ${expected}`, {
    location: manifest.locate(path),
  });
}

function text(manifest: Manifest, path: Path): Setting<string> | undefined {
  const value = manifest.at(path);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(manifest, path, 'text');
  return { value: value.trim(), location: manifest.locate(path) };
}

function texts(manifest: Manifest, path: Path): Setting<readonly string[]> | undefined {
  const value = manifest.at(path);
  if (value === undefined || value === null) return undefined;
  const items = isArray(value)
    ? value.map((item) => (typeof item === 'string' ? item.trim() : undefined))
    : [undefined];
  const known = items.filter((item) => item !== undefined);
  if (known.length < items.length) throw invalid(manifest, path, 'a list of texts');
  return { value: known.filter((item) => item !== ''), location: manifest.locate(path) };
}

function settingsAt(manifest: Manifest, at: Path): TagSettings {
  const path = [...at, 'commonUpdateSettings'];
  const updateStrategy = text(manifest, [...path, 'updateStrategy']);
  const allowTags = text(manifest, [...path, 'allowTags']);
  const ignoreTags = texts(manifest, [...path, 'ignoreTags']);
  const platforms = texts(manifest, [...path, 'platforms']);
  return {
    ...(updateStrategy ? { updateStrategy } : {}),
    ...(allowTags ? { allowTags } : {}),
    ...(ignoreTags ? { ignoreTags } : {}),
    ...(platforms ? { platforms } : {}),
  };
}

/** A warning for each key of the mapping at `path` that `reasons` names or that is unknown. */
function remarksAt(manifest: Manifest, path: Path, known: readonly string[]): readonly Diagnostic[] {
  const value: Json | undefined = manifest.at(path);
  if (!isObject(value)) return [];
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => leftOut(key, key, manifest.locate([...path, key])));
}

function levelRemarks(manifest: Manifest, at: Path, known: readonly string[]): readonly Diagnostic[] {
  const writeBack = [...at, 'writeBackConfig'];
  return [
    ...remarksAt(manifest, at, [...known, 'commonUpdateSettings', 'writeBackConfig']),
    ...remarksAt(manifest, [...at, 'commonUpdateSettings'], settingKeys),
    ...remarksAt(manifest, writeBack, ['gitConfig']),
    ...remarksAt(manifest, [...writeBack, 'gitConfig'], []),
  ];
}

function imageRemarks(manifest: Manifest, path: Path): readonly Diagnostic[] {
  return [
    ...remarksAt(manifest, path, ['alias', 'imageName', 'commonUpdateSettings', 'manifestTargets']),
    ...remarksAt(manifest, [...path, 'commonUpdateSettings'], settingKeys),
    ...remarksAt(manifest, [...path, 'manifestTargets'], ['kustomize']),
  ];
}

function imageOf(manifest: Manifest, at: Path, inherited: TagSettings): UpdaterImage {
  const image = text(manifest, [...at, 'imageName']);
  if (!image || image.value === '') throw invalid(manifest, [...at, 'imageName'], 'the name of an image');
  const manifestName = text(manifest, [...at, 'manifestTargets', 'kustomize', 'name']);
  return {
    image,
    ...inherited,
    ...settingsAt(manifest, at),
    ...(manifestName && manifestName.value !== '' ? { manifestName } : {}),
  };
}

function refOf(manifest: Manifest, at: Path): ApplicationRef {
  const pattern = text(manifest, [...at, 'namePattern']);
  if (!pattern || pattern.value === '')
    throw invalid(manifest, [...at, 'namePattern'], "a pattern of Applications' names");
  const useAnnotations = manifest.at([...at, 'useAnnotations']) === true;
  const inherited = { ...settingsAt(manifest, ['spec']), ...settingsAt(manifest, at) };
  const images = manifest.at([...at, 'images']);
  const paths: readonly Path[] = Array.from(isArray(images) ? images.keys() : [], (index) =>
    at.concat('images', index),
  );
  return {
    namePattern: pattern.value,
    useAnnotations,
    configuration: {
      application: pattern.value,
      location: pattern.location,
      images: useAnnotations ? [] : attemptAll(paths, (path) => imageOf(manifest, path, inherited)),
      leftOut: [
        ...levelRemarks(manifest, ['spec'], ['applicationRefs']),
        ...levelRemarks(manifest, at, ['namePattern', 'useAnnotations', 'images']),
        ...paths.flatMap((path) => imageRemarks(manifest, path)),
      ],
    },
  };
}

/** `spec.applicationRefs`. @throws Failure `import-invalid` */
export function readApplicationRefs(manifest: Manifest): readonly ApplicationRef[] {
  const refs = manifest.at(['spec', 'applicationRefs']);
  if (!isArray(refs)) throw invalid(manifest, ['spec', 'applicationRefs'], 'a list');
  return attemptAll(refs, (_, index) => refOf(manifest, ['spec', 'applicationRefs', index]));
}

/** How exact a pattern is: Image Updater lets the most exact of several apply (calculateSpecificity; labels aside). */
function exactness(pattern: string): number {
  const literals = pattern.replaceAll(/\[.*?\]/gu, '').replaceAll(/[*?]/gu, '').length;
  return literals + (/[*?[\]]/u.test(pattern) ? 0 : 1_000_000);
}

/** The entries that apply to an Application, the most exact first. A pattern that Go refuses applies to none. */
export function refsFor(refs: readonly ApplicationRef[], application: string): readonly ApplicationRef[] {
  const matching = refs.filter(({ namePattern }) => {
    try {
      return compilePathMatch(namePattern)(application);
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  });
  return matching.toSorted((one, other) => exactness(other.namePattern) - exactness(one.namePattern));
}
