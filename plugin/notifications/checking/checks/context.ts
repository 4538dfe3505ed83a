/**
 * `context`: a mapping of texts, or nothing loads; and what templates read of it that is not there.
 */
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { isArray, isObject } from '../../../resources/json.ts';
import { refused, trap } from '../findings.ts';
import type { Model } from '../model.ts';
import { readActions } from '../template/actions.ts';
import { isGuarded, readsOf } from '../template/fields.ts';
import { textsOf } from '../texts.ts';
import type { Check } from './check.ts';

/** Argo CD sets it for every message (util/notification/settings, injectLegacyVar). */
const given = 'notificationType';

/** One finding for each key of `context` that a template prints and nobody sets. */
function missing({ templates }: Model, known: readonly string[], help: string): Diagnostic[] {
  return templates.flatMap((template) => {
    const warned = new Set<string>();
    return textsOf(template).flatMap(({ text, locate }) =>
      readsOf(readActions(text).actions).flatMap((read) => {
        const { path, word, isTest } = read;
        const key = /^\.context\.(\w+)/u.exec(path)?.[1];
        if (key === undefined || key === given || known.includes(key) || warned.has(key)) return [];
        if (isTest || isGuarded(read, `.context.${key}`)) return [];
        warned.add(key);
        const place = locate(word.line, word.column, word.column + word.text.length);
        return [trap(`${template.setting.key} prints <no value> for .context.${key}`, place, help)];
      }),
    );
  });
}

export const check: Check = (model) => {
  const { context } = model;
  if (!context) return missing(model, [], 'Add the key `context: |` with the text, such as argocdUrl: https://….');
  const { value } = context.yaml;
  if (value !== null && !isObject(value))
    return [refused('context must be a mapping of texts', context.setting.locate(1))];
  const entries = Object.entries(value ?? {});
  const wrong = entries.flatMap(([key, one]) => {
    if (!isObject(one) && !isArray(one)) return [];
    return [refused(`context.${key} must be a text`, context.yaml.locate([key]))];
  });
  const keys = entries.map(([key]) => key);
  return [...wrong, ...missing(model, keys, `Add it to context, which has: ${keys.join(', ') || 'nothing'}.`)];
};
