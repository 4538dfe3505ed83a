/**
 * What a kustomization is built on, followed and judged before kustomize runs: bases may lie anywhere inside the
 * root, never outside it, and nothing is fetched that the operator's policy does not allow. kustomize itself looks
 * only at the files (its load restrictor keeps those below the kustomization that names them); a base it would take
 * from any directory of the machine.
 */
import type { PathEntry } from '../../config/environment.ts';
import type { Location } from '../../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../../diagnostics/failure.ts';
import { notFoundHelp } from '../../diagnostics/suggest.ts';
import { baseName, joinPath, parentPath, resolvePath } from '../../files/path.ts';
import { getKey, isArray, isObject, type Json } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import type { YamlDocument } from '../../yaml/document.ts';
import { readYaml } from '../../yaml/read.ts';
import type { SourceContext } from '../context.ts';
import { type Entry, isRemote, isUrl, urlsIn } from './remote.ts';

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Fields whose entries may be directories with kustomizations of their own (`accumulateResources` in kustomize). */
const DIRECTORIES = ['resources', 'bases', 'components', 'generators', 'transformers', 'validators'];

/** Those of them whose files configure kustomize's built-in plugins, and may be written inline. */
const CONFIGURATIONS = new Set(['generators', 'transformers', 'validators']);

/** Fields that name files, as paths into the kustomization; `*` is every item of a list. */
const FILES: readonly (readonly string[])[] = [
  ['crds', '*'],
  ['configurations', '*'],
  ['openapi', 'path'],
  ['patches', '*', 'path'],
  ['patchesJson6902', '*', 'path'],
  ['patchesStrategicMerge', '*'],
  ['replacements', '*', 'path'],
  ['configMapGenerator', '*', 'files', '*'],
  ['configMapGenerator', '*', 'envs', '*'],
  ['configMapGenerator', '*', 'env'],
  ['secretGenerator', '*', 'files', '*'],
  ['secretGenerator', '*', 'envs', '*'],
  ['secretGenerator', '*', 'env'],
];

const HELM = ['helmCharts', 'helmChartInflationGenerator', 'helmGlobals'];

type Surroundings = Pick<SourceContext, 'tree' | 'policy'>;

/** A kustomization that was read. */
interface Kustomization {
  /** Its directory without links, as a tree path: what its own paths are relative to. */
  readonly directory: string;
  readonly file: string;
  readonly document: YamlDocument;
}

/** Every string at `pattern` below `value`. */
function entriesAt(value: Json | undefined, pattern: readonly string[], path: Path = []): Entry[] {
  const [step, ...rest] = pattern;
  if (step === undefined) return typeof value === 'string' ? [{ text: value, path }] : [];
  if (step === '*')
    return isArray(value) ? value.flatMap((item, index) => entriesAt(item, rest, [...path, index])) : [];
  return isObject(value) ? entriesAt(getKey(value, step), rest, [...path, step]) : [];
}

function refuseRemote(entry: string, location: Location): never {
  throw failure('source-remote', `${entry} would be fetched from the network`, {
    location,
    help: [
      'A render reads nothing but the repository, so that the same commit always gives the same manifests.',
      'Copy what is needed into the repository. The operator may allow it: remote.kustomizeBases in the policy.',
    ],
  });
}

function openKustomization({ path, location }: PathEntry, { tree }: Surroundings): Kustomization {
  const directory = tree.realPath(path);
  if (directory === undefined || tree.kind(directory) !== 'directory') {
    throw failure('file-missing', `the directory ${path || '.'} does not exist`, { location });
  }
  const present = NAMES.filter((name) => tree.kind(joinPath(directory, name)) === 'file');
  const [name] = present;
  if (name === undefined || present.length > 1) {
    const what = name === undefined ? 'no kustomization.yaml' : `${present.join(' and ')}; kustomize takes only one`;
    throw failure('file-missing', `the directory ${directory || '.'} has ${what}`, { location });
  }
  const file = joinPath(directory, name);
  const [document] = readYaml(tree.readText(file), { file, duplicateKeys: 'error' });
  if (!document) throw failure('yaml-syntax', 'the kustomization is empty', { location: { file } });
  return { directory, file, document };
}

