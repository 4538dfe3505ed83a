/**
 * Adds the generated settings to a user's own. Theirs are kept as they are; `subscriptions` and `context` are joined.
 * Whatever is called waybill is ours: an earlier output, merged again, is replaced.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { Failure } from '../../diagnostics/failure.ts';
import { equals, isArray, isObject, type Json } from '../../resources/json.ts';
import { readYaml } from '../../yaml/read.ts';
import { writeYaml } from '../../yaml/write.ts';
import type { Setting, Settings as Own } from '../checking/settings.ts';
import type { Settings } from './settings.ts';

const ours = /^(?:trigger|template)\.waybill(?:-|$)|^service\.webhook\.waybill$/u;

function parse(text: string, key: string): Json | undefined {
  return readYaml(text, { file: key, duplicateKeys: 'last-wins' })[0]?.value;
}

/** A subscription that an earlier run has written. */
function isOurs(subscription: Json): boolean {
  const triggers = isObject(subscription) ? subscription['triggers'] : undefined;
  return (
    isArray(triggers) &&
    triggers.length > 0 &&
    triggers.every((one) => typeof one === 'string' && /^waybill(?:-|$)/u.test(one))
  );
}

function clash({ key, location }: Setting, what: string): Diagnostic {
  return {
    severity: 'error',
    code: 'notifications-clash',
    message: `${key} is there already, with ${what}`,
    location,
    help: ['Rename or remove it, or give it the same content as in notifications.yaml.'],
  };
}

/** What becomes of a key that both have; a Diagnostic when they cannot be joined. */
function joined(setting: Setting, made: string): string | Diagnostic {
  const [theirs, mine] = [parse(setting.text, setting.key), parse(made, setting.key)];
  if (setting.key === 'subscriptions' && isArray(mine)) {
    return writeYaml([...(isArray(theirs) ? theirs.filter((one) => !isOurs(one)) : []), ...mine]);
  }
  if (setting.key === 'context' && isObject(theirs) && isObject(mine)) {
    const other = Object.keys(mine).find((key) => theirs[key] !== undefined && theirs[key] !== mine[key]);
    return other === undefined ? writeYaml({ ...theirs, ...mine }) : clash(setting, `another ${other}`);
  }
  return equals(theirs, mine) ? made : clash(setting, 'another text');
}

/** All settings, theirs first. Failure `notifications-clash` for every key that both have with different meaning. */
export function merge(made: Settings, own: Own): Settings {
  const all = new Map<string, string>();
  const problems: Diagnostic[] = [];
  for (const setting of own.settings) {
    if (ours.test(setting.key)) continue;
    const mine = made.get(setting.key);
    const value = mine === undefined ? setting.text : joined(setting, mine);
    if (typeof value === 'string') all.set(setting.key, value);
    else problems.push(value);
  }
  if (problems.length > 0) throw new Failure(problems);
  for (const [key, value] of made) if (!all.has(key)) all.set(key, value);
  return all;
}
