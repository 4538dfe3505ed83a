/**
 * GitLab CI: https://docs.gitlab.com/ci/yaml/
 *
 * A job file is for `include: local`. A webhook of the project (or Waybill's own) starts a pipeline through a trigger
 * URL, and what it sent is in the file TRIGGER_PAYLOAD: https://docs.gitlab.com/ci/triggers/#access-webhook-payload
 */
import type { JsonObject } from '../../resources/json.ts';
import { writeYaml } from '../../yaml/write.ts';
import type { Job, Start } from '../job.ts';
import { readFacts } from '../scripts/facts.ts';
import { banner, type System, webhookFor } from './system.ts';

interface Begin {
  readonly rules: JsonObject[];
  /** Shell that finds the facts. */
  readonly facts: string;
  readonly notes: string[];
}

function begin(start: Start, job: Job): Begin {
  switch (start.kind) {
    case 'events-pushed':
      return {
        rules: [
          { if: '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' },
          { if: '$CI_PIPELINE_SOURCE == "schedule" && $WAYBILL_JOB == null' },
        ],
        facts: '',
        notes: ['Add a pipeline schedule (every five minutes) in case a push was missed.'],
      };
    case 'daily':
      return {
        rules: [{ if: `$CI_PIPELINE_SOURCE == "schedule" && $WAYBILL_JOB == "${job.name}"` }],
        facts: '',
        notes: [`Add a daily pipeline schedule with the variable WAYBILL_JOB: ${job.name}.`],
      };
    case 'requested':
      return {
        rules: [{ if: '$CI_PIPELINE_SOURCE == "trigger" && $TRIGGER_PAYLOAD' }],
        facts: readFacts(start.request, '"$TRIGGER_PAYLOAD"'),
        notes: [
          `${webhookFor(start.request)} calls`,
          'https://GITLAB/api/v4/projects/ID/ref/main/trigger/pipeline?token=TRIGGER_TOKEN.',
        ],
      };
    case 'called':
      break;
  }
  return {
    // Pipelines that requests and schedules start are on the default branch, too.
    rules: [{ if: '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }],
    facts: 'WAYBILL_ENVIRONMENT=${WAYBILL_ENVIRONMENT:-}\nWAYBILL_SOURCE_COMMIT=$CI_COMMIT_SHA\n',
    notes: ['Give it a stage after the one that writes the lock.'],
  };
}

/** GitLab CI. Its secrets are masked CI/CD variables of the same names. */
export const system: System = {
  name: 'gitlab',
  write: (job) => {
    const { rules, facts, notes } = begin(job.start, job);
    const secrets = job.secrets.length > 0 ? [`Masked CI/CD variables that it needs: ${job.secrets.join(', ')}.`] : [];
    const file: JsonObject = {
      [job.name]: {
        image: job.image,
        ...(job.start.kind === 'events-pushed' ? { resource_group: job.name } : {}),
        rules,
        variables: { ...job.env, RUN_URL: '$CI_PIPELINE_URL' },
        script: [`${facts}${job.script}`],
      },
    };
    return [
      { path: `${job.home}/ci/${job.name}.gitlab-ci.yml`, text: banner(job, [...notes, ...secrets]) + writeYaml(file) },
    ];
  },
};
