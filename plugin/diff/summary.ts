/**
 * The sentence that says how much differs.
 */
import { inOneLine } from '../diagnostics/format.ts';
import type { Comparison, ResourceDiff } from './compare.ts';

/** How the three kinds of change are marked in text and Markdown. */
export const marks: Readonly<Record<ResourceDiff['change'], '~' | '+' | '-'>> = {
  changed: '~',
  added: '+',
  removed: '-',
};

/** `1 removed, 2 changed, 5 unchanged`, or `no difference (8 resources)`. */
export function summarize({ resources, unchanged }: Comparison): string {
  const count = (change: ResourceDiff['change']): string[] => {
    const number = resources.filter((one) => one.change === change).length;
    return number === 0 ? [] : [`${number} ${change}`];
  };
  if (resources.length === 0) return `no difference (${unchanged} ${unchanged === 1 ? 'resource' : 'resources'})`;
  return [...count('removed'), ...count('changed'), ...count('added'), `${unchanged} unchanged`].join(', ');
}

/** `Deployment/user-service`, with the namespace when there is one. */
export function title({ id }: ResourceDiff): string {
  return inOneLine(`${id.kind}/${id.name}${id.namespace === '' ? '' : ` (${id.namespace})`}`);
}
