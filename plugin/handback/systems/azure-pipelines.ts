/**
 * Azure Pipelines: https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/
 *
 * An incoming webhook (a service connection) starts a pipeline with any JSON, whose values are template expressions:
 * https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/resources-webhooks-webhook. They are put into variables
 * only, never into the script's text.
 */
import type { Json, JsonObject } from '../../resources/json.ts';
import { writeYaml } from '../../yaml/write.ts';
import type { Job, Start } from '../job.ts';
import { dotted, factsOf, type Request } from '../request.ts';
import { banner, type System, webhookFor } from './system.ts';

const expression = (text: string): string => `\${{ ${text} }}`;
const none: JsonObject = { trigger: 'none', pr: 'none' };
// batch: not while the run before is going; two that take from one consumer would hand out events twice.
const schedule = (cron: string): JsonObject[] => [
  { cron, displayName: 'Waybill', branches: { include: ['main'] }, always: true, batch: true },
];

/** The name of the service connection, and of the webhook in the pipeline. */
const CONNECTION = 'waybill';

/** Filters take one value each; where a value is one of several, the script looks. */
function webhook({ conditions }: Request): JsonObject {
  const filters = conditions.flatMap(({ path, oneOf }): Json[] => {
    const [only, ...others] = oneOf;
    return only === undefined || others.length > 0 ? [] : [{ path: dotted(path), value: only }];
  });
  return { webhooks: [{ webhook: CONNECTION, connection: CONNECTION, filters }] };
}

interface Begin {
  readonly head: JsonObject;
  readonly env: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

function begin(start: Start): Begin {
  switch (start.kind) {
    case 'events-pushed':
      return {
        head: {
          trigger: { batch: true, branches: { include: ['main'] }, paths: { include: ['events'] } },
          pr: 'none',
          schedules: schedule('*/5 * * * *'),
        },
        env: {},
        notes: [],
      };
    case 'daily':
      return { head: { ...none, schedules: schedule('17 3 * * *') }, env: {}, notes: [] };
    case 'requested': {
      const { request } = start;
      const facts = factsOf(request).map(([name, path]): [string, string] => [
        name,
        expression(`parameters.${CONNECTION}.${dotted(path)}`),
      ]);
      return {
        head: { ...none, resources: webhook(request) },
        env: Object.fromEntries(facts),
        notes: [
          `Add a service connection of the type Incoming WebHook, connection and webhook called ${CONNECTION}.`,
          `${webhookFor(request)} calls`,
          'https://dev.azure.com/ORGANIZATION/_apis/public/distributedtask/webhooks/waybill?api-version=6.0-preview.',
        ],
      };
    }
    case 'called':
      break;
  }
  return {
    head: { parameters: [{ name: 'environment', type: 'string', default: '' }] },
    env: {
      WAYBILL_ENVIRONMENT: expression('parameters.environment'),
      WAYBILL_SOURCE_COMMIT: '$(Build.SourceVersion)',
    },
    notes: ['A template: add `- template: azure-pipelines/…yml` to the jobs of the pipeline that builds.'],
  };
}

function jobOf(job: Job, env: Readonly<Record<string, string>>): JsonObject {
  const secrets = Object.fromEntries(job.secrets.map((name) => [name, `$(${name})`]));
  const run = '$(System.CollectionUri)$(System.TeamProject)/_build/results?buildId=$(Build.BuildId)';
  return {
    job: job.name.replaceAll('-', '_'),
    displayName: job.title,
    pool: { vmImage: 'ubuntu-latest' },
    container: job.image,
    timeoutInMinutes: 60,
    steps: [
      { checkout: job.home === 'events' ? 'self' : 'none' },
      {
        script: job.script,
        displayName: job.title,
        // Secret variables are not in the environment unless they are named here.
        env: { ...job.env, ...env, RUN_URL: run, ...secrets },
      },
    ],
  };
}

/** Azure Pipelines. Its secrets are secret variables of the pipeline. */
export const system: System = {
  name: 'azure-pipelines',
  write: (job) => {
    const { head, env, notes } = begin(job.start);
    const secrets = job.secrets.length > 0 ? [`Secret variables that it needs: ${job.secrets.join(', ')}.`] : [];
    const file: JsonObject = { ...head, jobs: [jobOf(job, env)] };
    return [
      {
        path: `${job.home}/azure-pipelines/${job.name}.yml`,
        text: banner(job, [...notes, ...secrets]) + writeYaml(file),
      },
    ];
  },
};
