/**
 * The files of records as they lie in the repository.
 */
import { Failure } from '../diagnostics/failure.ts';
import type { FileTree } from '../files/tree.ts';
import { readable, walkTree } from '../files/walk.ts';
import { isRecordManifest } from '../record/manifest.ts';
import { isObject } from '../resources/json.ts';
import type { Resource } from '../resources/resource.ts';
import { readYaml } from '../yaml/read.ts';

/** The manifests in a file that may be a template of a chart, as record-file.ts writes it. */
function withoutTemplate(text: string): string {
  return text.replaceAll(/^\{\{-?\s(?:\/\*|if\s|end\s).*\}\}$/gmu, '').replaceAll('{{ "{{" }}', '{{');
}

/**
 * The records in the text of a file.
 * @throws Failure `yaml-…`
 */
export function recordsInText(text: string, file: string): readonly Resource[] {
  return readYaml(withoutTemplate(text), { file, duplicateKeys: 'error' }).flatMap(({ value, line }): Resource[] =>
    isObject(value) && isRecordManifest(value) ? [{ body: value, origin: { location: { file, line } } }] : [],
  );
}

/** Whether a text holds records and nothing else, or nothing at all; one that cannot be read counts by its words. */
export function holdsOnlyRecords(text: string, file: string): boolean {
  try {
    return readYaml(withoutTemplate(text), { file, duplicateKeys: 'error' }).every(
      ({ value }) => value === null || (isObject(value) && isRecordManifest(value)),
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return text.includes('"kind": "DeploymentRecord"');
  }
}

/**
 * The records in a file; none where there is no file.
 * @throws Failure `yaml-…`, and what the tree says
 */
export function recordsIn(tree: FileTree, file: string): readonly Resource[] {
  return tree.kind(file) === 'file' ? recordsInText(tree.readText(file), file) : [];
}

/** The names of records that a file holds as a manifest or, in a chart, as a template. */
function namesIn(text: string): string[] {
  if (!text.includes('deployment.json')) return [];
  return Array.from(text.matchAll(/^\s+name: (waybill\.[a-z0-9.-]+\.[0-9a-f]{40})\s*$/gmu), ([, name]) => name ?? '');
}

/**
 * The records in files at and below a directory: file by name. What cannot be read is passed over, as are names that begin
 * with a dot.
 */
export function recordFiles(tree: FileTree, directory: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { path, kind } of walkTree(tree, directory, { links: 'files' })) {
    if (kind !== 'file' || !/\.(?:ya?ml|json|tpl)$/u.test(path)) continue;
    for (const record of namesIn(readable(() => tree.readText(path)) ?? '')) found.set(record, path);
  }
  return found;
}