/** The directory that an entry of {@link DIRECTORIES} leads to; undefined for files and what is written inline. */
function baseOf({ text, path }: Entry, kustomization: Kustomization, around: Surroundings): PathEntry | undefined {
  const { tree, policy } = around;
  const { directory, document } = kustomization;
  const location = document.locate(path);
  const isConfiguration = CONFIGURATIONS.has(String(path[0]));
  if (isConfiguration && text.includes('\n')) {
    checkConfiguration(text, location, around);
    return undefined;
  }
  if (isRemote(text, () => tree.kind(resolvePath(directory, text)) !== undefined)) {
    if (!policy.remote.kustomizeBases) refuseRemote(text, location);
    return undefined;
  }
  const local = resolvePath(directory, text, location);
  const kind = tree.kind(local);
  if (kind === undefined) {
    const parent = parentPath(local);
    const names = tree.kind(parent) === 'directory' ? tree.list(parent) : [];
    throw failure('file-missing', `${text} does not exist`, {
      location,
      help: notFoundHelp(`In ${parent || '.'}`, baseName(local), names),
    });
  }
  if (kind === 'directory') return { path: local, location };
  if (isConfiguration) checkConfiguration(tree.readText(local), { file: local }, around);
  return undefined;
}

/** Refuses URLs in the configuration of built-in generators and transformers. */
function checkConfiguration(text: string, location: Location, { policy }: Surroundings): void {
  if (policy.remote.kustomizeBases) return;
  for (const { value } of readYaml(text, { file: location.file, duplicateKeys: 'last-wins' })) {
    for (const url of urlsIn(value)) refuseRemote(url.text, location);
  }
}

/** URLs in the place of files, and fields that start helm. */
function checkFields(kustomization: Kustomization, { policy }: Surroundings): void {
  const { document } = kustomization;
  const { value } = document;
  const checks = FILES.flatMap((pattern) => entriesAt(value, pattern)).map((entry) => () => {
    if (isUrl(entry.text) && !policy.remote.kustomizeBases) refuseRemote(entry.text, document.locate(entry.path));
  });
  const helm = HELM.filter((field) => isObject(value) && getKey(value, field) !== undefined).map((field) => () => {
    throw failure('kustomize-helm', `${field} would make kustomize run helm`, {
      location: document.locate([field], 'key'),
      help: ['Make the chart the source of an application of its own (source.helm in waybill.yaml).'],
    });
  });
  attemptAll([...checks, ...helm], (check) => check());
}

/** A kustomization and what it is built on. */
export interface Followed {
  /** The kustomization's file. */
  readonly file: string;
  /** Directories, without links, that hold all of it; the first is the kustomization's own. */
  readonly directories: readonly string[];
}

/**
 * Follows a kustomization through everything it is built on. Every mistake is reported: Failure `source-remote`,
 * `path-escapes`, `file-missing`, `kustomize-helm`, `yaml-syntax`, and what the tree says.
 */
export function followKustomization(start: PathEntry, around: Surroundings): Followed {
  const followed = new Map<string, string>();
  const follow = (entry: PathEntry): void => {
    const kustomization = openKustomization(entry, around);
    const { directory, file, document } = kustomization;
    if (followed.has(directory)) return;
    followed.set(directory, file);
    const entries = DIRECTORIES.flatMap((field) => entriesAt(document.value, [field, '*']));
    attemptAll(
      [
        () => checkFields(kustomization, around),
        ...entries.map((one) => () => {
          const base = baseOf(one, kustomization, around);
          if (base) follow(base);
        }),
      ],
      (check) => check(),
    );
  };
  follow(start);
  const [file = start.path] = followed.values();
  return { file, directories: [...followed.keys()] };
}
