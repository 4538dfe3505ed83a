/**
 * GitLab: a trigger URL starts a pipeline whose jobs find the body in the file $TRIGGER_PAYLOAD.
 * https://docs.gitlab.com/ci/triggers/#access-webhook-payload
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { ruleHolds } from '../../ci-schemas/gitlab.mjs';
import { textAt } from '../oracle.ts';
import { type Arrival, firstObject, listOf, members, type Started, texts } from './started.ts';

/** The job of a generated file; undefined when its rules keep it out. GitLab's runner takes bash when the image has it. */
export function start(file: string, { sent, secrets, folder }: Arrival): Started | undefined {
  const job = members(firstObject(file))[0];
  const payload = join(folder, 'TRIGGER_PAYLOAD');
  writeFileSync(payload, JSON.stringify(sent.body));
  const predefined = { CI_PIPELINE_URL: 'https://gitlab.com/acme/user-service/-/pipelines/1', CI_COMMIT_SHA: 'main' };
  const pipeline = { ...predefined, CI_PIPELINE_SOURCE: 'trigger', TRIGGER_PAYLOAD: payload };
  const rules = listOf(valueAt(job, ['rules'])).map((rule) => textAt(rule, ['if']));
  if (!rules.some((rule) => ruleHolds(rule, pipeline))) return undefined;
  const fill = (text: string): string => text.replaceAll('$CI_PIPELINE_URL', predefined.CI_PIPELINE_URL);
  return {
    env: { ...texts(valueAt(job, ['variables']), fill), ...pipeline, ...secrets },
    script: listOf(valueAt(job, ['script']))
      .map((line) => textAt(line, []))
      .join('\n'),
    shell: 'bash',
  };
}
