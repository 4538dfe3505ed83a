/**
 * Where the values of a source's resources are written. Plain manifests are read again to find line and column. A
 * value that kustomize printed is looked for in the manifest it built on; what is not there as it is, the kustomization
 * made. Of what helm prints only the template is known.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import type { Leaf } from '../fields/leaves.ts';
import type { FileTree } from '../files/tree.ts';
import { equals, isObject } from '../resources/json.ts';
import { valueAt } from '../resources/pointer.ts';
import { identify, type Resource } from '../resources/resource.ts';
import type { YamlDocument } from '../yaml/document.ts';
import { readYaml } from '../yaml/read.ts';

/** Finds the place of a field of a resource as its source gave it. */
export type LocateAuthored = (resource: Resource, leaf: Leaf) => Location;

/** True when kustomize may have made the resource out of the document: it may have put something before or after the name. */
function isBuiltFrom({ body }: Resource, { value }: YamlDocument): boolean {
  if (!isObject(value)) return false;
  const [built, authored] = [identify(body), identify(value)];
  return built.kind === authored.kind && authored.name !== '' && built.name.includes(authored.name);
}

/** A finder that reads each file once. */
export function authoredLocations(tree: FileTree): LocateAuthored {
  const files = new Map<string, readonly YamlDocument[]>();
  const documentsOf = (file: string): readonly YamlDocument[] => {
    const known = files.get(file);
    if (known) return known;
    const documents =
      tree.kind(file) === 'file' ? readYaml(tree.readText(file), { file, duplicateKeys: 'last-wins' }) : [];
    files.set(file, documents);
    return documents;
  };
  return (resource, { place, value }) => {
    const { location, document: index, item, builtBy } = resource.origin;
    if (index !== undefined) {
      const document = documentsOf(location.file)[index];
      return document?.locate(item === undefined ? place : ['items', item, ...place], 'value') ?? location;
    }
    if (!builtBy) return location;
    const holder = documentsOf(location.file).find(
      (document) => isBuiltFrom(resource, document) && equals(valueAt(document.value, place), value),
    );
    return holder?.locate(place, 'value') ?? builtBy;
  };
}
