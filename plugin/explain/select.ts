/**
 * Which part of an explanation is asked for: `--resource Kind/name`, with `:field.path` behind it for one field or
 * everything below it.
 */
import { failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import { pathText } from '../fields/leaves.ts';
import type { RenderResult } from '../render.ts';
import { fieldPathHelp } from '../resources/field-path-spelling.ts';
import { findPaths, parseFieldPath } from '../resources/field-path.ts';
import { identify, type Resource, shortName } from '../resources/resource.ts';
import { isChanged, type ResourceHistory } from './explain.ts';

/** `Deployment/user-service:spec.replicas`, taken apart. */
export interface Selection {
  /** `Deployment/user-service`, or the name alone. */
  readonly resource: string;
  readonly field: string | undefined;
}

/** Splits the option's text at its first colon. */
export function parseSelection(text: string): Selection {
  const colon = text.indexOf(':');
  return colon < 0
    ? { resource: text, field: undefined }
    : { resource: text.slice(0, colon), field: text.slice(colon + 1) };
}

function matches(history: ResourceHistory, wanted: string): boolean {
  const [kind, name] = wanted.includes('/') ? wanted.split('/', 2) : [undefined, wanted];
  const sameKind = kind === undefined || kind.toLowerCase() === history.id.kind.toLowerCase();
  return sameKind && history.id.name === name;
}

/** The manifests in which the field is looked for: as printed, and as the source gave it (for what was removed). */
function bodiesOf(history: ResourceHistory, { resources, sourced }: RenderResult): Resource['body'][] {
  const same = ({ body }: Resource): boolean => {
    const { kind, name, group } = identify(body);
    return kind === history.id.kind && name === history.id.name && group === history.id.group;
  };
  return [...resources, ...sourced].filter(same).map(({ body }) => body);
}

/** The texts of the paths that a field path means: itself, with `*` and indexes replaced by the names of the items. */
function meant(field: string, bodies: readonly Resource['body'][]): ReadonlySet<string> {
  const steps = parseFieldPath(field);
  if (!steps) {
    throw failure('explain-not-found', `${JSON.stringify(field)} is not a field path`, {
      help: fieldPathHelp(field),
    });
  }
  return new Set(bodies.flatMap((body) => findPaths(body, steps).map((path) => pathText(body, path))));
}

function isAtOrBelow(path: string, roots: ReadonlySet<string>): boolean {
  return [...roots].some((root) => path === root || path.startsWith(`${root}.`));
}

/**
 * What the selection leaves of the histories. With a field: that field and everything below it, changed or not; with a
 * resource alone: its changed fields.
 * @throws Failure `explain-not-found` with what exists
 */
export function select(
  histories: readonly ResourceHistory[],
  { resource, field }: Selection,
  result: RenderResult,
): ResourceHistory[] {
  const found = histories.filter((history) => matches(history, resource));
  if (found.length === 0) {
    const names = histories.map(({ id }) => shortName(id));
    throw failure('explain-not-found', `no resource is named ${resource}`, {
      help: notFoundHelp('Resources of this application', resource, names),
    });
  }
  if (field === undefined) return found.map((history) => ({ ...history, fields: history.fields.filter(isChanged) }));
  const selected = found.map((history) => {
    const roots = meant(field, bodiesOf(history, result));
    return { ...history, fields: history.fields.filter(({ path }) => isAtOrBelow(path, roots)) };
  });
  if (selected.some(({ fields }) => fields.length > 0)) return selected;
  throw failure('explain-not-found', `${resource} has no field ${field}`, {
    help: notFoundHelp(
      'Its fields',
      field,
      found.flatMap(({ fields }) => fields.map(({ path }) => path)),
    ),
  });
}
