/**
 * What a reader of a difference need not see each time: every deployment changes the annotations that Waybill stamps
 * and its record. They are counted, and shown with `--no-fold`.
 */
import { parseRecordName } from '../record/name.ts';
import type { Comparison, ResourceDiff } from './compare.ts';

/** A comparison without stamps and records, and how many were left out. */
export interface Folded {
  readonly comparison: Comparison;
  /** Resources that differ in nothing but stamps. */
  readonly stamped: number;
  readonly records: number;
}

/** Whether a path leads to a stamped annotation: in metadata, or in a pod template's. */
function isStamp(path: string, prefix: string): boolean {
  const [, name = ''] = /(?:^|\.)metadata\.annotations\.\[([^\]]+)\]$/u.exec(path) ?? [];
  return name.startsWith(`${prefix}/`);
}

function isRecord({ id }: ResourceDiff): boolean {
  return id.kind === 'ConfigMap' && parseRecordName(id.name) !== undefined;
}

/**
 * Leaves records and stamped fields out. A resource that is new or gone stays, unless it is a record.
 * @param prefix of the annotations: `waybill.dev`
 */
export function fold(comparison: Comparison, prefix: string): Folded {
  let stamped = 0;
  let records = 0;
  const resources = comparison.resources.flatMap((resource): ResourceDiff[] => {
    if (isRecord(resource)) {
      records += 1;
      return [];
    }
    if (resource.change !== 'changed') return [resource];
    const fields = resource.fields.filter(({ path }) => !isStamp(path, prefix));
    if (fields.length > 0) return [{ ...resource, fields }];
    stamped += 1;
    return [];
  });
  return { comparison: { ...comparison, resources }, stamped, records };
}

/** `folded: the record, stamps of 3 resources (--no-fold shows them)`; undefined when nothing was left out. */
export function foldedLine({ stamped, records }: Folded): string | undefined {
  const parts = [
    ...(records === 0 ? [] : [records === 1 ? 'the record' : `${records} records`]),
    ...(stamped === 0 ? [] : [`the stamps of ${stamped} ${stamped === 1 ? 'resource' : 'resources'}`]),
  ];
  return parts.length === 0 ? undefined : `folded: ${parts.join(', ')} (--no-fold shows them)`;
}
