/**
 * A first waybill.yaml for a directory that has none. What is proposed has been rendered: in every environment, with
 * the very code that Argo CD will run, and is what Argo CD renders without it.
 */
import { availableParallelism } from 'node:os';
import type { LeftOut } from '../applications/find.ts';
import { configFile } from '../config/file-names.ts';
import { Failure, failure } from '../diagnostics/failure.ts';
import { listNames } from '../diagnostics/suggest.ts';
import { joinPath, resolvePath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { limitOf } from '../http/limit.ts';
import { lockPath } from '../lock/locks.ts';
import { render, type RenderResult } from '../render.ts';
import { candidatesBelow } from './candidates.ts';
import { addedBy, deployedAs, placeOf, readsAsSubfolder, readsSubfolders, releaseName } from './deployed.ts';
import { detectLayout } from './detect.ts';
import { draft, emptyContents, skipLine } from './draft.ts';
import { Origins, proposeImages, proposeLock } from './images.ts';
import { commonText, type Layout, type LayoutEnvironment } from './layout.ts';
import { proposeRecord } from './native.ts';
import { proposeNamespace } from './namespaces.ts';
import { asDeployed, type Proved, prove, proveAgain, restarts } from './prove.ts';
import type { InitRequest } from './request.ts';
import { withFiles } from './with-files.ts';

/** What `init` proposes. */
export interface Proposal {
  /** Tree path of waybill.yaml. */
  readonly file: string;
  readonly text: string;
  /** Locks by tree path, each with the images in it; none that exists. */
  readonly locks: ReadonlyMap<string, { readonly text: string; readonly names: readonly string[] }>;
  /** Objects whose pods would restart, also with the stamp. */
  readonly restarts: readonly string[];
  /** What was rendered, one for each environment. */
  readonly proved: readonly Proved[];
  /** What looks like an environment and is not in the file. */
  readonly leftOut: readonly LeftOut[];
  /** Whether its only environment is the one that the request names, since its files name none. */
  readonly isSole: boolean;
  /** Environments of which the repository does not say which Application deploys them, where that matters. */
  readonly guessed: readonly string[];
}

function ignore(): void {}

/** Argo CD knows a destination namespace; on a laptop there may be none, and any will do. */
async function renderStamped(
  request: InitRequest,
  tree: FileTree,
  environment: string | undefined,
): Promise<RenderResult> {
  const app = { ...request.app, namespace: request.app.namespace ?? 'default' };
  // The render without the stamp has warned already, and a proposal without a lock has no source commits yet.
  return await render({ ...request, app, tree, environment, stamp: true, images: [], values: {}, warn: ignore });
}

/** The directory itself has nothing to render: what is below it, or what was looked for. */
function nothingHere({ tree, directory }: InitRequest): Error {
  const below = candidatesBelow(tree, directory);
  const here = directory || 'this directory';
  if (below.length === 0) {
    return failure('init-nothing', `${here} has nothing to render`, {
      help: ['Looked for: a chart (Chart.yaml), a kustomization, overlays, and manifests (*.yaml, *.yml, *.json).'],
    });
  }
  return failure('init-several', `${here} is no application, but ${below.length} below it look like one`, {
    help: [
      `They are ${listNames(below.map((one) => one.directory))}.`,
      `Start waybill init in one of them, or write all: waybill init --all ${directory || '.'}`,
    ],
  });
}

interface Tried {
  readonly layout: Layout;
  readonly proved: readonly Proved[];
}

/** The layout with what the Applications of the repository say: whether subfolders are read, and release names. */
function asApplicationsRead(layout: Layout, { deployed, directory }: InitRequest): Layout {
  const { source, environments } = layout;
  const each = (environments.length === 0 ? [undefined] : environments).map(
    (one) => [one?.name ?? '', deployedAs(deployed, layout, directory, one)] as const,
  );
  if (source.kind === 'manifests') {
    const recurse = each.every(([, one]) => one !== undefined && readsSubfolders(one));
    return recurse ? { ...layout, source: { ...source, recurse }, leftOut: [] } : layout;
  }
  if (source.kind !== 'helm') return layout;
  const known = each.flatMap(([name, one]) => (one === undefined ? [] : [[name, one] as const]));
  // By default the release has the Application's name, also in waybill.yaml.
  if (known.every(([, one]) => releaseName(one) === one.name)) return layout;
  const common = commonText(known.map(([name, one]) => [name, releaseName(one)]));
  return common === undefined ? layout : { ...layout, source: { ...source, releaseName: common } };
}

/** An Application that adds something to the directory renders more than the directory. */
function refuseAdditions(request: InitRequest, layout: Layout, environment: LayoutEnvironment | undefined): void {
  const application = deployedAs(request.deployed, layout, request.directory, environment);
  const added = application && addedBy(application);
  if (application === undefined || added === undefined) return;
  throw failure('init-different', `the Application ${application.name} adds ${added} to what the directory has`, {
    location: application.location,
    help: [
      added === 'plugin'
        ? 'It is rendered by a plugin already.'
        : request.native
          ? `Move ${added} into the directory first: a record describes the rendered files.`
          : `Move ${added} into the directory, or into waybill.yaml, first: a plugin does not get it.`,
    ],
  });
}

/** Renders each environment; those that fail are left out as long as another does not. */
async function tryEach(request: InitRequest, file: string, layout: Layout): Promise<Tried> {
  const proved: Proved[] = [];
  const failed: { environment: LayoutEnvironment | undefined; error: Failure }[] = [];
  const tree = withFiles(request.tree, new Map([[file, draft(layout, emptyContents)]]));
  const few = limitOf(availableParallelism());
  const results = (layout.environments.length === 0 ? [undefined] : layout.environments).map((environment) =>
    few(async () => {
      try {
        refuseAdditions(request, layout, environment);
        return await prove(request, tree, layout, environment);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return { environment, error };
      }
    }),
  );
  for (const one of await Promise.all(results)) {
    if ('error' in one) failed.push(one);
    else proved.push(one);
  }
  const [first] = failed;
  if (first !== undefined && proved.length === 0) throw first.error;
  const leftOut = failed.map(({ environment, error }) => ({
    directory: resolvePath(request.directory, placeOf(layout, environment)),
    reason: `does not render: ${error.diagnostics[0]?.message ?? error.message}`,
  }));
  const environments = layout.environments.filter((one) => proved.some(({ environment }) => environment === one));
  return { layout: { ...layout, environments, leftOut: [...layout.leftOut, ...leftOut] }, proved };
}

/** What differs from today is no proposal: Argo CD would change what runs. */
function refuseDifferences(proved: readonly Proved[], file: string): void {
  const wrong = proved.find(({ different }) => different.length > 0);
  if (wrong === undefined) return;
  const { environment, today, different } = wrong;
  throw failure(
    'init-different',
    `${environment?.name ?? 'the application'} would not render what ${today ?? 'its source'} renders`,
    {
      location: { file },
      help: [
        `Different: ${listNames(different)}.`,
        'Nothing is written. Write waybill.yaml by hand (docs/configuration.md), and compare with waybill render --no-stamp.',
      ],
    },
  );
}

interface Locks {
  readonly files: Map<string, { readonly text: string; readonly names: readonly string[] }>;
  readonly leftOut: readonly LeftOut[];
}

/** Locks for the environments that have none. */
async function locksOf(
  request: InitRequest,
  proved: readonly Proved[],
  origins: Origins,
  withSource: boolean,
  isAmongManifests: boolean,
): Promise<Locks> {
  const files: Locks['files'] = new Map();
  const leftOut: LeftOut[] = [];
  for (const one of request.locks ? proved : []) {
    const { environment } = one;
    if (environment === undefined) continue;
    const file = lockPath(request.directory, environment.name);
    if (request.tree.kind(file) !== undefined) continue;
    const { text, names, ambiguous } = await proposeLock(one, environment.name, request, origins, withSource);
    if (text !== undefined) files.set(file, { text: isAmongManifests ? skipLine + text : text, names });
    for (const name of ambiguous) leftOut.push({ directory: file, reason: `${name} runs in two versions` });
  }
  return { files, leftOut };
}

/** Whether Argo CD reads the application directory itself as manifests, with waybill.yaml in it; and its `locks`, too. */
function readByArgoCD({ deployed, directory }: InitRequest, { source }: Layout): { config: boolean; locks: boolean } {
  const isPlain = source.kind === 'manifests' && source.path === '.';
  const isRead = deployed.some((one) => readsAsSubfolder(one, directory));
  return { config: isPlain || isRead, locks: isRead || (isPlain && source.recurse === true) };
}

/** The names of the Applications that deploy what was rendered, each once. */
function applicationsOf({ deployed, directory }: InitRequest, layout: Layout, proved: readonly Proved[]): string[] {
  const names = proved.map(({ environment }) => deployedAs(deployed, layout, directory, environment)?.name);
  return [...new Set(names.filter((name) => name !== undefined))];
}

/**
 * Proposes a waybill.yaml for `request.directory`, and locks.
 * @param given the layout, where the directory itself does not show it
 * @throws Failure `init-exists` when there is one, `init-nothing`, `init-several`, `init-different`, and whatever
 *   rendering reports where no environment renders
 */
export async function propose(request: InitRequest, given?: Layout): Promise<Proposal> {
  const { tree, directory } = request;
  const file = joinPath(directory, configFile);
  if (tree.kind(file) !== undefined) {
    throw failure('init-exists', `${file} is there already`, {
      location: { file },
      help: ['waybill init never changes it. To see what it does, run waybill explain.'],
    });
  }
  const detected = given ?? detectLayout(tree, directory);
  if (detected === undefined) throw nothingHere(request);
  const { soleEnvironment: sole } = request;
  const found =
    detected.environments.length === 0 && sole !== undefined
      ? { ...detected, environments: [{ name: sole, raw: sole }] }
      : detected;
  const { layout, proved: sources } = await tryEach(request, file, asApplicationsRead(found, request));
  refuseDifferences(sources, file);
  const origins = new Origins(request);
  const namespace = proposeNamespace(sources, layout, request);
  const images = await proposeImages(sources, request, origins);
  const { config: isAmongManifests, locks: areLocks } = readByArgoCD(request, layout);
  const locks = await locksOf(request, sources, origins, namespace.namespace !== undefined, areLocks);
  const applications = applicationsOf(request, layout, sources);
  const record = request.native ? proposeRecord(request, layout) : undefined;
  const text = draft(layout, { images, namespace, applications, isAmongManifests, record });
  // Images, namespaces and locks are in it now; nothing else may have changed.
  const files = new Map(Array.from(locks.files, ([path, lock]) => [path, lock.text]));
  const whole = withFiles(tree, files.set(file, text));
  const proved: Proved[] = [];
  const changed: string[] = [];
  for (const source of sources) {
    const { environment } = source;
    const again = await proveAgain(request, whole, layout, source);
    proved.push(again);
    const application = deployedAs(request.deployed, layout, directory, environment);
    const stamped = await renderStamped({ ...request, ...asDeployed(request, application) }, whole, environment?.name);
    changed.push(...restarts(again.before, stamped.resources));
  }
  refuseDifferences(proved, file);
  const leftOut = [...layout.leftOut, ...locks.leftOut];
  return {
    file,
    text,
    locks: locks.files,
    restarts: [...new Set(changed)],
    proved,
    leftOut,
    isSole: found !== detected,
    guessed: record?.guessed ?? [],
  };
}
