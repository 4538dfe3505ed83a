/**
 * What a proposed waybill.yaml renders, held against what Argo CD renders today from the folder that it names: without
 * the stamp every object is the same, or the proposal changes what runs; and with it every pod template is.
 */
import { configFile } from '../config/file-names.ts';
import { joinPath, resolvePath } from '../files/path.ts';
import { lockPath } from '../lock/locks.ts';
import type { FileTree } from '../files/tree.ts';
import { fillNamespace } from '../namespace/namespace.ts';
import { render, type RenderResult } from '../render.ts';
import { equals, type Json } from '../resources/json.ts';
import { valueAt } from '../resources/pointer.ts';
import { identify, type Resource, shortName } from '../resources/resource.ts';
import { podTemplatePath } from '../resources/workload.ts';
import { deployedAs, placeOf, readsSubfolders, releaseName } from './deployed.ts';
import type { Layout, LayoutEnvironment } from './layout.ts';
import type { InitRequest } from './request.ts';
import { withFiles } from './with-files.ts';
import { writeYaml } from '../yaml/write.ts';

/** One environment that was rendered. */
export interface Proved {
  /** Undefined where the application has none. */
  readonly environment: LayoutEnvironment | undefined;
  /** Without the stamp. */
  readonly result: RenderResult;
  /** Tree path of what Argo CD renders today; undefined where a lock decides what runs, or no Application is known. */
  readonly today: string | undefined;
  /** What it is compared with: today's objects, or those of the source. */
  readonly before: readonly Resource[];
  /** Objects that differ from today's; none when all are the same. */
  readonly different: readonly string[];
}

function keyOf({ body }: Resource): string {
  const { group, kind, namespace, name } = identify(body);
  return [group, kind, namespace ?? '', name].join('\0');
}

/** Names of objects that only one side has, or of which `part` is not the same on both. */
function differences(
  before: readonly Resource[],
  after: readonly Resource[],
  part: (one: Resource) => Json | undefined = ({ body }) => body,
): string[] {
  const old = new Map(before.map((one) => [keyOf(one), one]));
  const made = new Map(after.map((one) => [keyOf(one), one]));
  const keys = [...new Set([...old.keys(), ...made.keys()])];
  return keys.flatMap((key) => {
    const [one, other] = [old.get(key), made.get(key)];
    const either = other ?? one;
    const [left, right] = [one && part(one), other && part(other)];
    const isSame = left === undefined || right === undefined ? left === right : equals(left, right);
    return isSame || either === undefined ? [] : [shortName(identify(either.body))];
  });
}

/** Names of the objects whose pods would restart: their pod templates are not the same. */
export function restarts(before: readonly Resource[], after: readonly Resource[]): string[] {
  return differences(before, after, ({ body }) => {
    const path = podTemplatePath(body);
    return path && valueAt(body, path);
  });
}

/** The proposal's render warns of the same. */
function ignore(): void {}

interface Today {
  /** Tree path, for people. */
  readonly path: string;
  readonly resources: readonly Resource[];
}

/**
 * What Argo CD renders today: an Application's source, or what the directory decides. A chart that is rendered with
 * values files, which only its Application knows, is undefined without one.
 */
async function renderToday(
  request: InitRequest,
  layout: Layout,
  environment: LayoutEnvironment | undefined,
): Promise<Today | undefined> {
  const { source } = layout;
  const application = deployedAs(request.deployed, layout, request.directory, environment);
  // Nothing is kept of it: what gives something else at each run, such as a random password, shows as a difference.
  const reuse = undefined;
  const plain = { ...request, reuse, stamp: false, images: [], values: {}, warn: ignore, environment: undefined };
  const place = resolvePath(request.directory, placeOf(layout, environment));
  if (source.kind === 'helm') {
    const chart = joinPath(request.directory, source.chart.replace(/^\.$/u, ''));
    if (application === undefined && source.valueFiles.length > 0) return undefined;
    if (application === undefined) return { path: chart, ...(await render({ ...plain, directory: chart })) };
    const up = chart === '' ? '' : '../'.repeat(chart.split('/').length);
    const valueFiles = source.valueFiles.map(
      (file) => `${up}${joinPath(request.directory, file.replace('*', environment?.raw ?? ''))}`,
    );
    const helm = { chart: '.', releaseName: releaseName(application), valueFiles };
    const text = writeYaml({ apiVersion: 'waybill.dev/v1', kind: 'Waybill', source: { helm } });
    const tree = withFiles(request.tree, new Map([[joinPath(chart, configFile), text]]));
    return {
      path: place,
      ...(await render({ ...plain, ...asDeployed(request, application), tree, directory: chart })),
    };
  }
  const recurse = source.kind === 'manifests' && application !== undefined && readsSubfolders(application);
  if (!recurse) return { path: place, ...(await render({ ...plain, directory: place })) };
  const manifests = { path: '.', recurse };
  const text = writeYaml({ apiVersion: 'waybill.dev/v1', kind: 'Waybill', source: { manifests } });
  const tree = withFiles(request.tree, new Map([[joinPath(place, configFile), text]]));
  return { path: place, ...(await render({ ...plain, tree, directory: place })) };
}

/** The names under which an Application is rendered. */
export function asDeployed(
  { app }: InitRequest,
  application: { readonly name: string; readonly namespace: string | undefined } | undefined,
): Pick<InitRequest, 'app'> {
  if (application === undefined) return { app };
  const { name, namespace } = application;
  return { app: { ...app, name, instance: name, namespace: app.namespace ?? namespace } };
}

/** Whether a lock that is there already decides what runs. */
function isLocked({ tree, directory }: InitRequest, environment: LayoutEnvironment | undefined): boolean {
  return environment !== undefined && tree.kind(lockPath(directory, environment.name)) !== undefined;
}

/** A render of one environment of the proposal in `tree`, without the stamp. */
async function renderProposal(
  request: InitRequest,
  tree: FileTree,
  layout: Layout,
  environment: LayoutEnvironment | undefined,
): Promise<RenderResult> {
  const application = deployedAs(request.deployed, layout, request.directory, environment);
  const plain = { ...request, ...asDeployed(request, application), stamp: false, images: [], values: {} };
  return await render({ ...plain, tree, environment: environment?.name });
}

/**
 * Renders one environment of the proposal (in `tree`), and what it is today.
 * @throws Failure whatever rendering the proposal reports
 */
export async function prove(
  request: InitRequest,
  tree: FileTree,
  layout: Layout,
  environment: LayoutEnvironment | undefined,
): Promise<Proved> {
  const result = await renderProposal(request, tree, layout, environment);
  const locked = isLocked(request, environment);
  const today = locked ? undefined : await renderToday(request, layout, environment);
  const before = today?.resources ?? result.sourced;
  const different = locked ? [] : differences(before, result.resources);
  return { environment, result, today: today?.path, before, different };
}

/** {@link prove} for a proposal that has become more: held against the same objects as before. */
export async function proveAgain(
  request: InitRequest,
  tree: FileTree,
  layout: Layout,
  { environment, today, before }: Proved,
): Promise<Proved> {
  const result = await renderProposal(request, tree, layout, environment);
  // Where waybill.yaml gives the destination's namespace, Argo CD would give it.
  const filled = fillNamespace(before, { namespace: result.environment.namespace });
  const different = isLocked(request, environment) ? [] : differences(filled, result.resources);
  return { environment, result, today, before: filled, different };
}
