/**
 * What the page of a service shows of its manifests: each environment rendered, every field with who set it, and how
 * it differs from the environment before.
 */
import { compareResources, type ResourceDiff } from '../diff/compare.ts';
import { fold } from '../diff/fold.ts';
import { explain, type ResourceHistory, type Step } from '../explain/explain.ts';
import { Failure } from '../diagnostics/failure.ts';
import { formatDiagnostics, type ReadSource } from '../diagnostics/format.ts';
import { isMultiline, oneLine } from '../fields/value.ts';
import type { Cause, Change } from '../provenance/change.ts';
import { render, type RenderRequest, type RenderResult } from '../render.ts';
import type { Json } from '../resources/json.ts';
import type { Resource } from '../resources/resource.ts';
import type { FleetCell, FleetService } from '../schemas/fleet.generated.ts';
import { slug } from '../templates/slug.ts';
import type { ChangedResource, EnvironmentRender, ExplainedResource, ExplainedStep, PageCause } from './data.ts';

/** What is the same for every render of a page. */
export interface RenderSetting {
  /** Without what the service and the environment decide. */
  readonly request: Omit<RenderRequest, 'directory' | 'environment' | 'app' | 'record' | 'stamp' | 'warn'>;
  /** For the lines that errors show. */
  readonly readSource: ReadSource;
}

/** Longer values are cut: a page is no place for a whole file in a ConfigMap. */
const longest = 4000;

function shown(value: Json): string {
  const text = isMultiline(value) ? value : oneLine(value);
  return text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text;
}

function causeOf({ kind, label, location }: Cause): PageCause {
  const { file, line } = location ?? {};
  return {
    by: kind,
    ...(label === '' ? {} : { label }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}

function stepOf({ value, cause }: Step): ExplainedStep {
  return value === undefined ? { cause: causeOf(cause) } : { value: shown(value), cause: causeOf(cause) };
}

function explained(histories: readonly ResourceHistory[]): ExplainedResource[] {
  return histories
    .filter(({ removedBy }) => removedBy === undefined)
    .map(({ id, addedBy, fields }) => {
      const shownFields = fields.map(({ path, steps }) => ({ path, steps: steps.map(stepOf) }));
      return addedBy === undefined
        ? { id, fields: shownFields }
        : { id, addedBy: causeOf(addedBy), fields: shownFields };
    });
}

function changed(resource: ResourceDiff): ChangedResource {
  const { id, change } = resource;
  if (resource.change !== 'changed') return { id, change, fields: [] };
  const fields = resource.fields.map(({ path, before, after }) => ({
    path,
    ...(before === undefined ? {} : { before: shown(before) }),
    ...(after === undefined ? {} : { after: shown(after) }),
  }));
  return { id, change, fields };
}

/** The Application's name and namespace where one is known, as Argo CD would hand them over. */
function appOf(service: FleetService, { applications }: FleetCell): RenderRequest['app'] {
  const [application] = applications;
  const known = applications.length === 1 ? application : undefined;
  const name = slug(service.directory?.split('/').at(-1) ?? '') || 'application';
  const namespace = known?.destination?.split('/').at(-1);
  return {
    name: known?.name ?? name,
    instance: known?.name ?? name,
    namespace: namespace === '' ? undefined : namespace,
    project: known?.project,
  };
}

/** Renders; without stamps where no Application tells the namespace that the record needs. */
async function renderStamped(request: RenderRequest, forget: () => void): Promise<RenderResult> {
  try {
    return await render(request);
  } catch (error) {
    const isOnlyThat = error instanceof Failure && error.diagnostics.every(({ code }) => code === 'record-namespace');
    if (!isOnlyThat) throw error;
    // What the first try recorded happens again.
    forget();
    return await render({ ...request, stamp: false });
  }
}

/**
 * The renders of a service, in the order of its environments. One that fails says why, as `waybill render` would;
 * nothing is thrown for it.
 */
export async function rendersOf(service: FleetService, setting: RenderSetting): Promise<EnvironmentRender[]> {
  const { directory } = service;
  if (directory === undefined) return [];
  const renders: EnvironmentRender[] = [];
  let before: { readonly environment: string; readonly resources: readonly Resource[] } | undefined;
  for (const cell of service.cells) {
    const { environment } = cell;
    const changes: Change[] = [];
    const request: RenderRequest = {
      ...setting.request,
      directory: directory === '.' ? '' : directory,
      environment,
      app: appOf(service, cell),
      stamp: true,
      // The page shows what is wrong with the fleet; odd manifests are for `waybill validate`.
      warn: () => undefined,
      record: (change) => changes.push(change),
    };
    try {
      const result = await renderStamped(request, () => changes.splice(0));
      const { resources } = result;
      const comparison = before && fold(compareResources(before.resources, resources), request.policy.stampPrefix);
      renders.push({
        environment,
        resources: explained(explain(result, changes, request.tree)),
        ...(before && comparison
          ? {
              difference: {
                from: before.environment,
                resources: comparison.comparison.resources.map(changed),
                unchanged: comparison.comparison.unchanged + comparison.stamped + comparison.records,
              },
            }
          : {}),
      });
      before = { environment, resources };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      renders.push({
        environment,
        problem: formatDiagnostics(error.diagnostics, setting.readSource, { color: false }).trimEnd(),
        resources: [],
      });
    }
  }
  return renders;
}
