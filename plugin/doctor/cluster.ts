/**
 * `waybill doctor --kube`: whether the cluster has what reports deployments: the settings of the notifications controller,
 * the keys in its Secret that they name, the controller itself, and the sidecar. A value of the Secret is never printed.
 */
import { type ApiServer, getObject } from '../kubernetes/api.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../resources/json.ts';
import { readYaml } from '../yaml/read.ts';
import type { Finding } from './finding.ts';

/** What is looked at, and what there should be. */
export interface ClusterRequest {
  readonly server: ApiServer;
  /** Argo CD's. */
  readonly namespace: string;
  /** The data that notifications.yaml generates; undefined where there is no such file. */
  readonly generated: ReadonlyMap<string, string> | undefined;
  /** Whether an application here needs the sidecar. */
  readonly needsSidecar: boolean;
}

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const list = (value: Json | undefined): readonly Json[] => (isArray(value) ? value : []);
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** The object; a finding where there is none, or where it may not be read. */
async function read(
  server: ApiServer,
  path: string,
  subject: string,
): Promise<{ readonly body: JsonObject } | { readonly finding: Finding }> {
  const [kind = '', name = ''] = (path.split('?')[0] ?? '').split('/').slice(-2);
  try {
    const found = await getObject(server, path);
    if (found === 'missing')
      return {
        finding: { subject, state: 'wrong', detail: `there is no ${kind.replace(/s$/u, '')} ${name} in the cluster` },
      };
    if (found === 'forbidden') {
      const advice = [`It needs the right to get ${kind} there: kubectl auth can-i get ${kind} -n NAMESPACE.`];
      return {
        finding: {
          subject,
          state: 'missing',
          detail: `${kind}/${name} may not be read with these credentials`,
          advice,
        },
      };
    }
    return { body: object(readYaml(found.text, { file: name, duplicateKeys: 'last-wins' })[0]?.value) };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { finding: { subject, state: 'wrong', detail: `the API server of the cluster does not respond: ${said}` } };
  }
}

/** The first Deployment of a component of Argo CD: its name depends on how Argo CD was installed. */
async function readComponent(
  { server, namespace }: ClusterRequest,
  component: string,
  subject: string,
): Promise<{ readonly body: JsonObject } | { readonly finding: Finding }> {
  const label = encodeURIComponent(`app.kubernetes.io/component=${component}`);
  const all = await read(server, `/apis/apps/v1/namespaces/${namespace}/deployments?labelSelector=${label}`, subject);
  if ('finding' in all) return all;
  const [first] = list(getKey(all.body, 'items'));
  if (isObject(first)) return { body: first };
  const detail = `no Deployment in ${namespace} has the label app.kubernetes.io/component=${component}`;
  return {
    finding: { subject, state: 'wrong', detail, advice: ["Is it Argo CD's namespace? Name it with --namespace."] },
  };
}

/** Keys of the Secret that the services name: `$key`, as the notifications engine reads it. */
function namedKeys(data: JsonObject): Set<string> {
  const services = Object.entries(data).filter(([key]) => key.startsWith('service.'));
  return new Set(services.flatMap(([, value]) => [...text(value).matchAll(/\$([\w-]+)/gu)].map(([, key = '']) => key)));
}

function checkSettings(data: JsonObject, { generated }: ClusterRequest): Finding {
  const subject = 'settings';
  const services = Object.keys(data).filter((key) => key.startsWith('service.'));
  const own = Object.keys(data).filter((key) => key.startsWith('trigger.waybill'));
  const detail = `argocd-notifications-cm has ${services.join(', ') || 'no service'} and ${own.length} triggers of Waybill`;
  if (own.length === 0) {
    const advice = ['waybill adopt, or waybill notifications generate, makes the ConfigMap; apply it.'];
    return { subject, state: 'wrong', detail, advice };
  }
  const different = [...(generated ?? [])].filter(([key, value]) => text(data[key]) !== value).map(([key]) => key);
  if (different.length === 0) return { subject, state: 'ok', detail };
  return {
    subject,
    state: 'missing',
    detail: `${detail}; ${different.length} keys are not as notifications.yaml generates them`,
    advice: ['Apply it again: waybill notifications generate | kubectl apply --server-side -f -'],
  };
}

