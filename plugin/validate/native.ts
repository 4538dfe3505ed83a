/**
 * Applications that Argo CD renders without the sidecar: each environment is rendered with the real kustomize or helm and
 * held against its lock and its record; and what only shows over all of them.
 */
import type { DeclaredApplications } from '../applications/argocd/read.ts';
import { readApplications } from '../applications/argocd/read.ts';
import type { DirectoryReading, Environment } from '../config/environment.ts';
import { loadApplication } from '../config/load.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { compileArgoCDGlob } from '../expressions/argocd-glob.ts';
import type { FileTree } from '../files/tree.ts';
import { lockedEnvironments, lockPath } from '../lock/locks.ts';
import { checkApplications } from '../native/applications.ts';
import { checkNativeState } from '../native/check.ts';
import { recordFiles, recordsIn } from '../native/files.ts';
import { placementOf } from '../native/placement.ts';
import { environmentFor, type NativeState, nativeState, type RecordRequest } from '../native/records.ts';
import { identify } from '../resources/resource.ts';
import { skipMarker } from '../sources/manifests/inputs.ts';

/** One environment that was held against its record. */
export interface NativeChecked {
  readonly directory: string;
  readonly environment: string | undefined;
  /** The file of the record. */
  readonly file: string;
  /** The names of the records that come out. */
  readonly names: readonly string[];
}

function taken(reading: DirectoryReading | undefined, path: string): boolean {
  const { include, exclude } = reading ?? {};
  if (exclude !== undefined && exclude !== '' && compileArgoCDGlob(exclude)(path)) return false;
  return include === undefined || include === '' || compileArgoCDGlob(include)(path);
}

/** waybill.yaml and locks are no manifests, and Argo CD does not know it. */
function checkOwnFiles(tree: FileTree, directory: string, { source }: Environment, file: string | undefined): void {
  const base = source.kind === 'manifests' ? source.paths[0]?.path : undefined;
  if (source.kind !== 'manifests' || base === undefined) return;
  const locks = lockedEnvironments(tree, directory).map((name) => lockPath(directory, name));
  const isRecursive = source.reading === undefined || source.reading.recurse === true;
  attemptAll([...(file === undefined ? [] : [file]), ...locks], (path) => {
    if (base !== '' && !path.startsWith(`${base}/`)) return;
    const inside = base === '' ? path : path.slice(base.length + 1);
    if ((!isRecursive && inside.includes('/')) || !taken(source.reading, inside)) return;
    if (tree.readText(path).includes(skipMarker)) return;
    throw failure('source-reads-waybill', `Argo CD would read ${path} as a manifest and fail`, {
      location: { file: path },
      help: [
        `Write the comment  # ${skipMarker}  into it,`,
        'or exclude it, in waybill.yaml (source.manifests.exclude) and in the Application (source.directory.exclude); or point both at a folder of manifests.',
      ],
    });
  });
}

/** What came of one environment. */
interface NativeOutcome {
  /** Undefined when it could not be rendered. */
  readonly state: NativeState | undefined;
  /** Undefined when its record was not found. */
  readonly checked: NativeChecked | undefined;
}

type Attempt = <Result>(work: () => Result | Promise<Result>) => Promise<Result | undefined>;

/** Checks of native applications of one repository. */
export class NativeChecks {
  readonly #tree: FileTree;
  #declared: DeclaredApplications | undefined;

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  /** Holds one environment against its lock and record. Failures go through `attempt`. */
  async check(request: RecordRequest, attempt: Attempt): Promise<NativeOutcome> {
    const { tree, directory } = request;
    const environment = environmentFor(request);
    const application = loadApplication(tree, directory, request.policy.limits);
    await attempt(() => checkOwnFiles(tree, directory, environment, application.file));
    const state = await attempt(() => nativeState(request));
    const record = environment.native?.record;
    if (!state || record === undefined) return { state, checked: undefined };
    const placement = await attempt(() => placementOf(tree, directory, environment, record.path));
    if (!placement) return { state, checked: undefined };
    const isApart = placement.kind === 'extra-source';
    const apart = isApart ? await attempt(() => recordsIn(tree, record.path)) : [];
    if (!apart) return { state, checked: undefined };
    const { namespace } = request.app;
    await attempt(() => checkNativeState({ ...state, tree, namespace, apart }));
    this.#declared ??= readApplications(this.#tree);
    const declared = this.#declared;
    if (state.records.length > 0) {
      const location = { file: record.path };
      await attempt(() => checkApplications({ directory, environment, placement, declared, location }));
    }
    const names = [...(state.rendered?.resources ?? []), ...apart].map(({ body }) => identify(body).name);
    const checked = { directory, environment: environment.name, file: record.path, names };
    return { state, checked };
  }
}

/**
 * What only shows over all environments: records that two have, and records that none has, also of applications that
 * the sidecar renders now.
 * @param all every environment; those that fail to render have no result, and their directory is passed over
 */
export function recordsOverAll(
  tree: FileTree,
  checked: readonly NativeChecked[],
  all: readonly { readonly directory: string; readonly result: { readonly records: readonly string[] } | undefined }[],
): readonly Diagnostic[] {
  const owners = new Map<string, NativeChecked>();
  const found: Diagnostic[] = [];
  for (const one of checked) {
    for (const name of one.names.filter((text) => text.startsWith('waybill.'))) {
      const before = owners.get(name);
      if (!before) owners.set(name, one);
      else {
        const [a, b] = [before, one].map(
          ({ directory, environment }) => `${directory || '.'} (${environment ?? 'no environment'})`,
        );
        found.push({
          severity: 'error',
          code: 'record-shared',
          message: `${a} and ${b} have the same record ${name}`,
          location: { file: one.file },
          help: ['Each Application needs its own: set record.application to its name, or reportAs, in waybill.yaml.'],
        });
      }
    }
  }
  const failed = new Set(all.flatMap(({ directory, result }) => (result === undefined ? [directory] : [])));
  const rendered = new Set(all.flatMap(({ result }) => result?.records ?? []));
  const native = checked.map((one) => one.directory);
  const others = all.flatMap(({ directory }) => (failed.has(directory) ? [] : [directory]));
  for (const directory of new Set([...native, ...others])) {
    for (const [name, file] of recordFiles(tree, directory)) {
      if (owners.has(name) || rendered.has(name)) continue;
      found.push({
        severity: 'warning',
        code: 'record-unrendered',
        message: `nothing renders the record ${name}`,
        location: { file },
        help: ['Nothing is reported by it. Remove the file, or name it under record in waybill.yaml.'],
      });
    }
  }
  return found;
}
