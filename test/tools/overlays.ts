/**
 * Overlays and resources for tests, written as users write them: YAML, read by the rooms that read it in a render.
 */
import { loadApplication } from '../../plugin/config/load.ts';
import { resolveEnvironment } from '../../plugin/config/resolve.ts';
import { Failure } from '../../plugin/diagnostics/failure.ts';
import { createMemoryTree } from '../../plugin/files/memory.ts';
import { applyOverlays } from '../../plugin/overlays/apply.ts';
import { isObject, type JsonObject } from '../../plugin/resources/json.ts';
import type { Overlay } from '../../plugin/resources/overlay.ts';
import type { Resource } from '../../plugin/resources/resource.ts';
import { readYaml } from '../../plugin/yaml/read.ts';

/** The overlays of a waybill.yaml whose `overlays:` list is `yaml` (one or more `- target: …`), lines counted from its first. */
export function overlaysFrom(yaml: string): readonly Overlay[] {
  const head = 'apiVersion: waybill.dev/v1\nkind: Waybill\noverlays:\n';
  const application = loadApplication(createMemoryTree({ 'app/waybill.yaml': head + yaml }), 'app');
  const app = { name: 'app', instance: 'app', namespace: undefined, project: undefined };
  return resolveEnvironment(application, undefined, { app, values: {} }).overlays;
}

/** The manifests of a YAML text. */
export function resourcesFrom(yaml: string): readonly Resource[] {
  return readYaml(yaml, { file: 'base.yaml', duplicateKeys: 'error' }).map((document) => {
    if (!isObject(document.value)) throw new Error('a manifest must be a mapping');
    return { body: document.value, origin: { location: { file: 'base.yaml', line: document.line } } };
  });
}

/** The manifests after the overlays. */
export async function apply(resources: string, overlays: string): Promise<JsonObject[]> {
  return (await applyOverlays(resourcesFrom(resources), overlaysFrom(overlays), {})).map(({ body }) => body);
}

/** What a user would read, one line for each mistake: `line:column code: message | help`. Lines count within `overlays`. */
export async function problems(work: Promise<unknown>): Promise<string[]> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(({ code, message, location, help }) => {
      const place = location?.line === undefined ? '-' : `${location.line - 3}:${location.column}`;
      return `${place} ${code}: ${message}${help ? ` | ${help.join(' ')}` : ''}`;
    });
  }
  return [];
}
