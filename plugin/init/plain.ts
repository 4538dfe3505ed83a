/**
 * Plain manifests: in the directory, below `base` or `manifests`, or a folder for each environment.
 */
import { joinPath } from '../files/path.ts';
import { areEnvironments, environmentName, speaksOfEnvironment } from './environments.ts';
import { type Detect, type Folder, type Layout, manifestKinds, nameEnvironments } from './layout.ts';

const MANIFEST = /\.(?:ya?ml|json)$/u;

const ofArgoCD = new Set(['Application', 'ApplicationSet', 'AppProject']);

/**
 * Other YAML and JSON, such as package.json or mkdocs.yml, makes no application, and Argo CD's Applications and
 * ApplicationSets say where applications are. What cannot be read may be a manifest.
 */
function isManifest(folder: Folder, file: string): boolean {
  return manifestKinds(folder, file)?.some((kind) => !ofArgoCD.has(kind)) ?? true;
}

/** The names of the manifests that are in a folder itself. */
export function manifestsIn(folder: Folder, path: string): string[] {
  return folder.files(path).filter((name) => MANIFEST.test(name) && isManifest(folder, joinPath(path, name)));
}

function hasManifests(folder: Folder, path: string): boolean {
  return folder.files(path).some((name) => MANIFEST.test(name) && isManifest(folder, joinPath(path, name)));
}

/** `production/*.yaml` and `staging/*.yaml`, each complete: nothing is beside them that both would share. */
function foldersOfEnvironments(folder: Folder): Layout | undefined {
  for (const parent of ['', 'environments', 'envs', 'env', 'overlays', 'manifests']) {
    const names = folder.folders(parent).filter((name) => hasManifests(folder, joinPath(parent, name)));
    const speaking = names.filter(
      (name) => parent === 'environments' || parent === 'envs' || speaksOfEnvironment(name),
    );
    if (speaking.length === 0 || hasManifests(folder, parent)) continue;
    if (parent === '' && !areEnvironments(speaking, names)) continue;
    const at = (name: string): string => folder.at(joinPath(parent, name));
    const named = nameEnvironments(speaking, at);
    const others = names.filter((name) => !speaking.includes(name));
    const apart = parent === '' ? folder.folders().filter((name) => !speaking.includes(name) && name !== 'locks') : [];
    return {
      source: { kind: 'manifests', path: joinPath(parent, '*') },
      environments: named.environments,
      apart,
      leftOut: [
        ...named.leftOut,
        ...others.map((name) => ({ directory: at(name), reason: 'its name contains no environment' })),
      ],
    };
  }
  return undefined;
}

function locked(folder: Folder): string[] {
  return folder
    .files('locks')
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .filter((name) => environmentName(name) === name);
}

export const detect: Detect = (folder) => {
  const environments = locked(folder).map((name) => ({ name, raw: name }));
  const found = foldersOfEnvironments(folder);
  // A lock says which environments there are, unless each has its folder.
  if (found && environments.every(({ name }) => found.environments.some((one) => one.name === name))) return found;
  const path =
    ['base', 'manifests'].find((name) => hasManifests(folder, name)) ?? (hasManifests(folder, '') ? '.' : undefined);
  if (path === undefined) return undefined;
  const below = path === '.' ? '' : path;
  // Argo CD reads one level, and so does what is written.
  const subfolders = folder
    .folders(below)
    .filter((name) => name !== 'locks' && hasManifests(folder, joinPath(below, name)));
  return {
    source: { kind: 'manifests', path, ...(subfolders.length === 0 ? {} : { recurse: false }) },
    environments,
    leftOut: subfolders.map((name) => ({
      directory: folder.at(joinPath(below, name)),
      reason: 'Argo CD leaves subfolders out; recurse: true in waybill.yaml reads them',
    })),
  };
};
