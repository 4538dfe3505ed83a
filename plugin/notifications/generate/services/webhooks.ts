/**
 * Webhooks: what the engine needs to send a catalogue message to an HTTP endpoint.
 */
import type { JsonObject } from '../../../resources/json.ts';
import { isObject } from '../../../resources/json.ts';
import type { Message, Service } from '../destination.ts';
import { messageContent } from '../message.ts';
import type { Definitions } from '../values.ts';

/** A webhook service of the given name. Header values may hold `$key` of the Secret. */
export function webhookService(name: string, url: string, headers: Readonly<Record<string, string>>): Service {
  const all = Object.entries({ 'Content-Type': 'application/json', ...headers });
  return {
    key: `service.webhook.${name}`,
    options: { url, headers: all.map(([header, value]) => ({ name: header, value })) },
  };
}

/** A catalogue message whose webhook is the service `name`: the engine finds it by that name. */
export function webhookMessage(file: string, name: string, definitions: Definitions): Message {
  const { webhook, ...content }: JsonObject = messageContent(file);
  const request = isObject(webhook) ? webhook['$service'] : undefined;
  return { name, content: { ...content, webhook: { [name]: request } }, definitions };
}
