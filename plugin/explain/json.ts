/**
 * Explanations for programs: one object a line, one for each field.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import type { Cause } from '../provenance/change.ts';
import type { JsonObject } from '../resources/json.ts';
import { writeJson } from '../yaml/write-json.ts';
import type { ResourceHistory } from './explain.ts';

function locationOf(location: Location | undefined): JsonObject {
  if (!location) return {};
  const { file, line, column } = location;
  return { file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}

function causeOf({ kind, label, location }: Cause): JsonObject {
  return { by: kind, ...(label === '' ? {} : { label }), ...locationOf(location) };
}

/** `{"kind":"Deployment",…,"path":"spec.replicas","value":3,"history":[{"value":1,"by":"manifest","file":…},…]}`. */
export function formatJson(histories: readonly ResourceHistory[]): string {
  const rows = histories.flatMap(({ id, way, addedBy, removedBy, fields }): JsonObject[] => {
    const { group, version, kind, namespace, name } = id;
    const resource = { group, version, kind, namespace, name };
    if (addedBy) return [{ ...resource, change: 'added', ...causeOf(addedBy) }];
    if (removedBy) return [{ ...resource, change: 'removed', ...causeOf(removedBy) }];
    return fields.map(({ path, steps }) => {
      const value = steps.at(-1)?.value;
      const history = steps.map((step) => ({
        ...(step.value === undefined ? {} : { value: step.value }),
        ...causeOf(step.cause),
      }));
      return {
        ...resource,
        ...(way === undefined ? {} : { way }),
        path,
        ...(value === undefined ? {} : { value }),
        history,
      };
    });
  });
  return rows.map((row) => `${writeJson(row).trimEnd()}\n`).join('');
}
