/**
 * What a proposed waybill.yaml renders, held against what Argo CD renders today from the folder that it names: without
 * the stamp every object is the same, or the proposal changes what runs.
 */
import type { FileTree } from '../files/tree.ts';
import { render, type RenderResult } from '../render.ts';
import { equals } from '../resources/json.ts';
import { identify, type Resource, shortName } from '../resources/resource.ts';
import type { Layout, LayoutEnvironment } from './layout.ts';
import type { InitRequest } from './request.ts';
import { joinPath } from '../files/path.ts';

/** One environment that was rendered. */
export interface Proved {
  /** Undefined where the application has none. */
  readonly environment: LayoutEnvironment | undefined;
  readonly result: RenderResult;
  /** Tree path of what Argo CD renders today; undefined where a lock decides what runs, or no Application is known. */
  readonly today: string | undefined;
  /** Objects that differ from today's; none when all are the same. */
  readonly different: readonly string[];
}

function keyOf({ body }: Resource): string {
  const { group, kind, namespace, name } = identify(body);
  return [group, kind, namespace ?? '', name].join('\0');
}

/** Names of objects that only one side has, or that are not the same on both. */
function differences(today: readonly Resource[], now: readonly Resource[]): string[] {
  const before = new Map(today.map((one) => [keyOf(one), one]));
  const after = new Map(now.map((one) => [keyOf(one), one]));
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.flatMap((key) => {
    const [old, made] = [before.get(key), after.get(key)];
    if (old && made && equals(old.body, made.body)) return [];
    const either = made ?? old;
    return either ? [shortName(identify(either.body))] : [];
  });
}

/** The proposal's render warns of the same. */
function ignore(): void {}

/** The directory that an Application names today; a chart is rendered with values files, which only its Application knows. */
function todayOf(
  { source }: Layout,
  directory: string,
  environment: LayoutEnvironment | undefined,
): string | undefined {
  if (source.kind === 'helm')
    return source.valueFiles.length === 0 ? joinPath(directory, source.chart.replace(/^\.$/u, '')) : undefined;
  const path = source.path.replace('*', environment?.raw ?? '').replace(/^\.$/u, '');
  return joinPath(directory, path);
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
  const plain = { ...request, stamp: false, images: [], values: {} };
  const result = await render({ ...plain, tree, environment: environment?.name });
  const isLocked =
    environment !== undefined && tree.kind(joinPath(request.directory, `locks/${environment.name}.yaml`)) !== undefined;
  const today = isLocked ? undefined : todayOf(layout, request.directory, environment);
  if (today === undefined) {
    return { environment, result, today, different: isLocked ? [] : differences(result.sourced, result.resources) };
  }
  // Without a waybill.yaml the directory decides, as in Argo CD.
  const now = await render({ ...plain, warn: ignore, tree: request.tree, directory: today, environment: undefined });
  return { environment, result, today, different: differences(now.sourced, result.resources) };
}
