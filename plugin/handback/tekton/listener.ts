/**
 * What starts a Task: https://tekton.dev/docs/triggers/eventlisteners/
 *
 * Tekton usually runs in a cluster of its own: whoever starts it over HTTP reaches into that cluster, so no request
 * gets past an interceptor that cannot prove who sent it.
 */
import type { JsonObject } from '../../resources/json.ts';
import type { Job } from '../job.ts';
import { dotted, factsOf, type Request } from '../request.ts';
import { LISTENER_ACCOUNT, SENDER_SECRET } from './names.ts';
import { parameter, taskRun } from './task.ts';

const API = 'triggers.tekton.dev/v1beta1';

function cel(filter: string): JsonObject {
  return { ref: { name: 'cel' }, params: [{ name: 'filter', value: filter }] };
}

/** One of Triggers' own interceptors, which know how a provider signs. */
function signed(name: string, eventTypes: readonly string[]): JsonObject {
  return {
    ref: { name },
    params: [
      { name: 'secretRef', value: { secretName: SENDER_SECRET, secretKey: 'secret' } },
      ...(eventTypes.length === 0 ? [] : [{ name: 'eventTypes', value: [...eventTypes] }]),
    ],
  };
}

/** Lets no request pass whose signature or token is wrong: https://tekton.dev/docs/triggers/interceptors/ */
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
  return cel(`header.canonical('Authorization').compareSecret('secret', '${SENDER_SECRET}')`);
}

const text = (value: string): string => `'${value.replaceAll("'", String.raw`\'`)}'`;

function about({ conditions }: Request): JsonObject {
  const terms = conditions.map(({ path, oneOf }) => `body.${dotted(path)} in [${oneOf.map(text).join(', ')}]`);
  return cel(terms.join(' && '));
}

function objects(
  job: Job,
  namespace: string,
  values: Readonly<Record<string, string>>,
  trigger: JsonObject,
): JsonObject[] {
  const metadata = { name: job.name, namespace };
  return [
    {
      apiVersion: API,
      kind: 'TriggerTemplate',
      metadata,
      spec: {
        params: Object.keys(values).map((name) => ({ name })),
        resourcetemplates: [taskRun(job, namespace, values)],
      },
    },
    {
      apiVersion: API,
      kind: 'EventListener',
      metadata,
      spec: {
        serviceAccountName: LISTENER_ACCOUNT,
        triggers: [{ name: job.name, ...trigger, template: { ref: job.name } }],
      },
    },
  ];
}

/** Runs a job at a request. */
export function listener(job: Job, request: Request, namespace: string): JsonObject[] {
  const facts = factsOf(request);
  const values = Object.fromEntries(facts.map(([name]) => [parameter(name), `$(tt.params.${parameter(name)})`]));
  const binding: JsonObject = {
    apiVersion: API,
    kind: 'TriggerBinding',
    metadata: { name: job.name, namespace },
    spec: { params: facts.map(([name, path]) => ({ name: parameter(name), value: `$(body.${dotted(path)})` })) },
  };
  const interceptors = [verified(request), about(request)];
  return [binding, ...objects(job, namespace, values, { interceptors, bindings: [{ ref: job.name }] })];
}

/** Runs a job by the clock: a CronJob calls an event listener of its own, with the token of the Secret. */
export function scheduled(job: Job, schedule: string, namespace: string): JsonObject[] {
  const token = { name: 'TOKEN', valueFrom: { secretKeyRef: { name: SENDER_SECRET, key: 'secret' } } };
  const call = `printf 'Authorization: %s\\n' "$TOKEN" | curl --fail --silent --show-error --header @- \\
  --header 'Content-Type: application/json' --data '{}' http://el-${job.name}:8080
`;
  const container: JsonObject = {
    name: 'start',
    image: job.image,
    command: ['sh', '-c', call],
    env: [token],
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
  };
  const pod: JsonObject = { restartPolicy: 'Never', automountServiceAccountToken: false, containers: [container] };
  const sender: Request = { sender: 'argocd', events: [], conditions: [], facts: {} };
  return [
    ...objects(job, namespace, {}, { interceptors: [verified(sender)] }),
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: job.name, namespace },
      spec: {
        schedule,
        concurrencyPolicy: 'Forbid',
        jobTemplate: { spec: { backoffLimit: 1, template: { spec: pod } } },
      },
    },
  ];
}
