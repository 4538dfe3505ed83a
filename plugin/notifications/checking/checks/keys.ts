/**
 * The keys of the ConfigMap itself: what the engine does not know it ignores.
 */
import { notFoundHelp, suggest } from '../../../diagnostics/suggest.ts';
import { silent, trap, refused } from '../findings.ts';
import type { Check } from './check.ts';

const whole = ['subscriptions', 'context', 'defaultTriggers'];
const prefixes = ['service', 'template', 'trigger', 'defaultTriggers'];

/** The most that Kubernetes stores in one ConfigMap (MaxSecretSize, k8s.io/api/core/v1). */
const maxBytes = 1024 * 1024;

/** What a key of another tool's file was likely meant to be. */
function meant(key: string): string | undefined {
  const [prefix = '', ...rest] = key.split('.');
  const near = suggest(prefix, [...prefixes, ...whole]);
  return near === undefined ? undefined : [near, ...rest].join('.');
}

export const check: Check = ({ settings: { settings, location } }) => {
  const bytes = settings.reduce((sum, { key, text }) => sum + Buffer.byteLength(key) + Buffer.byteLength(text), 0);
  const tooLarge =
    bytes > maxBytes
      ? [refused(`the ConfigMap holds ${bytes} bytes; Kubernetes takes no more than ${maxBytes}`, location)]
      : [];
  const byKey = settings.flatMap(({ key, location: place }) => {
    const [prefix = '', ...rest] = key.split('.');
    if (key === 'config.yaml') {
      return [trap('config.yaml has the settings of an old version', place, 'Move its parts to separate keys.')];
    }
    if (key === 'defaultTriggers' || prefix === 'defaultTriggers') {
      return [
        trap(
          `${key}: annotations that are no subscriptions make messages to a service without a name, at random`,
          place,
          'Name the triggers in each subscription, and remove this key.',
        ),
      ];
    }
    if (whole.includes(key) || (prefixes.includes(prefix) && rest.length > 0 && rest[0] !== '')) return [];
    const near = meant(key);
    const help =
      near === undefined || near === key
        ? notFoundHelp('Keys', key, [...whole, 'service.*', 'template.*', 'trigger.*'])
        : [`Did you mean ${near}?`];
    return [silent(`the engine ignores the key ${key}`, place, ...help)];
  });
  return [...tooLarge, ...byKey];
};
