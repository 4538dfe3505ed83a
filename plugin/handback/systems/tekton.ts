/**
 * Tekton: a Task that runs the script, and what starts it. https://tekton.dev/docs/triggers/eventlisteners/
 *
 * Tekton usually runs in a cluster of its own: whoever starts it over HTTP reaches into that cluster.
 */
import type { JsonObject } from '../../resources/json.ts';
import { writeDocuments } from '../documents.ts';
import type { Job } from '../job.ts';
import { dotted, type Fact, factsOf, type Request } from '../request.ts';
import { banner, type System, webhookFor } from './system.ts';

const parameter = (fact: Fact): string => fact.toLowerCase().replace('waybill_', '').replaceAll('_', '-');

/** What the Task is told. Called by another pipeline it gets the commit, and the environment if that is known. */
function factNames({ start }: Job): Fact[] {
  if (start.kind === 'requested') return factsOf(start.request).map(([name]) => name);
  return start.kind === 'called' ? ['WAYBILL_ENVIRONMENT', 'WAYBILL_SOURCE_COMMIT'] : [];
}

function task(job: Job): JsonObject {
  const facts = factNames(job);
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

/** The Secret of the requests' senders, beside the event listener. */
const SECRET = 'waybill-webhook';
const secretRef = { secretName: SECRET, secretKey: 'secret' };

/** One of Triggers' own interceptors, which know how a provider signs. */
function signed(name: string, eventTypes: readonly string[]): JsonObject {
  return {
    ref: { name },
    params: [
      { name: 'secretRef', value: secretRef },
      ...(eventTypes.length === 0 ? [] : [{ name: 'eventTypes', value: [...eventTypes] }]),
    ],
  };
}

/** An interceptor that lets no request pass whose signature or token is wrong: https://tekton.dev/docs/triggers/interceptors/ */
function verified({ sender, events }: Request): JsonObject {
  switch (sender) {
    case 'github':
    case 'gitlab':
    case 'bitbucket':
      return signed(sender, events);
    case 'gitea':
      // Gitea signs as GitHub does; some versions leave the event's name empty.
      return signed('github', []);
    case 'argocd':
      break;
  }
  // The controller sends a token: it can sign nothing.
  return cel(`header.canonical('Authorization').compareSecret('secret', '${SECRET}')`);
}

function cel(filter: string): JsonObject {
  return { ref: { name: 'cel' }, params: [{ name: 'filter', value: filter }] };
}

const celText = (value: string): string => `'${value.replaceAll("'", String.raw`\'`)}'`;

function about({ conditions }: Request): JsonObject {
  return cel(
    conditions.map(({ path, oneOf }) => `body.${dotted(path)} in [${oneOf.map(celText).join(', ')}]`).join(' && '),
  );
}

function listener(job: Job, request: Request): JsonObject[] {
  const facts = factsOf(request);
  const from = Object.fromEntries(facts.map(([name]) => [parameter(name), `$(tt.params.${parameter(name)})`]));
  return [
    {
      apiVersion: 'triggers.tekton.dev/v1beta1',
      kind: 'TriggerBinding',
      metadata: { name: job.name },
      spec: { params: facts.map(([name, path]) => ({ name: parameter(name), value: `$(body.${dotted(path)})` })) },
    },
    {
      apiVersion: 'triggers.tekton.dev/v1beta1',
      kind: 'TriggerTemplate',
      metadata: { name: job.name },
      spec: { params: facts.map(([name]) => ({ name: parameter(name) })), resourcetemplates: [taskRun(job, from)] },
    },
    {
      apiVersion: 'triggers.tekton.dev/v1beta1',
      kind: 'EventListener',
      metadata: { name: job.name },
      spec: {
        serviceAccountName: 'waybill-triggers',
        triggers: [
          {
            name: job.name,
            interceptors: [verified(request), about(request)],
            bindings: [{ ref: job.name }],
            template: { ref: job.name },
          },
        ],
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
    const more =
      start.kind === 'requested'
        ? listener(job, start.request)
        : start.kind === 'events-pushed'
          ? scheduled(job, '*/1 * * * *')
          : start.kind === 'daily'
            ? scheduled(job, '17 3 * * *')
            : [];
    const notes =
      start.kind === 'requested'
        ? [`${webhookFor(start.request)} calls the event listener, with the key secret of the Secret ${SECRET}.`]
        : [];
    const objects = [task(job), ...more];
    return [{ path: `tekton/${job.name}.yaml`, text: banner(job, notes) + writeDocuments(objects) }];
  },
};
