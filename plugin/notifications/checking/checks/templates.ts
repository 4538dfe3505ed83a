/**
 * Templates: fields that the engine ignores, values that it does not fill in, and what GitHub makes of defaults.
 */
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { notFoundHelp } from '../../../diagnostics/suggest.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../../resources/json.ts';
import { type Path, valueAt } from '../../../resources/pointer.ts';
import { refused, silent, trap, wrong } from '../findings.ts';
import type { Model, ParsedTemplate } from '../model.ts';
import { readActions } from '../template/actions.ts';
import { isGuarded, misusesOf, readsOf } from '../template/fields.ts';
import { textsOf } from '../texts.ts';
import { type Fields, templateFields, templateVariables } from '../vocabulary.ts';
import type { Check } from './check.ts';

/** Fields that the engine takes as they are, braces and all. */
const untemplated: readonly Path[] = [
  ['github', 'deployment', 'requiredContexts'],
  ['github', 'pullRequestComment', 'commentTag'],
  ['slack', 'deliveryPolicy'],
];
const truthValues: readonly Path[] = [
  ['github', 'deployment', 'autoMerge'],
  ['github', 'deployment', 'transientEnvironment'],
  ['slack', 'notifyBroadcast'],
];

/** States that GitHub knows (REST API: repos/create-deployment-status, repos/create-commit-status). */
const states: readonly (readonly [Path, readonly string[]])[] = [
  [
    ['github', 'deployment', 'state'],
    ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'],
  ],
  [
    ['github', 'status', 'state'],
    ['error', 'failure', 'pending', 'success'],
  ],
];

function unknown({ setting, yaml }: ParsedTemplate, body: JsonObject, fields: Fields, path: Path): Diagnostic[] {
  const known = Object.keys(fields);
  const lower = new Set(known.map((field) => field.toLowerCase()));
  return Object.entries(body).flatMap(([field, value]) => {
    const place = [...path, field];
    if (!lower.has(field.toLowerCase())) {
      const message = `${setting.key} ignores ${place.join('.')}`;
      return [silent(message, yaml.locate(place, 'key'), ...notFoundHelp('Fields', field, known))];
    }
    const inner = fields[field];
    const goesOn = inner && Object.keys(inner).length > 0 && isObject(value);
    return goesOn ? unknown({ setting, yaml, name: '', body }, value, inner, place) : [];
  });
}

function isTemplated(value: Json | undefined): boolean {
  return (isArray(value) ? value : [value]).some((one) => typeof one === 'string' && one.includes('{{'));
}

function fixedValues({ setting, yaml, body }: ParsedTemplate): Diagnostic[] {
  return [
    ...untemplated
      .filter((path) => isTemplated(valueAt(body, path)))
      .map((path) =>
        wrong(`${path.join('.')} of ${setting.key} is sent literally, with its braces`, yaml.locate(path)),
      ),
    ...truthValues
      .filter((path) => typeof valueAt(body, path) === 'string')
      .map((path) =>
        refused(
          `${path.join('.')} of ${setting.key} must be true or false`,
          yaml.locate(path),
          'It cannot be a template.',
        ),
      ),
    ...states.flatMap(([path, allowed]) => {
      const value = valueAt(body, path);
      if (typeof value !== 'string' || value.includes('{{') || allowed.includes(value)) return [];
      const message = `${path.join('.')} of ${setting.key} is ${JSON.stringify(value)}, which GitHub refuses`;
      return [silent(message, yaml.locate(path), ...notFoundHelp('States', value, allowed))];
    }),
  ];
}

