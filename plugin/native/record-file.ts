/**
 * The text of the file of a record.
 */
import { writeResources } from '../output/stream.ts';
import type { Resource } from '../resources/resource.ts';
import type { Placement } from './placement.ts';

/** A file that is listed somewhere must stay there, also when there is nothing to record. */
const EMPTY = '# waybill: no image here has a known source commit, so nothing is recorded.\n';

/** A text of Go's template language. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

/**
 * A template that gives `text` for one release: other environments render the same chart. Refs, versions and addresses
 * of CI runs are no templates, whatever they hold.
 */
function asTemplate(text: string, { release, namespace }: Extract<Placement, { kind: 'template' }>): string {
  const name = `eq .Release.Name ${quoted(release)}`;
  const condition = namespace === undefined ? name : `and (${name}) (eq .Release.Namespace ${quoted(namespace)})`;
  const literal = text.replaceAll('{{', '{{ "{{" }}');
  return `{{- /* Written by waybill. It is rendered for this release alone. */ -}}\n{{- if ${condition} }}\n${literal}{{ end }}\n`;
}

/** The text for the records, by where the file lies. */
export function recordFileText(records: readonly Resource[], placement: Placement): string {
  if (records.length === 0) return EMPTY;
  const text = writeResources(records, 'yaml');
  return placement.kind === 'template' ? asTemplate(text, placement) : text;
}
