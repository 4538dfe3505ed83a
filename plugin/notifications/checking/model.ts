/**
 * The settings taken apart: services, templates, triggers and subscriptions, each with its places in the file. What
 * cannot be read is found here, since nothing can be said about it but that the controller refuses it.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { Failure } from '../../diagnostics/failure.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import { refused } from './findings.ts';
import { type NestedText, type NestedYaml, readNested } from './nested.ts';
import type { Setting, Settings } from './settings.ts';

/** A key whose value is YAML. */
interface Parsed {
  readonly setting: Setting;
  /** The part of the key behind `trigger.`, `template.` or `service.`. */
  readonly name: string;
  readonly yaml: NestedYaml;
}

/** `service.TYPE` or `service.TYPE.NAME`. */
export interface ParsedService extends Parsed {
  readonly type: string;
  readonly body: JsonObject;
}

export interface ParsedTemplate extends Parsed {
  readonly body: JsonObject;
}

export interface ParsedCondition {
  /** Path in the trigger's YAML. */
  readonly path: Path;
  readonly body: JsonObject;
  readonly when: NestedText | undefined;
  readonly oncePer: NestedText | undefined;
  readonly send: readonly string[];
}

export interface ParsedTrigger extends Parsed {
  readonly conditions: readonly ParsedCondition[];
}

export interface ParsedSubscription {
  readonly path: Path;
  readonly recipients: readonly string[];
  readonly triggers: readonly string[];
  readonly selector: NestedText | undefined;
}

/** Everything that the checks look at. */
export interface Model {
  readonly settings: Settings;
  readonly services: readonly ParsedService[];
  readonly templates: readonly ParsedTemplate[];
  readonly triggers: readonly ParsedTrigger[];
  /** The key `subscriptions`, when it can be read. */
  readonly subscriptions: (Parsed & { readonly list: readonly ParsedSubscription[] }) | undefined;
  readonly context: Parsed | undefined;
}

/** A scalar that Go reads into a text: numbers and booleans count too (sigs.k8s.io/yaml). */
function asText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : undefined;
}

function texts(value: Json | undefined): string[] {
  return isArray(value) ? value.flatMap((one) => asText(one) ?? []) : [];
}

function textAt(yaml: NestedYaml, path: Path, value: Json | undefined): NestedText | undefined {
  const text = asText(value);
  if (text === undefined || text === '') return undefined;
  return yaml.textAt(path, value) ?? { text, locate: () => yaml.locate(path) };
}

/** Reads one value; a finding in place of it when it is no YAML. */
function parse(setting: Setting, prefix: string, found: Diagnostic[]): Parsed | undefined {
  try {
    return { setting, name: setting.key.slice(prefix.length), yaml: readNested(setting) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    for (const { message, location } of error.diagnostics) {
      // What is not closed is noticed behind the end.
      const last = setting.text.trimEnd().split('\n').length;
      const place =
        (location?.line ?? 1) > last
          ? setting.locate(last)
          : setting.locate(location?.line ?? 1, location?.column, location?.endColumn);
      found.push(refused(`${setting.key} is no YAML: ${message}`, place));
    }
    return undefined;
  }
}

function objectOf(parsed: Parsed, found: Diagnostic[]): JsonObject | undefined {
  const { value } = parsed.yaml;
  if (value === null) return {};
  if (isObject(value)) return value;
  found.push(refused(`${parsed.setting.key} must be a mapping`, parsed.setting.locate(1)));
  return undefined;
}

function conditionsOf(parsed: Parsed, found: Diagnostic[]): ParsedCondition[] {
  const { value } = parsed.yaml;
  if (!isArray(value) && value !== null) {
    const help = 'Write `- when: …` with a dash: a trigger has one or more conditions.';
    found.push(refused(`${parsed.setting.key} must be a list of conditions`, parsed.setting.locate(1), help));
  }
  return (isArray(value) ? value : []).flatMap((body, index) => {
    if (!isObject(body)) {
      found.push(refused(`${parsed.setting.key} has a condition that is no mapping`, parsed.yaml.locate([index])));
      return [];
    }
    const [when, oncePer, send] = [getKey(body, 'when'), getKey(body, 'oncePer'), getKey(body, 'send')];
    for (const [name, one] of [['when', when] as const, ['oncePer', oncePer] as const]) {
      if (isObject(one) || isArray(one)) {
        const help = 'An expression with ?. or : in it is easily read as YAML: put it into a block scalar (|).';
        found.push(refused(`${name} of ${parsed.setting.key} must be a text`, parsed.yaml.locate([index, name]), help));
      }
    }
    if (send !== undefined && send !== null && !isArray(send)) {
      found.push(refused(`send of ${parsed.setting.key} must be a list`, parsed.yaml.locate([index, 'send'])));
    }
    return [
      {
        path: [index],
        body,
        when: textAt(parsed.yaml, [index, 'when'], when),
        oncePer: textAt(parsed.yaml, [index, 'oncePer'], oncePer),
        send: texts(send),
      },
    ];
  });
}

function subscriptionsOf(parsed: Parsed, found: Diagnostic[]): ParsedSubscription[] {
  const { value } = parsed.yaml;
  if (!isArray(value) && value !== null) {
    found.push(refused('subscriptions must be a list', parsed.setting.locate(1)));
  }
  return (isArray(value) ? value : []).flatMap((body, index) => {
    const at = (key: string): Path => [index, key];
    for (const key of ['recipients', 'triggers']) {
      const list = isObject(body) ? getKey(body, key) : null;
      if (list !== undefined && list !== null && !isArray(list)) {
        found.push(refused(`${key} of a subscription must be a list`, parsed.yaml.locate(at(key))));
      }
    }
    if (!isObject(body)) {
      found.push(refused('a subscription must be a mapping', parsed.yaml.locate([index])));
      return [];
    }
    return [
      {
        path: [index],
        recipients: texts(getKey(body, 'recipients')),
        triggers: texts(getKey(body, 'triggers')),
        selector: textAt(parsed.yaml, at('selector'), getKey(body, 'selector')),
      },
    ];
  });
}

/** Takes the settings apart. What cannot be read is added to `found` and left out. */
export function createModel(settings: Settings, found: Diagnostic[]): Model {
  const parseAll = (prefix: string): Parsed[] =>
    settings.settings
      .filter(({ key }) => key.startsWith(prefix))
      .flatMap((setting) => parse(setting, prefix, found) ?? []);
  const one = (key: string): Parsed | undefined => {
    const setting = settings.settings.find((known) => known.key === key);
    return setting ? parse(setting, '', found) : undefined;
  };
  const withBody = (parsed: Parsed) => {
    const body = objectOf(parsed, found);
    return body ? [{ setting: parsed.setting, name: parsed.name, yaml: parsed.yaml, body }] : [];
  };
  const subscriptions = one('subscriptions');
  return {
    settings,
    services: parseAll('service.')
      .flatMap(withBody)
      .map(({ setting, name, yaml, body }) => {
        const [type = '', own] = name.split('.');
        return { setting, type, name: own ?? type, yaml, body };
      }),
    templates: parseAll('template.').flatMap(withBody),
    triggers: parseAll('trigger.').map((parsed) => Object.assign(parsed, { conditions: conditionsOf(parsed, found) })),
    subscriptions: subscriptions && Object.assign(subscriptions, { list: subscriptionsOf(subscriptions, found) }),
    context: one('context'),
  };
}
