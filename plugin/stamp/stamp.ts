/**
 * The stamp stage: says on the resources themselves what is deployed and from which source commit, and adds the
 * records that notifications and events work with.
 */
import type { Origin, Resource } from '../resources/resource.ts';
import { podTemplatePath } from '../resources/workload.ts';
import { annotate } from './annotate.ts';
import { annotationsFor } from './annotations.ts';
import type { StampContext, StampedImage } from './context.ts';
import { makeRecords } from './records.ts';

function byOrigin(images: readonly StampedImage[]): ReadonlyMap<Origin, StampedImage[]> {
  const map = new Map<Origin, StampedImage[]>();
  for (const image of images) {
    const list = map.get(image.origin);
    if (list) list.push(image);
    else map.set(image.origin, [image]);
  }
  return map;
}

function stampResource(resource: Resource, images: readonly StampedImage[], context: StampContext): Resource {
  const annotations = annotationsFor(images, context);
  if (annotations.length === 0) return resource;
  const stamped = annotate(resource, [], annotations, context.record);
  const template = context.stamp.podTemplates && images.length > 0 ? podTemplatePath(stamped.body) : undefined;
  // A Pod is its own template, and has its annotations already.
  return template?.length ? annotate(stamped, template, annotations, context.record) : stamped;
}

/**
 * The resources with their annotations, followed by the records. Resources that get no annotation are passed on as
 * they are.
 * @throws Failure `record-*` (see records.ts), unless `stamp.record` is false
 */
export function stamp(resources: readonly Resource[], context: StampContext): readonly Resource[] {
  const images = byOrigin(context.resolved);
  const records = context.stamp.record ? makeRecords(context) : [];
  const stamped = resources.map((resource) => stampResource(resource, images.get(resource.origin) ?? [], context));
  for (const { origin, body } of records) {
    context.record?.({
      origin,
      path: [],
      body,
      before: undefined,
      after: body,
      cause: { kind: 'stamp', label: 'record' },
    });
  }
  return [...stamped, ...records];
}
