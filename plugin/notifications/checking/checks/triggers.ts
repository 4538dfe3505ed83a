/**
 * Triggers: what they send, and the traps of oncePer.
 */
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { notFoundHelp } from '../../../diagnostics/suggest.ts';
import { getKey, isObject } from '../../../resources/json.ts';
import { silent, trap, wrong } from '../findings.ts';
import type { Model, ParsedCondition, ParsedTemplate, ParsedTrigger } from '../model.ts';
import { conditionFields } from '../vocabulary.ts';
import type { Check } from './check.ts';

function shape(trigger: ParsedTrigger, condition: ParsedCondition): Diagnostic[] {
  const { setting, yaml } = trigger;
  const [index = 0] = condition.path;
  const known = Object.keys(conditionFields);
  const unknown = Object.keys(condition.body)
    .filter((field) => !known.some((one) => one.toLowerCase() === field.toLowerCase()))
    .map((field) => {
      const place = yaml.locate([index, field], 'key');
      return silent(`${setting.key}[${index}] ignores ${field}`, place, ...notFoundHelp('Fields', field, known));
    });
  const place = yaml.locate(condition.path);
  return [
    ...unknown,
    ...(condition.when ? [] : [silent(`${setting.key}[${index}] has no when: it never holds`, place)]),
    ...(condition.send.length > 0 ? [] : [silent(`${setting.key}[${index}] sends nothing`, place)]),
  ];
}

function send(
  { templates }: Model,
  { setting, yaml }: ParsedTrigger,
  { path, send: names }: ParsedCondition,
): Diagnostic[] {
  const known = templates.map(({ name }) => name);
  const [index = 0] = path;
  const unknown = names.flatMap((name, at) => {
    if (known.includes(name)) return [];
    const place = yaml.locate([index, 'send', at]);
    const message = `${setting.key}[${index}] sends the template ${name}, which does not exist: nothing is sent`;
    return [silent(message, place, ...notFoundHelp('Templates', name, known))];
  });
  const gitHub = templates.filter(({ name, body }) => names.includes(name) && getKey(body, 'github') !== undefined);
  if (gitHub.length < 2) return unknown;
  const message = `${setting.key}[${index}] sends ${gitHub.map(({ name }) => name).join(' and ')}: they fold into one message, for the last one's repository and commit`;
  return [...unknown, wrong(message, yaml.locate([index, 'send']), 'Send one template from each condition.')];
}

/** A commit of the manifests, and nothing else. */
const byRevision = /^\s*app(?:\??\.\w+)*\??\.(?:syncResult|sync)\??\.revision\s*$/u;

/** A template that makes no request: it only leaves a mark. */
function leavesMark({ body }: ParsedTemplate): boolean {
  const block = getKey(body, 'github');
  const said = isObject(block)
    ? Object.keys(block).filter((key) => key !== 'repoURLPath' && key !== 'revisionPath')
    : [];
  return isObject(block) && said.length === 0 && Object.keys(body).length === 1;
}

function oncePer(
  { templates }: Model,
  { setting, yaml }: ParsedTrigger,
  { path, oncePer: text, send: names }: ParsedCondition,
): Diagnostic[] {
  if (!text || templates.filter(({ name }) => names.includes(name)).every(leavesMark)) return [];
  const [index = 0] = path;
  const place = yaml.locate([index, 'oncePer']);
  const one = `oncePer of ${setting.key}[${index}]`;
  const lost = trap(
    `${one}: a message that cannot be sent is never sent again (one 502 loses it)`,
    place,
    'The engine marks it as sent before it sends. Without oncePer it tries again every minute.',
  );
  if (!byRevision.test(text.text)) return [lost];
  const revision = trap(
    `${one} uses the manifests' commit: a rollback to a reported commit sends nothing, and with several sources all commits are the same`,
    place,
    'An Application with several sources has revisions in place of revision; then the value is nil, once and for all.',
  );
  return [lost, revision];
}

function dots({ setting, name }: ParsedTrigger): Diagnostic[] {
  if (!name.includes('.')) return [];
  const help =
    'Subscriptions by annotation take the part before the dot for the trigger and the part behind it for the service.';
  return [trap(`the trigger ${name} has a dot in its name`, setting.location, help)];
}

export const check: Check = (model) =>
  model.triggers.flatMap((trigger) => [
    ...dots(trigger),
    ...trigger.conditions.flatMap((condition) => [
      ...shape(trigger, condition),
      ...send(model, trigger, condition),
      ...oncePer(model, trigger, condition),
    ]),
  ]);
