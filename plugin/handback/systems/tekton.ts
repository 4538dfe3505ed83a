/**
 * Tekton: a Task that runs the script, and what starts it. https://tekton.dev/docs/triggers/eventlisteners/
 *
 * Tekton usually runs in a cluster of its own: whoever starts it over HTTP reaches into that cluster.
 */
import type { JsonObject } from '../../resources/json.ts';
import { writeDocuments } from '../documents.ts';
import { exactly } from '../quote.ts';
import type { Job, Start } from '../job.ts';
import { banner, type System } from './system.ts';

const facts = ['WAYBILL_ENVIRONMENT', 'WAYBILL_SOURCE_COMMIT', 'DEPLOYMENT_ID'] as const;
const parameter = (fact: string): string => fact.toLowerCase().replace('waybill_', '').replaceAll('_', '-');

function task(job: Job): JsonObject {
  const secrets = job.secrets.map((name) => ({
    name,
    valueFrom: { secretKeyRef: { name: 'waybill-ci', key: name, optional: true } },
  }));
  const clone =
    job.home === 'events'
      ? 'git clone --quiet --depth 1 "$EVENTS_REPOSITORY" "$HOME/events" && cd "$HOME/events"\n'
      : '';
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name: job.name },
    spec: {
      description: job.title,
      params: facts.map((fact) => ({ name: parameter(fact), type: 'string', default: '' })),
      steps: [
        {
          name: 'run',
          image: job.image,
          env: [
            ...facts.map((fact) => ({ name: fact, value: `$(params.${parameter(fact)})` })),
            ...Object.entries(job.env).map(([name, value]) => ({ name, value })),
            { name: 'RUN_URL', value: '' },
            ...secrets,
          ],
          script: `#!/bin/sh\n${clone}${job.script}`,
        },
      ],
    },
  };
}

function taskRun(job: Job, values: Readonly<Record<string, string>>): JsonObject {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { generateName: `${job.name}-` },
    spec: {
      taskRef: { name: job.name },
      params: Object.entries(values).map(([name, value]) => ({ name, value })),
    },
  };
}

interface Source {
  readonly interceptors: JsonObject[];
  /** The facts in the request's body. */
  readonly body: Readonly<Record<string, string>>;
}

function cel(filter: string): JsonObject {
  return { ref: { name: 'cel' }, params: [{ name: 'filter', value: filter }] };
}

function sourceOf(start: Start, application = ''): Source | undefined {
  if (start.kind === 'deployed') {
    const byDeployment = start.by === 'deployment_status';
    const verified = {
      ref: { name: 'github' },
      params: [
        { name: 'secretRef', value: { secretName: 'waybill-webhook', secretKey: 'secret' } },
        { name: 'eventTypes', value: [start.by] },
      ],
    };
    return byDeployment
      ? {
          interceptors: [
            verified,
            cel(
              `body.deployment_status.state == 'success' && body.deployment.environment.matches('^${exactly(start.environments)}$')`,
            ),
          ],
          body: {
            environment: '$(body.deployment.environment)',
            'source-commit': '$(body.deployment.sha)',
            'deployment-id': '$(body.deployment.id)',
          },
        }
      : {
          interceptors: [verified, cel(`body.state == 'success' && body.context == 'deployment/${application}'`)],
          body: { 'source-commit': '$(body.sha)' },
        };
  }
  if (start.kind !== 'told' && start.kind !== 'dispatched') return undefined;
  return {
    interceptors: [
      cel(
        `body.event == 'success' && body.application == '${application}' && body.environment.matches('^${exactly(start.environments)}$')`,
      ),
    ],
    body: { environment: '$(body.environment)', 'source-commit': '$(body.sources[0].commit)' },
  };
}

function listener(job: Job, { interceptors, body }: Source): JsonObject[] {
  const names = Object.keys(body);
  const from = Object.fromEntries(names.map((name) => [name, `$(tt.params.${name})`]));
  return [
    {
      apiVersion: 'triggers.tekton.dev/v1beta1',
      kind: 'TriggerBinding',
      metadata: { name: job.name },
      spec: { params: Object.entries(body).map(([name, value]) => ({ name, value })) },
    },
    {
      apiVersion: 'triggers.tekton.dev/v1beta1',
      kind: 'TriggerTemplate',
      metadata: { name: job.name },
      spec: { params: names.map((name) => ({ name })), resourcetemplates: [taskRun(job, from)] },
    },
    {
      apiVersion: 'triggers.tekton.dev/v1beta1',
      kind: 'EventListener',
      metadata: { name: job.name },
      spec: {
        serviceAccountName: 'waybill-triggers',
        triggers: [{ name: job.name, interceptors, bindings: [{ ref: job.name }], template: { ref: job.name } }],
      },
    },
  ];
}

/** Starts by the clock are a CronJob that creates a TaskRun with kubectl's own client. */
function scheduled(job: Job, schedule: string): JsonObject[] {
  return [
    {
      apiVersion: 'triggers.tekton.dev/v1beta1',
      kind: 'TriggerTemplate',
      metadata: { name: job.name },
      spec: { params: [], resourcetemplates: [taskRun(job, {})] },
    },
    {
      apiVersion: 'triggers.tekton.dev/v1beta1',
      kind: 'EventListener',
      metadata: { name: job.name },
      spec: { serviceAccountName: 'waybill-triggers', triggers: [{ name: job.name, template: { ref: job.name } }] },
    },
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: job.name },
      spec: {
        schedule,
        concurrencyPolicy: 'Forbid',
        jobTemplate: {
          spec: {
            backoffLimit: 1,
            template: {
              spec: {
                restartPolicy: 'Never',
                automountServiceAccountToken: false,
                containers: [
                  {
                    name: 'start',
                    image: job.image,
                    command: [
                      'curl',
                      '--fail',
                      '--silent',
                      '--show-error',
                      '--json',
                      '{}',
                      `http://el-${job.name}:8080`,
                    ],
                  },
                ],
              },
            },
          },
        },
      },
    },
  ];
}

/** Tekton. Its secrets are keys of the Secret `waybill-ci`; the service account `waybill-triggers` may create TaskRuns. */
export const system: System = {
  name: 'tekton',
  write: (job) => {
    const { start } = job;
    const source = sourceOf(start, job.application);
    const more =
      source !== undefined
        ? listener(job, source)
        : start.kind === 'events-pushed'
          ? scheduled(job, '*/1 * * * *')
          : start.kind === 'daily'
            ? scheduled(job, '17 3 * * *')
            : [];
    const objects = [task(job), ...more];
    return [{ path: `tekton/${job.name}.yaml`, text: banner(job) + writeDocuments(objects) }];
  },
};
