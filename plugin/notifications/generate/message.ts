/**
 * The content of messages: catalogue files of services/, with the values that their texts use.
 */
import { isArray, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import { readYaml } from '../../yaml/read.ts';
import { catalogueFile } from './catalogue.ts';
import type { Message } from './destination.ts';
import { type Definitions, withValues } from './values.ts';

function filled(value: Json | undefined, definitions: Definitions): Json {
  if (typeof value === 'string') return value.includes('{{') ? withValues(value, definitions) : value;
  if (isArray(value)) return value.map((item) => filled(item, definitions));
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, definitions)]));
}

function withTransient(content: JsonObject, transient: boolean | undefined): JsonObject {
  const github = content['github'];
  const deployment = isObject(github) ? github['deployment'] : undefined;
  if (!transient || !isObject(github) || !isObject(deployment)) return content;
  return { ...content, github: { ...github, deployment: { ...deployment, transientEnvironment: true } } };
}

/** A message as the engine reads it: every text with the values that it uses before it. `slot` defines `$slot`. */
export function messageTemplate(message: Message, slot: string): JsonObject {
  const content = withTransient(message.content, message.transient);
  const definitions = { slot, ...message.definitions };
  return Object.fromEntries(Object.entries(content).map(([key, value]) => [key, filled(value, definitions)]));
}

/** A catalogue file of services/ as a value. */
export function messageContent(name: string): JsonObject {
  const file = `services/${name}.yaml`;
  const value = readYaml(catalogueFile(file), { file, duplicateKeys: 'error' })[0]?.value;
  if (!isObject(value)) throw new Error(`${file} is not a mapping`);
  return value;
}
