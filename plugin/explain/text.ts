/**
 * Explanations for people.
 */
import { inOneLine } from '../diagnostics/format.ts';
import { oneLine } from '../fields/value.ts';
import type { Location } from '../diagnostics/diagnostic.ts';
import type { Cause } from '../provenance/change.ts';
import type { ResourceId } from '../resources/resource.ts';
import { isChanged, type ResourceHistory, type Step } from './explain.ts';

const WIDEST = 160;

function title({ kind, name, namespace }: ResourceId): string {
  return `${kind}/${name}${namespace === '' ? '' : ` (${namespace})`}`;
}

/** `base/deployment.yaml:9:13`. */
function place({ file, line, column }: Location): string {
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
}

/** Who did it, in one phrase: `overlay "three replicas" (waybill.yaml:38:28)`. */
function who({ kind, label, location }: Cause): string {
  const where = location ? place(location) : '';
  if (kind === 'manifest') return where;
  if (where === '' || !location) return label;
  // A lock's label is its file.
  return location.file.endsWith(label) ? where : `${label} at ${where}`;
}

function shown(value: Step['value']): string {
  if (value === undefined) return '(removed)';
  const text = oneLine(value);
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
}

function fieldLines(path: string, steps: readonly Step[]): string[] {
  const values = steps.map(({ value }) => shown(value));
  const width = Math.max(...values.map((value) => value.length));
  return [`  ${path}`, ...steps.map(({ cause }, index) => `    ${(values[index] ?? '').padEnd(width)}  ${who(cause)}`)];
}

function header(history: ResourceHistory): string {
  const { id, location, way, addedBy, removedBy } = history;
  if (removedBy) return `${title(id)}  removed by ${who(removedBy)}`;
  return `${title(id)}  ${addedBy ? `added by ${who(addedBy)}` : `from ${place(location)}${way === undefined ? '' : `, ${way}`}`}`;
}

/** Every field of the histories with each of its values and who set it, the last is what is printed. */
export function formatFields(histories: readonly ResourceHistory[]): string {
  return histories
    .map((history) => {
      const whole = history.addedBy !== undefined || history.removedBy !== undefined;
      const fields = whole ? [] : history.fields.flatMap(({ path, steps }) => fieldLines(path, steps));
      const none = !whole && fields.length === 0 ? ['  nothing is changed'] : [];
      return [header(history), ...fields, ...none].map((line) => `${inOneLine(line)}\n`).join('');
    })
    .join('\n');
}

/** One paragraph for each resource: where it is from, and how many fields each overlay, lock, override and stamp set. */
export function formatSummary(histories: readonly ResourceHistory[]): string {
  return histories
    .map((history) => {
      const counts = new Map<string, number>();
      const changed = history.addedBy || history.removedBy ? [] : history.fields.filter(isChanged);
      for (const { steps } of changed) {
        const causes = new Set(steps.filter(({ cause }) => cause.kind !== 'manifest').map(({ cause }) => cause.label));
        for (const label of causes) counts.set(label, (counts.get(label) ?? 0) + 1);
      }
      const lines = [...counts].map(([label, count]) => `  ${label}: ${count} ${count === 1 ? 'field' : 'fields'}`);
      return [header(history), ...lines].map((line) => `${inOneLine(line)}\n`).join('');
    })
    .join('');
}
