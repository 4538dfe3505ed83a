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
import { baseName, parentPath, resolvePath } from '../../files/path.ts';
import { readYaml } from '../../yaml/read.ts';
import type { SourceContext } from '../context.ts';
import { helmChartsOf } from './helm-charts.ts';
import { entriesAt, type Kustomization, openKustomization } from './kustomization.ts';
import { type Entry, isRemote, isUrl, urlsIn } from './remote.ts';

/** Fields whose entries may be directories with kustomizations of their own (`accumulateResources` in kustomize). */
const DIRECTORIES = ['resources', 'bases', 'components', 'generators', 'transformers', 'validators'];

/** Those of them whose files configure kustomize's built-in plugins, and may be written inline. */
const CONFIGURATIONS = new Set(['generators', 'transformers', 'validators']);

/** Fields that name files, as patterns of paths into the kustomization. */
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

type Surroundings = Pick<SourceContext, 'tree' | 'policy'>;

function refuseRemote(entry: string, location: Location): never {
  throw failure('source-remote', `${entry} would be fetched from the network`, {
    location,
    help: [
      'A render reads nothing but the repository, so that the same commit always gives the same manifests.',
      'Copy what is needed into the repository. The operator may allow it: remote.kustomizeBases in the policy.',
    ],
  });
}

/** Refuses URLs in the configuration of built-in generators and transformers. */
function checkConfiguration(text: string, location: Location, { policy }: Surroundings): void {
  if (policy.remote.kustomizeBases) return;
  for (const { value } of readYaml(text, { file: location.file, duplicateKeys: 'last-wins' })) {
    for (const url of urlsIn(value)) refuseRemote(url.text, location);
  }
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

/** Refuses URLs in the place of files. */
function checkFiles({ document }: Kustomization, { policy }: Surroundings): void {
  if (policy.remote.kustomizeBases) return;
  const urls = FILES.flatMap((pattern) => entriesAt(document.value, pattern)).filter(({ text }) => isUrl(text));
  attemptAll(urls, ({ text, path }) => refuseRemote(text, document.locate(path)));
}

/** A kustomization and what it is built on. */
export interface Followed {
  /** The kustomization's file. */
  readonly file: string;
  /** Directories, without links, that hold all of it, the charts that it inflates included. */
  readonly directories: readonly string[];
  /** Whether it makes kustomize run helm. */
  readonly inflates: boolean;
}

/**
 * Follows a kustomization through everything it is built on. Every mistake is reported: Failure `source-remote`,
 * `path-escapes`, `file-missing`, `kustomize-helm`, `yaml-syntax`, and what the tree says.
 */
export function followKustomization(start: PathEntry, around: Surroundings): Followed {
  const followed = new Map<string, string>();
  const charts = new Set<string>();
  let inflates = false;
  const follow = (entry: PathEntry): void => {
    const kustomization = openKustomization(entry, around.tree);
    const { directory, file, document } = kustomization;
    if (followed.has(directory)) return;
    followed.set(directory, file);
    inflates ||= entriesAt(document.value, ['helmCharts', '*', 'name']).length > 0;
    const bases = DIRECTORIES.flatMap((field) => entriesAt(document.value, [field, '*']));
    attemptAll(
      [
        () => checkFiles(kustomization, around),
        () => {
          for (const { path } of helmChartsOf(kustomization, around)) charts.add(path);
        },
        ...bases.map((one) => () => {
          const base = baseOf(one, kustomization, around);
          if (base) follow(base);
        }),
      ],
      (check) => check(),
    );
  };
  follow(start);
  const [file = start.path] = followed.values();
  return { file, directories: [...followed.keys(), ...charts], inflates };
}
