/**
 * Where the values of a source's resources are written. Plain manifests are read again to find line and column; of
 * what helm and kustomize print only the origin is known that the source gave it.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import type { FileTree } from '../files/tree.ts';
import type { Path } from '../resources/pointer.ts';
import type { Origin } from '../resources/resource.ts';
import type { YamlDocument } from '../yaml/document.ts';
import { readYaml } from '../yaml/read.ts';

/** Finds the place of a field of a resource as its source gave it. */
export type LocateAuthored = (origin: Origin, path: Path) => Location;

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
  return (origin, path) => {
    if (origin.document === undefined) return origin.location;
    const document = documentsOf(origin.location.file)[origin.document];
    const inFile = origin.item === undefined ? path : ['items', origin.item, ...path];
    return document?.locate(inFile, 'value') ?? origin.location;
  };
}
