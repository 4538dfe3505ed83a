/**
 * Image Updater's annotations on an Application, or on the template of an ApplicationSet
 * (`argocd-image-updater.argoproj.io/…`; pkg/argocd/annotations.go of Image Updater).
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { isObject } from '../resources/json.ts';
import type { Path } from '../resources/pointer.ts';
import { type Configuration, leftOut, type Setting, type TagSettings, type UpdaterImage } from './configuration.ts';
import type { Manifest } from './manifests.ts';

const PREFIX = 'argocd-image-updater.argoproj.io/';

/** Annotations of the whole Application that have no place in waybill.yaml, and why. */
const application: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'force-update': 'forceUpdate',
    'pull-secret': 'pullSecret',
    'write-back-method': 'method',
    'write-back-target': 'writeBackTarget',
    'git-branch': 'branch',
    'git-repository': 'repository',
  }),
);
/** Of one image: `<alias>.NAME`. */
const ofImage: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'force-update': 'forceUpdate',
    'pull-secret': 'pullSecret',
    'helm.image-name': 'helm',
    'helm.image-tag': 'helm',
    'helm.image-spec': 'helm',
  }),
);
const tagKeys = ['update-strategy', 'allow-tags', 'ignore-tags'];
const imageKeys = [...tagKeys, 'platforms', 'kustomize.image-name', ...ofImage.keys()];

type Annotations = ReadonlyMap<string, Setting<string>>;

function pathOf({ kind }: Manifest): Path {
  const metadata = ['metadata', 'annotations'];
  return kind === 'ApplicationSet' ? ['spec', 'template', ...metadata] : metadata;
}

/** Image Updater's annotations without their prefix. */
function read(manifest: Manifest): Annotations {
  const path = pathOf(manifest);
  const annotations = manifest.at(path);
  const ours = Object.entries(isObject(annotations) ? annotations : {}).filter(([key]) => key.startsWith(PREFIX));
  return new Map(
    attemptAll(ours, ([key, value]): [string, Setting<string>] => {
      const location = manifest.locate([...path, key]);
      if (typeof value !== 'string') {
        throw failure('import-invalid', `the annotation ${key} must be text`, {
          location,
          help: ['Kubernetes takes no other annotations: put quotes around it.'],
        });
      }
      if (manifest.kind === 'ApplicationSet' && value.includes('{{')) {
        throw failure('import-invalid', `the annotation ${key} holds a template of the ApplicationSet`, {
          location,
          help: ['Import from one of the Applications that it makes: kubectl get application NAME -n argocd -o yaml.'],
        });
      }
      return [key.slice(PREFIX.length), { value: value.trim(), location }];
    }),
  );
}

function list(setting: Setting<string> | undefined): Setting<readonly string[]> | undefined {
  if (!setting) return undefined;
  const items = setting.value.split(',').map((item) => item.trim());
  return { location: setting.location, value: items.filter((item) => item !== '') };
}

/** The settings under `prefix`, else those of the whole Application; empty ones count as not there. */
function settingsOf(annotations: Annotations, prefix: string): TagSettings {
  const find = (key: string): Setting<string> | undefined =>
    [annotations.get(`${prefix}${key}`), annotations.get(key)].find((one) => one !== undefined && one.value !== '');
  const updateStrategy = find('update-strategy');
  const allowTags = find('allow-tags');
  const ignoreTags = list(annotations.get(`${prefix}ignore-tags`) ?? annotations.get('ignore-tags'));
  // Never for the whole Application.
  const platforms = prefix === '' ? undefined : list(annotations.get(`${prefix}platforms`));
  return {
    ...(updateStrategy ? { updateStrategy } : {}),
    ...(allowTags ? { allowTags } : {}),
    ...(ignoreTags && ignoreTags.value.length > 0 ? { ignoreTags } : {}),
    ...(platforms && platforms.value.length > 0 ? { platforms } : {}),
  };
}

function imageOf(annotations: Annotations, text: string, { location }: Setting<string>): [string, UpdaterImage] {
  const equals = text.indexOf('=');
  const alias = equals < 0 ? '' : text.slice(0, equals).trim();
  const value = text.slice(equals + 1).trim();
  if (value === '') {
    throw failure('import-invalid', `image-list: ${JSON.stringify(text)} names no image`, {
      location,
      help: ['The format is ALIAS=NAME:CONSTRAINT; commas separate images and are not allowed in constraints.'],
    });
  }
  const prefix = alias === '' ? '' : `${alias}.`;
  const manifestName = alias === '' ? undefined : annotations.get(`${prefix}kustomize.image-name`);
  return [
    alias,
    {
      image: { value, location },
      ...settingsOf(annotations, prefix),
      ...(manifestName && manifestName.value !== '' ? { manifestName } : {}),
    },
  ];
}

/** What is not converted. */
function remarks(annotations: Annotations, aliases: ReadonlySet<string>): readonly Diagnostic[] {
  return [...annotations].flatMap(([key, { location }]): Diagnostic[] => {
    if (key === 'image-list' || tagKeys.includes(key)) return [];
    const reason = application.get(key);
    if (reason !== undefined) return [leftOut(key, reason, location)];
    const name = imageKeys.find((one) => key.endsWith(`.${one}`));
    if (name === undefined) return [leftOut(key, 'unknown', location)];
    if (!aliases.has(key.slice(0, -name.length - 1))) return [leftOut(key, 'noAlias', location)];
    const why = ofImage.get(name);
    return why === undefined ? [] : [leftOut(key, why, location)];
  });
}

/**
 * The configuration in the annotations; undefined without an `image-list`.
 * @throws Failure `import-invalid`
 */
export function readAnnotations(manifest: Manifest): Configuration | undefined {
  const annotations = read(manifest);
  const images = annotations.get('image-list');
  if (!images) return undefined;
  const texts = images.value.split(',').map((text) => text.trim());
  const named = attemptAll(
    texts.filter((text) => text !== ''),
    (text) => imageOf(annotations, text, images),
  );
  return {
    application: manifest.name,
    location: images.location,
    images: named.map(([, image]) => image),
    leftOut: remarks(annotations, new Set(named.map(([alias]) => alias).filter((alias) => alias !== ''))),
  };
}
