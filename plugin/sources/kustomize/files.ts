/**
 * The files that kustomize opens by name: through its loader, which also downloads, below the kustomization that
 * names them. Found by reading every `Load` of kustomize's api module.
 */
import type { Location } from '../../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../../diagnostics/failure.ts';
import { notFoundHelp } from '../../diagnostics/suggest.ts';
import { baseName, parentPath, resolvePath } from '../../files/path.ts';
import { isArray, isObject, type Json } from '../../resources/json.ts';
import { readYaml } from '../../yaml/read.ts';
import type { SourceContext } from '../context.ts';
import type { Copy } from '../copy.ts';
import { entriesAt } from './kustomization.ts';
import { type Entry, isUrl, refuseRemote } from './remote.ts';

/** How a field names a file: its path; `key=path`; a path, or the content itself. */
type Form = 'path' | 'keyed' | 'path-or-content';

type Fields = readonly (readonly [form: Form, pattern: readonly string[]])[];

const GENERATOR = (at: readonly string[]): Fields => [
  ['keyed', [...at, 'files', '*']],
  ['path', [...at, 'envs', '*']],
  ['path', [...at, 'env']],
];

/** The fields of a kustomization that name files, as patterns of paths into it. */
export const kustomizationFiles: Fields = [
  ['path', ['crds', '*']],
  ['path', ['configurations', '*']],
  ['path', ['openapi', 'path']],
  ['path', ['patches', '*', 'path']],
  ['path', ['patchesJson6902', '*', 'path']],
  ['path-or-content', ['patchesStrategicMerge', '*']],
  ['path', ['replacements', '*', 'path']],
  ...GENERATOR(['configMapGenerator', '*']),
  ...GENERATOR(['secretGenerator', '*']),
];

/** The same of the configuration of built-in plugins, by their kinds. Kinds that are not here name no files. */
export const pluginFiles: Readonly<Record<string, Fields>> = {
  ConfigMapGenerator: GENERATOR([]),
  SecretGenerator: GENERATOR([]),
  PatchTransformer: [['path', ['path']]],
  PatchJson6902Transformer: [['path', ['path']]],
  PatchStrategicMergeTransformer: [['path-or-content', ['paths', '*']]],
  ReplacementTransformer: [['path', ['replacements', '*', 'path']]],
  ValueAddTransformer: [['path', ['targetFilePath']]],
};

/** What files are looked up in, and where those that are found go. */
export interface Around extends Pick<SourceContext, 'tree' | 'policy'> {
  readonly copy: Copy;
  /** Charts that kustomize inflates with helm. */
  readonly charts: { count: number };
}

/** Whether kustomize takes a text as the content of a patch. A text that it does not is a path. */
function isContent(text: string): boolean {
  try {
    const documents = readYaml(text, { file: 'patch', duplicateKeys: 'last-wins' });
    return documents.length > 0 && documents.every(({ value }) => isObject(value) || isArray(value));
  } catch {
    return false;
  }
}

/** The file that a field names; undefined for none, and for what kustomize itself refuses. */
function fileIn(text: string, form: Form): string | undefined {
  if (form === 'path') return text;
  if (form === 'path-or-content') return !isUrl(text) && isContent(text) ? undefined : text;
  const [key = '', path = key, ...more] = text.split('=');
  return more.length > 0 ? undefined : path;
}

/** Failure `file-missing` for what the tree does not have, with what it has. */
export function missing(text: string, path: string, location: Location, { tree }: Around): Error {
  const parent = parentPath(path);
  const names = tree.kind(parent) === 'directory' ? tree.list(parent) : [];
  return failure('file-missing', `${text} does not exist`, {
    location,
    help: notFoundHelp(`In ${parent || '.'}`, baseName(path), names),
  });
}

/** Copies one file that kustomize opens. Failure `source-remote`, `path-escapes`, `file-missing`. */
export function takeFile(text: string, directory: string, location: Location, around: Around): void {
  if (isUrl(text)) {
    if (around.policy.remote.kustomizeBases) return;
    refuseRemote(text, location);
  }
  const path = resolvePath(directory, text, location);
  const kind = around.tree.kind(path);
  if (kind === 'directory') throw failure('file-missing', `${text} is a directory, not a file`, { location });
  if (kind === undefined) throw missing(text, path, location, around);
  around.copy.add(path);
}

/**
 * Copies the files that `value` names in `fields`; paths are relative to `directory`. Every mistake is reported:
 * Failure as {@link takeFile}.
 */
export function takeFiles(
  value: Json,
  fields: Fields,
  directory: string,
  locate: (entry: Entry) => Location,
  around: Around,
): void {
  const named = fields.flatMap(([form, pattern]) => entriesAt(value, pattern).map((entry) => ({ form, entry })));
  attemptAll(named, ({ form, entry }) => {
    const location = locate(entry);
    // Whatever the form: nothing that kustomize could take for a URL.
    const url = form === 'keyed' ? entry.text.split('=').find(isUrl) : undefined;
    if (url !== undefined && !around.policy.remote.kustomizeBases) refuseRemote(entry.text, location);
    const file = fileIn(entry.text, form);
    if (file !== undefined) takeFile(file, directory, location, around);
  });
}