function gitHub({ setting, yaml, body }: ParsedTemplate): Diagnostic[] {
  const block = getKey(body, 'github');
  if (!isObject(block)) return [];
  const deployment = getKey(block, 'deployment');
  const place = yaml.locate(['github', 'deployment'], 'key');
  const both = isObject(deployment) && isObject(getKey(block, 'status'));
  const own = getKey(block, 'repoURLPath') === undefined || getKey(block, 'revisionPath') === undefined;
  return [
    ...(own
      ? [
          trap(
            `${setting.key} reports to the manifests' repository and commit`,
            yaml.locate(['github'], 'key'),
            'Without repoURLPath and revisionPath these are used, and an Application with several sources has none.',
          ),
        ]
      : []),
    ...(both
      ? [
          trap(
            `${setting.key} sends a commit status first: where GitHub refuses it, the deployment is not sent either`,
            place,
            'Send them from two triggers.',
          ),
        ]
      : []),
    ...(isObject(deployment) ? deploymentTraps(setting.key, deployment, place) : []),
  ];
}

function deploymentTraps(key: string, deployment: JsonObject, place: Parameters<typeof trap>[1]): Diagnostic[] {
  const mistakes: (readonly [boolean, string, string])[] = [
    [
      getKey(deployment, 'requiredContexts') === undefined,
      `${key}: GitHub refuses the deployment until every check of the commit is green`,
      'Write requiredContexts: [].',
    ],
    [
      getKey(deployment, 'autoMerge') === undefined,
      `${key}: GitHub merges the default branch into the deployed one`,
      'Write autoMerge: false.',
    ],
    [
      getKey(deployment, 'reference') !== undefined,
      `${key}: with a reference every message creates a separate deployment`,
      'Omit reference: the revision is used.',
    ],
  ];
  return mistakes.filter(([holds]) => holds).map(([, message, help]) => trap(message, place, help));
}

function values(template: ParsedTemplate): Diagnostic[] {
  const { setting } = template;
  return textsOf(template).flatMap(({ text, locate }) =>
    misusesOf(readActions(text).actions).map(({ kind, name, word: { line, column } }) => {
      const place = locate(line, column, column + name.length);
      if (kind === 'secret') {
        return wrong(`${setting.key} prints ${name} as a list of numbers`, place, `Write {{ ${name} | toString }}.`);
      }
      const help = notFoundHelp('Variables', name.slice(1), templateVariables);
      if (kind === 'tested') return trap(`${setting.key} uses ${name}, which never exists`, place, ...help);
      return wrong(`${setting.key} prints <no value> for ${name}`, place, ...help);
    }),
  );
}

function manySources(template: ParsedTemplate): Diagnostic[] {
  const found = textsOf(template).flatMap(({ text, locate }) =>
    readsOf(readActions(text).actions)
      .filter((read) => {
        return read.path.startsWith('.app.spec.source.') && !read.isTest && !isGuarded(read, '.app.spec.source');
      })
      .map(({ word: { line, column, text: word } }) => locate(line, column, column + word.length)),
  );
  const [first] = found;
  if (!first) return [];
  const message = `${template.setting.key} prints <no value> for an Application with several sources`;
  return [trap(message, first, 'It reads .app.spec.source, which such an Application does not have.')];
}

/** Templates that say nothing to GitHub although there is a service for it. */
function silentAtGitHub({ services, templates, triggers, subscriptions }: Model): Diagnostic[] {
  const service = services.find(({ type }) => type === 'github');
  if (!service || subscriptions) return [];
  const sent = new Set(triggers.flatMap(({ conditions }) => conditions.flatMap(({ send }) => send)));
  return templates
    .filter(({ name, body }) => sent.has(name) && getKey(body, 'github') === undefined)
    .map(({ setting }) => {
      const message = `${setting.key} has no block github: a subscription to ${service.name} sends nothing`;
      return trap(message, setting.location, 'Add a block github with what is to be reported.');
    });
}

export const check: Check = (model) => [
  ...model.templates.flatMap((template) => [
    ...unknown(template, template.body, templateFields, []),
    ...fixedValues(template),
    ...gitHub(template),
    ...values(template),
    ...manySources(template),
  ]),
  ...silentAtGitHub(model),
];
