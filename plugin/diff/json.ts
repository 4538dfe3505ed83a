/**
 * The difference for programs: one object a line, one for each resource that differs.
 */
import type { Json, JsonObject } from '../resources/json.ts';
import { writeJson } from '../yaml/write-json.ts';
import type { Comparison, ResourceDiff } from './compare.ts';

function row(resource: ResourceDiff): JsonObject {
  const { group, version, kind, namespace, name } = resource.id;
  const id = { change: resource.change, group, version, kind, namespace, name };
  if (resource.change !== 'changed') return { ...id, resource: resource.body };
  const fields = resource.fields.map(
    ({ path, before, after, reordered }): Json => ({
      path,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(reordered ? { reordered } : {}),
    }),
  );
  return { ...id, fields };
}

/** `{"change":"changed","group":"apps",…,"fields":[{"path":"spec.replicas","before":1,"after":2}]}`, one a line. */
export function format(comparison: Comparison): string {
  return comparison.resources.map((resource) => `${writeJson(row(resource)).trimEnd()}\n`).join('');
}
