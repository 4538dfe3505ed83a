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

function pipelineVariables({ sent, called, folder }: Arrival, job: string): Record<string, string> {
  const common = {
    CI_PIPELINE_URL: 'https://gitlab.com/acme/user-service/-/pipelines/1',
    CI_COMMIT_BRANCH: 'main',
    CI_DEFAULT_BRANCH: 'main',
    CI_COMMIT_SHA: called?.commit ?? 'main',
  };
  if (called) return { ...common, CI_PIPELINE_SOURCE: 'push', WAYBILL_ENVIRONMENT: called.environment };
  if (sent === undefined) return { ...common, CI_PIPELINE_SOURCE: 'schedule', WAYBILL_JOB: job };
  const payload = join(folder, 'TRIGGER_PAYLOAD');
  writeFileSync(payload, JSON.stringify(sent.body));
  return { ...common, CI_PIPELINE_SOURCE: 'trigger', TRIGGER_PAYLOAD: payload };
}

/** The job of a generated file; undefined when its rules keep it out. GitLab's runner takes bash when the image has it. */
export function start(file: string, arrival: Arrival): Started | undefined {
  const configuration = firstObject(file);
  const [name = ''] = Object.keys(configuration);
  const [job] = members(configuration);
  const pipeline = pipelineVariables(arrival, name);
  const rules = listOf(valueAt(job, ['rules'])).map((rule) => textAt(rule, ['if']));
  // Consumers of events start without a name in the schedule, jobs of every day with theirs.
  const unnamed = Object.fromEntries(Object.entries(pipeline).filter(([key]) => key !== 'WAYBILL_JOB'));
  if (![pipeline, unnamed].some((some) => rules.some((rule) => ruleHolds(rule, some)))) return undefined;
  const fill = (text: string): string => text.replaceAll('$CI_PIPELINE_URL', pipeline['CI_PIPELINE_URL'] ?? '');
  return {
    env: { ...texts(valueAt(job, ['variables']), fill), ...pipeline, ...arrival.secrets },
    script: listOf(valueAt(job, ['script']))
      .map((line) => textAt(line, []))
      .join('\n'),
    shell: 'bash',
  };
}
