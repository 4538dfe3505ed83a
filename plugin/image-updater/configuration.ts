/**
 * Argo CD Image Updater's configuration of one Application, wherever it was written: in annotations or in an ImageUpdater
 * resource. Names and meaning are those of https://argocd-image-updater.readthedocs.io, version 1.2.
 */
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts';

/** A value, and where it is written. */
export interface Setting<Value> {
  readonly value: Value;
  readonly location: Location;
}

/** What decides which tags of an image are considered. */
export interface TagSettings {
  /** `semver`, `newest-build`, … */
  readonly updateStrategy?: Setting<string>;
  /** `regexp:EXPRESSION` or `any`. */
  readonly allowTags?: Setting<string>;
  readonly ignoreTags?: Setting<readonly string[]>;
  readonly platforms?: Setting<readonly string[]>;
}

/** One image that is kept up to date. */
export interface UpdaterImage extends TagSettings {
  /** `name`, `name:constraint`; the alias is left out. */
  readonly image: Setting<string>;
  /** The image that the manifests name, where it is another one. */
  readonly manifestName?: Setting<string>;
}

/** One Application's configuration. */
export interface Configuration {
  /** The Application's name, or the pattern of names that an ImageUpdater applies to. */
  readonly application: string;
  readonly location: Location;
  readonly images: readonly UpdaterImage[];
  /** What has no place in `images` of waybill.yaml: a warning for each setting. */
  readonly leftOut: readonly Diagnostic[];
}

/** What becomes of the settings that `images` has no key for; the end of a sentence. */
const elsewhere: ReadonlyMap<string, string> = new Map(
  Object.entries({
    forceUpdate: 'an entry of images always applies; one that matches no image of the manifests is an error',
    pullSecret: 'credentials of registries are configured on the machine that runs Waybill (docs/registries.md)',
    method: 'waybill images update --commit --push writes the lock into Git',
    writeBackTarget: 'what runs is written into the lock of the environment (locks/ENVIRONMENT.yaml)',
    branch: 'name it where the lock is written: waybill images update --branch',
    repository: 'the lock is written into the clone that waybill images update is started in',
    pullRequest: 'waybill images update --pull-request-branch pushes a branch for one',
    helm: 'images are changed in the rendered manifests, so no helm parameter is needed: remove it from the Application',
    plugin: 'images are changed in the rendered manifests, so no variable of the plugin is needed',
    imagesVerification: 'waybill images verify checks signatures',
    labelSelectors: 'waybill.yaml belongs to one application directory; whether the labels match is not looked at',
    unknown: 'it is unknown: Image Updater 1.2 has no such setting',
    noAlias: 'image-list has no image with this alias',
  }),
);

/** A warning that `what` is not converted. `key` chooses the reason. */
export function leftOut(what: string, key: string, location: Location): Diagnostic {
  return {
    severity: 'warning',
    code: 'import-left-out',
    message: `${what} is not converted: ${elsewhere.get(key) ?? elsewhere.get('unknown')}`,
    location,
  };
}
