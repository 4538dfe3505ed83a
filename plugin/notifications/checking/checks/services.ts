/**
 * Services: their names, the settings that the engine would ignore, and addresses that lead nowhere.
 */
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { notFoundHelp } from '../../../diagnostics/suggest.ts';
import { getKey, isArray, isObject, type Json } from '../../../resources/json.ts';
import { refused, silent, trap, wrong } from '../findings.ts';
import type { ParsedService } from '../model.ts';
import { serviceFields } from '../vocabulary.ts';
import type { Check } from './check.ts';

/** Settings that hold an address. */
const addresses = ['url', 'apiUrl', 'apiURL', 'enterpriseBaseURL', 'serverUrl'];

function name({ setting, type }: ParsedService): Diagnostic[] {
  const parts = setting.key.split('.');
  if (parts.length > 3) {
    const help = 'A name has no dots: service.TYPE or service.TYPE.NAME.';
    return [refused(`${setting.key} has dots in the name of the service`, setting.location, help)];
  }
  if (Object.hasOwn(serviceFields, type)) return [];
  return [
    refused(
      `there is no service of type ${type}`,
      setting.location,
      ...notFoundHelp('Types', type, Object.keys(serviceFields)),
    ),
  ];
}

function fields({ setting, type, body, yaml }: ParsedService): Diagnostic[] {
  const known = Object.keys(serviceFields[type] ?? {});
  // Engines read names without regard to case.
  const lower = new Set(known.map((field) => field.toLowerCase()));
  return Object.keys(body)
    .filter((field) => known.length > 0 && !lower.has(field.toLowerCase()))
    .map((field) => {
      const place = yaml.locate([field], 'key');
      return silent(`${setting.key} ignores ${field}`, place, ...notFoundHelp('Settings', field, known));
    });
}

function address(service: ParsedService, field: string, value: string): Diagnostic[] {
  const { setting, type, yaml } = service;
  const place = yaml.locate([field]);
  if (value.includes('{{')) {
    const help =
      'Settings of a service are no templates: write the address out, or take it from the Secret with $name.';
    return [silent(`${field} of ${setting.key} is sent literally, with its braces`, place, help)];
  }
  if (value.startsWith('$') || type === 'opsgenie') return [];
  if (/^[\w-]+(?:\.[\w-]+)+(?:[:/]|$)/u.test(value)) {
    return [silent(`${field} of ${setting.key} has no scheme: nothing can be sent`, place, `Write https://${value}.`)];
  }
  if (field === 'enterpriseBaseURL' && !/\/api\/v3\/?$/u.test(value)) {
    const help = 'GitHub Enterprise Server serves its API below /api/v3: https://github.acme.dev/api/v3.';
    return [
      silent(`enterpriseBaseURL of ${setting.key} does not end in /api/v3: access tokens cannot be had`, place, help),
    ];
  }
  return [];
}

function isMissing(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || value === 0;
}

function gitHub({ setting, body, yaml }: ParsedService): Diagnostic[] {
  const ids = ['appID', 'installationID'].flatMap((field) => {
    const value = getKey(body, field);
    if (isMissing(value)) {
      return [silent(`${setting.key} has no ${field}: GitHub refuses every request`, setting.locate(1))];
    }
    if (typeof value === 'string' && !/^(?:\d+|\$[\w-]+)$/u.test(value)) {
      return [refused(`${field} of ${setting.key} must be a number`, yaml.locate([field]))];
    }
    return [];
  });
  const key = getKey(body, 'privateKey');
  if (isMissing(key)) return [...ids, refused(`${setting.key} has no privateKey`, setting.locate(1))];
  if (typeof key !== 'string' || key.startsWith('$')) return ids;
  const written = key.includes('PRIVATE KEY')
    ? trap(
        `the private key of ${setting.key} is in the ConfigMap, for everybody to read`,
        yaml.locate(['privateKey']),
        'Put it into the Secret, and write $name here.',
      )
    : refused(
        `privateKey of ${setting.key} is no PEM`,
        yaml.locate(['privateKey']),
        'Write $name for a key of the Secret.',
      );
  return [...ids, written];
}

/** Settings that must have the shape that Go reads, or nothing loads. */
function shapes({ setting, type, body, yaml }: ParsedService): Diagnostic[] {
  const headers = getKey(body, 'headers');
  if (type === 'webhook' && headers !== undefined && headers !== null && !isArray(headers)) {
    const help = 'Write a list: - { name: Authorization, value: Bearer $token }.';
    return [refused(`headers of ${setting.key} must be a list`, yaml.locate(['headers']), help)];
  }
  if (type === 'webhook' && isMissing(getKey(body, 'url'))) {
    return [silent(`${setting.key} has no url: nothing can be sent`, setting.locate(1))];
  }
  for (const field of ['apiKeys', 'recipientUrls', 'serviceKeys', 'webhooks']) {
    const value = getKey(body, field);
    if (value !== undefined && value !== null && !isObject(value)) {
      return [refused(`${field} of ${setting.key} must be a mapping of recipients`, yaml.locate([field]))];
    }
  }
  return [];
}

function clashes(services: readonly ParsedService[]): Diagnostic[] {
  return services.flatMap((service, index) => {
    const first = services.slice(0, index).find((other) => other.name === service.name);
    if (!first) return [];
    const help = 'The part behind the type is the name; without it the type is.';
    const message = `${first.setting.key} and ${service.setting.key} are both named ${service.name}: one of them is used, at random`;
    return [wrong(message, service.setting.location, help)];
  });
}

export const check: Check = ({ services }) => [
  ...services.flatMap((service) => [
    ...name(service),
    ...fields(service),
    ...shapes(service),
    ...(service.type === 'github' ? gitHub(service) : []),
    ...addresses.flatMap((field) => {
      const value = getKey(service.body, field);
      return typeof value === 'string' ? address(service, field, value) : [];
    }),
  ]),
  ...clashes(services),
];