function checkKeys(secret: JsonObject, data: JsonObject): Finding {
  const subject = 'secret';
  const have = object(getKey(secret, 'data'));
  const [missing, empty] = [[] as string[], [] as string[]];
  const named = [...namedKeys(data)].sort();
  for (const key of named) {
    const value = getKey(have, key);
    if (value === undefined) missing.push(key);
    else if (text(value) === '') empty.push(key);
  }
  const wrong = [
    ...(missing.length === 0 ? [] : [`lacks ${missing.join(', ')}`]),
    ...(empty.length === 0 ? [] : [`has nothing in ${empty.join(', ')}`]),
  ];
  if (wrong.length === 0)
    return { subject, state: 'ok', detail: `argocd-notifications-secret has ${named.join(', ') || 'no key to have'}` };
  return {
    subject,
    state: 'wrong',
    detail: `argocd-notifications-secret ${wrong.join(', and ')}: the settings name it`,
    advice: ['waybill notifications github-app makes the Secret for GitHub. The controller sends nothing without it.'],
  };
}

function nameOf({ metadata }: JsonObject): string {
  return text(getKey(object(metadata), 'name'));
}

function isReady({ status }: JsonObject): boolean {
  const ready = getKey(object(status), 'readyReplicas');
  return Number(ready ?? 0) > 0;
}

function checkSidecar(deployment: JsonObject, needsSidecar: boolean): Finding {
  const subject = 'sidecar';
  const pod = object(getKey(object(getKey(object(getKey(deployment, 'spec')), 'template')), 'spec'));
  const containers = list(getKey(pod, 'containers')).map(object);
  const own = containers.find(
    (one) => /(?:^|\/)waybill(?::|@|$)/u.test(text(one['image'])) || one['name'] === 'waybill',
  );
  if (own === undefined) {
    const detail = `${nameOf(deployment)} has no container waybill`;
    if (!needsSidecar) return { subject, state: 'ok', detail: `${detail}, and no application here needs it` };
    const advice = ['waybill adopt writes what adds it; or let Argo CD render (docs/native.md).'];
    return { subject, state: 'wrong', detail, advice };
  }
  const detail = `${nameOf(deployment)} has ${text(own['image'])}`;
  if (isReady(deployment)) return { subject, state: 'ok', detail };
  return { subject, state: 'wrong', detail: `${detail}, and no pod of it is ready` };
}

function checkController(deployment: JsonObject): Finding {
  const subject = 'controller';
  if (isReady(deployment)) return { subject, state: 'ok', detail: `${nameOf(deployment)} runs` };
  return { subject, state: 'wrong', detail: `no pod of ${nameOf(deployment)} is ready: nothing is sent` };
}

/** Looks at the cluster; one finding each, in a fixed order. */
export async function checkCluster(request: ClusterRequest): Promise<Finding[]> {
  const { server, namespace, needsSidecar } = request;
  const core = `/api/v1/namespaces/${namespace}`;
  const [settings, secret, controller, repoServer] = await Promise.all([
    read(server, `${core}/configmaps/argocd-notifications-cm`, 'settings'),
    read(server, `${core}/secrets/argocd-notifications-secret`, 'secret'),
    readComponent(request, 'notifications-controller', 'controller'),
    readComponent(request, 'repo-server', 'sidecar'),
  ]);
  const data = 'body' in settings ? object(getKey(settings.body, 'data')) : {};
  return [
    'finding' in settings ? settings.finding : checkSettings(data, request),
    'finding' in secret ? secret.finding : checkKeys(secret.body, data),
    'finding' in controller ? controller.finding : checkController(controller.body),
    'finding' in repoServer ? repoServer.finding : checkSidecar(repoServer.body, needsSidecar),
  ];
}
