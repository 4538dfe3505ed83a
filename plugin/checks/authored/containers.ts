/**
 * Containers without an image, or with one that is no text. A merge into a list that is replaced takes the image away,
 * and one that misspells a container's name adds another; the cluster refuses both when the sync is under way, or, for a
 * custom kind, takes them.
 */
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import { type Path, valueAt } from '../../resources/pointer.ts';
import { podSpecPath } from '../../resources/workload.ts';
import { listNames, suggest } from '../../diagnostics/suggest.ts';
import { type Finding, kindOfValue } from './finding.ts';

const LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const;
/** Deeper than any pod template stands. */
const MAX_DEPTH = 12;

/** Visits every list of containers below a value. `path` is where it stands, and changes on the way. */
function visitContainerLists(value: Json | undefined, path: (string | number)[], visit: (path: Path) => void): void {
  if (path.length > MAX_DEPTH) return;
  const enter = (key: string | number, below: Json): void => {
    path.push(key);
    if (LISTS.some((name) => name === key) && isArray(below)) visit([...path]);
    else visitContainerLists(below, path, visit);
    path.pop();
  };
  if (isArray(value)) {
    value.forEach((item, index) => {
      if (typeof item === 'object') enter(index, item);
    });
  } else if (isObject(value)) {
    for (const key in value) {
      const below = value[key];
      if (typeof below === 'object' && below !== null) enter(key, below);
    }
  }
}

function nameOf(container: Json): string | undefined {
  const name = isObject(container) ? getKey(container, 'name') : undefined;
  return typeof name === 'string' ? name : undefined;
}

function hasImage(container: Json | undefined): boolean {
  const image = isObject(container) ? getKey(container, 'image') : undefined;
  return image !== undefined && image !== null && (typeof image !== 'string' || image.trim() !== '');
}

/** One finding `image-not-text` for each container of a known kind whose image is a number or the like. */
export function findImageTypes(body: JsonObject): Finding[] {
  const base = podSpecPath(body);
  const spec = base && valueAt(body, base);
  if (base === undefined || !isObject(spec)) return [];
  return LISTS.flatMap((list): Finding[] => {
    const containers = getKey(spec, list);
    if (!isArray(containers)) return [];
    return containers.flatMap((container, index): Finding[] => {
      const image = isObject(container) ? getKey(container, 'image') : undefined;
      if (image === undefined || image === null || typeof image === 'string') return [];
      const message = `the image of ${list} ${nameOf(container) ?? index} is ${kindOfValue(image)}, not a text`;
      return [{ code: 'image-not-text', path: [...base, list, index, 'image'], message, value: image }];
    });
  });
}

/**
 * One finding `container-no-image` for each container without an image that overlays made of `before`: one that had an
 * image, or one that is new in a kind whose pods are known, or beside containers that have images.
 */
export function findLostImages(before: JsonObject, after: JsonObject): Finding[] {
  if (before === after) return [];
  const base = podSpecPath(after);
  const findings: Finding[] = [];
  visitContainerLists(after, [], (path) => {
    const list = valueAt(after, path);
    const old = valueAt(before, path);
    const earlier = isArray(old) ? old : [];
    const isKnown =
      base !== undefined && path.length === base.length + 1 && base.every((part, at) => part === path[at]);
    if (!isArray(list)) return;
    for (const [index, container] of list.entries()) {
      const name = nameOf(container);
      if (name === undefined || hasImage(container)) continue;
      const same = earlier.find((one) => nameOf(one) === name);
      const isOverlaid = same === undefined ? isKnown || earlier.some(hasImage) : hasImage(same);
      const isEmpty = isObject(container) && Object.hasOwn(container, 'image');
      const at = [...path, index, ...(isEmpty ? ['image'] : [])];
      if (isOverlaid) findings.push(lost(at, name, same !== undefined, earlier));
    }
  });
  return findings;
}

function lost(path: Path, name: string, hadImage: boolean, earlier: readonly Json[]): Finding {
  const names = earlier.flatMap((one) => nameOf(one) ?? []);
  const meant = hadImage ? undefined : suggest(name, names);
  if (path.at(-1) === 'image') {
    const message = `${hadImage ? '' : 'the new '}container ${name} has an empty image`;
    return { code: 'container-no-image', path, message, help: ['Write the image, or leave the field out.'] };
  }
  const there = `Containers of the manifest: ${listNames(names)}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`;
  return {
    code: 'container-no-image',
    path,
    message: hadImage ? `container ${name} loses its image` : `the new container ${name} has no image`,
    help: hadImage
      ? ['The list was replaced: its kind has no merge keys here. Use `set` or `patch`, or give the whole list.']
      : names.length === 0
        ? []
        : [there],
  };
}
