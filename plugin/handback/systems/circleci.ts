/**
 * CircleCI: https://circleci.com/docs/reference/configuration-reference/
 *
 * A job file is the configuration of a pipeline of its own (Project Settings, Pipelines), so that nothing else of the
 * project starts with it. A custom webhook starts one with any JSON, which is the value of
 * pipeline.trigger_parameters.webhook.body: https://circleci.com/docs/guides/orchestrate/custom-webhooks/
 */
import type { JsonObject } from '../../resources/json.ts';
import { writeYaml } from '../../yaml/write.ts';
import { readFacts } from '../scripts/facts.ts';
import type { Job, Start } from '../job.ts';
import { banner, type System, webhookFor } from './system.ts';

interface Begin {
  readonly env: Readonly<Record<string, string>>;
  /** Shell that finds the facts. */
  readonly facts: string;
  readonly notes: readonly string[];
}

function begin(start: Start): Begin {
  switch (start.kind) {
    case 'events-pushed':
      return {
        env: {},
        facts: '',
        notes: [
          'Add a trigger for pushes to the default branch, and a schedule (every five minutes) in case one was missed.',
        ],
      };
    case 'daily':
      return { env: {}, facts: '', notes: ['Add a schedule: once a day.'] };
    case 'requested':
      return {
        // Never part of a command: its text would be shell.
        env: { WAYBILL_REQUEST: '<< pipeline.trigger_parameters.webhook.body >>' },
        facts: `request=$(mktemp)
printf '%s' "$WAYBILL_REQUEST" >"$request"
${readFacts(start.request, '"$request"')}`,
        notes: [
          'Add a custom webhook as its trigger.',
          `${webhookFor(start.request)} calls the webhook's URL, which holds its secret.`,
        ],
      };
    case 'called':
      break;
  }
  return {
    env: {},
    facts: 'WAYBILL_ENVIRONMENT=${WAYBILL_ENVIRONMENT:-}\nWAYBILL_SOURCE_COMMIT=$CIRCLE_SHA1\n',
    notes: ['Or copy its job into .circleci/config.yml and let it require the job that builds.'],
  };
}

function config(job: Job, { env, facts }: Begin): JsonObject {
  const serial = job.start.kind === 'events-pushed' || job.start.kind === 'daily';
  return {
    version: 2.1,
    jobs: {
      [job.name]: {
        docker: [{ image: job.image }],
        resource_class: 'small',
        environment: { ...job.env, ...env },
        steps: [
          ...(job.home === 'events' ? ['checkout'] : []),
          { run: { name: job.title, shell: '/bin/sh', command: `RUN_URL=$CIRCLE_BUILD_URL\n${facts}${job.script}` } },
        ],
      },
    },
    workflows: {
      [job.name]: {
        jobs: [
          {
            [job.name]: {
              ...(job.secrets.length > 0 ? { context: ['waybill'] } : {}),
              // Two runs that take from one consumer would hand out events twice.
              ...(serial ? { 'serial-group': `<< pipeline.project.slug >>/${job.name}` } : {}),
            },
          },
        ],
      },
    },
  };
}

/** CircleCI. Its secrets are environment variables of the context `waybill`. */
export const system: System = {
  name: 'circleci',
  write: (job) => {
    const start = begin(job.start);
    const secrets = job.secrets.length > 0 ? [`The context waybill has ${job.secrets.join(', ')}.`] : [];
    return [
      {
        path: `${job.home}/.circleci/${job.name}.yml`,
        text: banner(job, [...start.notes, ...secrets]) + writeYaml(config(job, start)),
      },
    ];
  },
};
