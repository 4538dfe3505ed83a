/**
 * Kustomize repositories: `overlays/production/kustomization.yaml` beside `base`, and the like.
 */
import type { LeftOut } from '../applications/find.ts';
import { Failure } from '../diagnostics/failure.ts';
import { joinPath, resolvePath } from '../files/path.ts';
import { getKey, isArray, isObject, type JsonObject } from '../resources/json.ts';
import { readYaml } from '../yaml/read.ts';
import { areEnvironments, speaksOfEnvironment } from './environments.ts';
import { type Detect, type Folder, nameEnvironments } from './layout.ts';

const fileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const tops = ['', 'kustomize', 'k8s', 'kubernetes', 'deploy', 'deployment', 'manifests'];
const parents = ['overlays', 'overlay', 'environments', 'envs', 'env'];
const bases = new Set(['base', 'bases', 'common', 'components', 'component', 'shared']);
const deepest = 4;

function fileOf(folder: Folder, path: string): string | undefined {
  return fileNames.map((name) => joinPath(path, name)).find((file) => folder.hasFile(file));
}

function bodyOf(folder: Folder, path: string): JsonObject {
  const file = fileOf(folder, path);
  if (file === undefined) return {};
  try {
    const value = readYaml(folder.text(file), { file: folder.at(file), duplicateKeys: 'last-wins' })[0]?.value;
    return isObject(value) ? value : {};
  } catch (error) {
    // Rendering it says what is wrong.
    if (error instanceof Failure) return {};
    throw error;
  }
}

/** The folders below `parent` that have a kustomization, as paths below it; not those of the applications' bases. */
function overlaysBelow(folder: Folder, parent: string, depth = 1): string[] {
  return folder.folders(parent).flatMap((name) => {
    const path = joinPath(parent, name);
    const below = depth < deepest ? overlaysBelow(folder, path, depth + 1) : [];
    const own = fileOf(folder, path) === undefined ? [] : [name];
    return own.concat(below.map((one) => joinPath(name, one)));
  });
}

/** The folders of this application that the kustomization of `path` builds on. */
function builtOn(folder: Folder, path: string): string[] {
  const body = bodyOf(folder, path);
  return ['resources', 'bases', 'components'].flatMap((key) => {
    const list = getKey(body, key);
    return (isArray(list) ? list : []).flatMap((one) => {
      if (typeof one !== 'string' || one.includes('://')) return [];
      try {
        return [resolvePath(path, one)];
      } catch (error) {
        if (error instanceof Failure) return [];
        throw error;
      }
    });
  });
}

interface Candidates {
  readonly parent: string;
  /** Paths below the parent. */
  readonly raws: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly apart?: readonly string[];
}

/** What of the kustomizations below `parent` is deployed: no components, and nothing that others build on. */
function candidatesIn(folder: Folder, parent: string, all: readonly string[]): Candidates {
  const used = new Map<string, string>();
  for (const raw of all) {
    for (const path of builtOn(folder, joinPath(parent, raw))) used.set(path, joinPath(parent, raw));
  }
  const leftOut: LeftOut[] = [];
  const raws = all.filter((raw) => {
    const path = joinPath(parent, raw);
    const user = used.get(path);
    const isComponent = getKey(bodyOf(folder, path), 'kind') === 'Component';
    // production can build on staging, and both be deployed; the folder above a region is its base.
    const isBase = user !== undefined && (!speaksOfEnvironment(raw) || user.startsWith(`${path}/`));
    const reason = isComponent ? 'is a component' : isBase ? `${folder.at(user)} builds on it` : undefined;
    if (reason !== undefined) leftOut.push({ directory: folder.at(path), reason });
    return reason === undefined;
  });
  return { parent, raws, leftOut };
}

/** Folders of environments right in the directory: with a base beside them, or by names that speak of environments. */
function besides(folder: Folder): Candidates | undefined {
  const names = folder.folders().filter((name) => !bases.has(name) && fileOf(folder, name) !== undefined);
  const hasBase = [...bases].some((name) => fileOf(folder, name) !== undefined);
  const speaking = names.filter(speaksOfEnvironment);
  if (!hasBase && !areEnvironments(speaking, names)) return undefined;
  const { raws, leftOut } = candidatesIn(folder, '', hasBase ? names : speaking);
  const others = hasBase ? [] : names.filter((name) => !speaking.includes(name));
  const isEnough = raws.length > 1 || (raws.length > 0 && hasBase);
  const silent = others.map((name) => ({ directory: folder.at(name), reason: 'its name contains no environment' }));
  const apart = hasBase ? [] : folder.folders().filter((name) => !bases.has(name) && !speaking.includes(name));
  return isEnough ? { parent: '', raws, leftOut: [...leftOut, ...silent], apart } : undefined;
}

function find(folder: Folder): Candidates | undefined {
  for (const top of tops) {
    for (const name of parents) {
      const parent = joinPath(top, name);
      const all = overlaysBelow(folder, parent);
      if (all.length > 0) return candidatesIn(folder, parent, all);
    }
  }
  return besides(folder);
}

export const detect: Detect = (folder) => {
  const found = find(folder);
  if (found !== undefined && found.raws.length > 0) {
    const named = nameEnvironments(found.raws, (raw) => folder.at(joinPath(found.parent, raw)));
    return {
      source: { kind: 'kustomize', path: joinPath(found.parent, '*') },
      environments: named.environments,
      leftOut: [...found.leftOut, ...named.leftOut],
      apart: found.apart ?? [],
    };
  }
  const single = ['', 'base'].find((path) => fileOf(folder, path) !== undefined);
  if (single === undefined) return undefined;
  return { source: { kind: 'kustomize', path: single || '.' }, environments: [], leftOut: found?.leftOut ?? [] };
};
