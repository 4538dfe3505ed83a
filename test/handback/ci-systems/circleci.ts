/**
 * CircleCI: a custom webhook starts the pipeline, and its body is pipeline.trigger_parameters.webhook.body.
 * https://circleci.com/docs/guides/orchestrate/custom-webhooks/
 */
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { textAt } from '../oracle.ts';
import { type Arrival, firstObject, listOf, members, type Started, texts } from './started.ts';

/** The job of a generated configuration. */
export function start(file: string, { sent, called, secrets }: Arrival): Started {
  const [job] = members(valueAt(firstObject(file), ['jobs']));
  const run = valueAt(listOf(valueAt(job, ['steps'])).at(-1), ['run']);
  const fill = (text: string): string =>
    text.replaceAll(
      '<< pipeline.trigger_parameters.webhook.body >>',
      sent === undefined ? '' : JSON.stringify(sent.body),
    );
  return {
    env: {
      ...texts(valueAt(job, ['environment']), fill),
      ...secrets,
      ...(called === undefined ? {} : { CIRCLE_SHA1: called.commit, WAYBILL_ENVIRONMENT: called.environment }),
      CIRCLE_BUILD_URL: 'https://circleci.com/gh/acme/user-service/1',
    },
    // Commands are filled in, too: a body there would be shell.
    script: fill(textAt(run, ['command'])),
    shell: 'sh',
  };
}
