/**
 * Subscriptions: recipients and triggers that do not exist, selectors that do not parse.
 */
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { notFoundHelp } from '../../../diagnostics/suggest.ts';
import { getKey } from '../../../resources/json.ts';
import type { Path } from '../../../resources/pointer.ts';
import { refused, silent, wrong } from '../findings.ts';
import type { Model, ParsedSubscription } from '../model.ts';
import { selectorProblem } from '../../../expressions/label-selector.ts';
import type { Check } from './check.ts';

type Locate = (path: Path) => Diagnostic['location'] & object;

function recipients({ services }: Model, { path, recipients: list }: ParsedSubscription, locate: Locate): Diagnostic[] {
  const [index = 0] = path;
  const known = services.map(({ name }) => name);
  return list.flatMap((recipient, at) => {
    const place = locate([index, 'recipients', at]);
    const [service = '', , ...rest] = recipient.split(':');
    if (!known.includes(service)) {
      const message = `the recipient ${recipient} names the service ${service}, which does not exist: nothing is sent to it`;
      return [silent(message, place, ...notFoundHelp('Services', service, known))];
    }
    if (rest.length === 0) return [];
    const help = 'Only the part up to the second colon counts.';
    return [
      wrong(`the recipient ${recipient} is interpreted as ${recipient.split(':').slice(0, 2).join(':')}`, place, help),
    ];
  });
}

function triggers(
  { triggers: known }: Model,
  { path, triggers: list }: ParsedSubscription,
  locate: Locate,
): Diagnostic[] {
  const [index = 0] = path;
  const names = known.map(({ name }) => name);
  if (list.length === 0) {
    return [silent('a subscription without triggers sends nothing', locate(path), 'Name its triggers.')];
  }
  return list.flatMap((name, at) => {
    if (names.includes(name)) return [];
    const message = `the subscription names the trigger ${name}, which does not exist`;
    return [silent(message, locate([index, 'triggers', at]), ...notFoundHelp('Triggers', name, names))];
  });
}

/** Services that send nothing but their own block of a template. */
const needsBlock: Readonly<Record<string, string>> = {
  github: 'github',
  opsgenie: 'opsgenie',
  pagerduty: 'pagerduty',
  pagerdutyv2: 'pagerdutyv2',
  newrelic: 'newrelic',
  alertmanager: 'alertmanager',
};

/** Templates that a subscription sends to a service which they say nothing for. */
function blocks(
  model: Model,
  { path, recipients: list, triggers: names }: ParsedSubscription,
  locate: Locate,
): Diagnostic[] {
  const [index = 0] = path;
  const subscribed = new Set(names);
  return list.flatMap((recipient, at) => {
    const service = model.services.find(({ name }) => name === recipient.split(':')[0]);
    const block = needsBlock[service?.type ?? ''];
    if (!service || block === undefined) return [];
    const asked = model.triggers.filter(({ name }) => subscribed.has(name));
    const sent = new Set(asked.flatMap(({ conditions }) => conditions.flatMap(({ send }) => send)));
    const without = model.templates.filter(({ name, body }) => sent.has(name) && getKey(body, block) === undefined);
    return without.map(({ name }) => {
      const message = `${recipient} gets the template ${name}, which has no block ${block}: nothing is sent`;
      return silent(message, locate([index, 'recipients', at]), `Add a block ${block} to template.${name}.`);
    });
  });
}

export const check: Check = (model) => {
  const { subscriptions } = model;
  if (!subscriptions) return [];
  const locate: Locate = (path) => subscriptions.yaml.locate(path);
  return subscriptions.list.flatMap((one) => {
    const problem = one.selector && selectorProblem(one.selector.text);
    const found = recipients(model, one, locate).concat(triggers(model, one, locate), blocks(model, one, locate));
    if (one.recipients.length === 0)
      found.push(silent('a subscription without recipients sends nothing', locate(one.path)));
    if (one.selector && problem) {
      found.push(
        refused(`the selector ${JSON.stringify(one.selector.text)} is none: ${problem}`, one.selector.locate(1)),
      );
    }
    return found;
  });
};
