/**
 * References to keys of the Secret, `$name`: where the file holds the Secret they must lead somewhere.
 */
import { createPrivateKey } from 'node:crypto';
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { notFoundHelp } from '../../../diagnostics/suggest.ts';
import { getKey } from '../../../resources/json.ts';
import { refused, silent } from '../findings.ts';
import type { ParsedService } from '../model.ts';
import type { Check } from './check.ts';

/** As the engine finds references (notifications-engine, pkg/api/config.go). */
const reference = /\$([\w-]+)/gu;

/** Where in a service's settings `$name` stands. */
function placeOf({ setting }: ParsedService, name: string) {
  const lines = setting.text.split(/\r?\n/u);
  const line = lines.findIndex((text) => text.includes(`$${name}`));
  const column = (lines[line]?.indexOf(`$${name}`) ?? 0) + 1;
  return setting.locate(line + 1, column, column + name.length + 1);
}

function isPrivateKey(text: string): boolean {
  try {
    return createPrivateKey(text).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

function missing(service: ParsedService, secret: ReadonlyMap<string, string>): Diagnostic[] {
  const names = [...new Set(Array.from(service.setting.text.matchAll(reference), ([, name = '']) => name))];
  return names
    .filter((name) => !secret.has(name))
    .map((name) => {
      const isKey = getKey(service.body, 'privateKey') === `$${name}`;
      const find = isKey ? refused : silent;
      const message = `${service.setting.key} refers to $${name}, which the Secret does not have`;
      return find(message, placeOf(service, name), ...notFoundHelp('Keys of the Secret', name, [...secret.keys()]));
    });
}

function keys(service: ParsedService, secret: ReadonlyMap<string, string>): Diagnostic[] {
  const written = getKey(service.body, 'privateKey');
  if (service.type !== 'github' || typeof written !== 'string' || !written.startsWith('$')) return [];
  const name = written.slice(1);
  const value = secret.get(name);
  // A template of a Secret holds a placeholder, which is for people to replace.
  if (value === undefined || !value.includes('-----') || isPrivateKey(value)) return [];
  const help = 'It must be the RSA key that GitHub gave for the App, in PEM, with its line breaks.';
  return [refused(`the key ${name} of the Secret is no private key`, placeOf(service, name), help)];
}

export const check: Check = ({ services, settings: { secret } }) =>
  secret ? services.flatMap((service) => [...missing(service, secret), ...keys(service, secret)]) : [];
