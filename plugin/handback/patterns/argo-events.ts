/**
 * Argo Events watches Applications and calls Jenkins.
 *
 * An Application changes dozens of times in one deployment, and Argo Events remembers nothing from one change to the
 * next: what one deployment is must be read from an object and the object before it (test/handback holds it against
 * recorded deployments).
 */
import type { Json, JsonObject } from '../../resources/json.ts';
import type { HandbackApplication, HandbackJenkins } from '../../schemas/handback.generated.ts';
import { writeYaml } from '../../yaml/write.ts';
import { writeDocuments } from '../documents.ts';
import { type HandbackConfig, need } from '../config.ts';
import { checkJobs, toldByArgoCD } from '../jobs.ts';
import type { Pattern } from '../pattern.ts';
import { recordPrefixes } from '../record-prefixes.ts';
import { writeJob } from '../systems.ts';

const NAMESPACE = 'argo-events';
const SOURCE = 'waybill-applications';
const labels = { 'app.kubernetes.io/managed-by': 'waybill' };
const quoted = (text: string): string => JSON.stringify(text);

/**
 * Lua that is true at the one change that ends a deployment: the Application becomes Synced and Healthy by an
 * operation that deployed a record of ours. Left out: readiness that comes and goes later, and self-healing.
 */
function filter(prefixes: readonly string[]): string {
  return `local prefixes = { ${prefixes.map(quoted).join(', ')} }
local function seconds(time)
  local y, m, d, h, i, s = string.match(time or "", "(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)")
  return y and os.time({ year = y, month = m, day = d, hour = h, min = i, sec = s }) or 0
end
local function ours(name)
  for _, prefix in ipairs(prefixes) do
    if string.sub(name or "", 1, #prefix) == prefix then return true end
  end
  return false
end
local function there(application)
  local status = application and application.status or {}
  return (status.sync or {}).status == "Synced" and (status.health or {}).status == "Healthy"
    and (status.operationState or {}).phase == "Succeeded" and application.operation == nil
end
local body, old = event.body, event.oldBody
if not there(body) or there(old) then return false end

local operation = body.status.operationState
local deployed = false
for _, resource in pairs((operation.syncResult or {}).resources or {}) do
  local message = resource.message or ""
  if resource.kind == "ConfigMap" and ours(resource.name) and not string.find(message, "unchanged") and not string.find(message, "pruned") then
    deployed = true
  end
end
if not deployed then
  -- A second, partial operation right after the deployment replaces its result.
  local last = 0
  for _, entry in pairs(body.status.history or {}) do last = math.max(last, seconds(entry.deployedAt)) end
  if math.abs(seconds(operation.startedAt) - last) > 5 then return false end
  for _, resource in pairs(body.status.resources or {}) do
    if resource.kind == "ConfigMap" and ours(resource.name) and not resource.requiresPruning then deployed = true end
  end
end
if not deployed then return false end

-- It was healthy before and is again: only the first time after the operation counts.
local before = (old or {}).status or {}
local again = (before.sync or {}).status == "Synced" and (before.operationState or {}).phase == "Succeeded"
  and (before.operationState or {}).startedAt == operation.startedAt
return not again or seconds((before.health or {}).lastTransitionTime) - seconds(operation.finishedAt) < 5
`;
}

/** A template over the event that finds our record among the resources and prints a part of it. */
function fromRecord(prefix: string, print: string): string {
  return `{{ range .Input.body.status.resources }}{{ if and (hasPrefix ${quoted(prefix)} .name) (not (dig "requiresPruning" false .)) }}${print}{{ end }}{{ end }}`;
}

function eventSource(namespace: string): JsonObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'EventSource',
    metadata: { name: SOURCE, namespace: NAMESPACE, labels },
    spec: {
      template: { serviceAccountName: SOURCE },
      resource: {
        deployed: {
          namespace,
          group: 'argoproj.io',
          version: 'v1alpha1',
          resource: 'applications',
          eventTypes: ['UPDATE'],
          // Most changes end here and never reach the bus.
          filter: {
            fields: [
              { key: 'status.sync.status', operation: '==', value: '^Synced$' },
              { key: 'status.health.status', operation: '==', value: '^Healthy$' },
              { key: 'status.operationState.phase', operation: '==', value: '^Succeeded$' },
            ],
          },
        },
      },
    },
  };
}

const value = (dest: string, text: string): JsonObject => ({ src: { dependencyName: 'deployed', value: text }, dest });
const template = (dest: string, dataTemplate: string): JsonObject => ({
  src: { dependencyName: 'deployed', dataTemplate },
  dest,
});

/** The document that Waybill's webhooks send, as far as Argo Events can make it. */
function payload(application: HandbackApplication): Json[] {
  const prefixes = recordPrefixes(application);
  const environments = prefixes.map(({ prefix, environment }) => fromRecord(prefix, environment)).join('');
  const commits = prefixes.map(({ prefix }) => fromRecord(prefix, `{{ trimPrefix ${quoted(prefix)} .name }}`)).join('');
  return [
    value('event', 'success'),
    value('application', application.name),
    template('environment', environments),
    template('sources.0.commit', commits),
    value('sources.0.repository', application.sourceRepository),
    template('argocdApplication.name', '{{ .Input.body.metadata.name }}'),
    template('argocdApplication.namespace', '{{ .Input.body.metadata.namespace }}'),
    template('startedAt', '{{ .Input.body.status.operationState.startedAt }}'),
  ];
}

function sensor(application: HandbackApplication, jenkins: HandbackJenkins): JsonObject {
  const prefixes = recordPrefixes(application).map(({ prefix }) => prefix);
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name: `waybill-test-${application.name}`, namespace: NAMESPACE, labels },
    spec: {
      template: { serviceAccountName: 'waybill-sensor' },
      dependencies: [
        {
          name: 'deployed',
          eventSourceName: SOURCE,
          eventName: 'deployed',
          filters: { script: filter(prefixes) },
        },
      ],
      triggers: [
        {
          template: {
            name: 'jenkins',
            http: {
              url: `${jenkins.url.replace(/\/$/u, '')}/generic-webhook-trigger/invoke`,
              method: 'POST',
              timeout: 30,
              headers: { 'Content-Type': 'application/json' },
              secureHeaders: [{ name: 'token', valueFrom: { secretKeyRef: { name: jenkins.secret, key: 'token' } } }],
              payload: payload(application),
            },
          },
          atLeastOnce: true,
          retryStrategy: { steps: 8, duration: '5s', factor: '2', jitter: '0.2' },
        },
      ],
    },
  };
}

/** The event source may watch Applications in Argo CD's namespace, and the sensor may do nothing in the cluster. */
function rights(namespace: string): JsonObject[] {
  const account = (name: string, token: boolean): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: NAMESPACE, labels },
    automountServiceAccountToken: token,
  });
  return [
    account(SOURCE, true),
    account('waybill-sensor', false),
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: SOURCE, namespace, labels },
      rules: [{ apiGroups: ['argoproj.io'], resources: ['applications'], verbs: ['list', 'watch'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: SOURCE, namespace, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: SOURCE },
      subjects: [{ kind: 'ServiceAccount', name: SOURCE, namespace: NAMESPACE }],
    },
  ];
}

/** The bus keeps events through a restart of the sensor: three replicas, and disks of their own. */
const eventBus: JsonObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'EventBus',
  metadata: { name: 'default', namespace: NAMESPACE, labels },
  spec: {
    jetstream: { version: '2.10.10', replicas: 3, persistence: { accessMode: 'ReadWriteOnce', volumeSize: '1Gi' } },
  },
};

function generate(config: HandbackConfig): ReturnType<Pattern['generate']> {
  const { file } = config;
  const jenkins = need(config, 'argo-events', 'jenkins');
  const namespace = file.argocd?.namespace ?? 'argocd';
  const common = [...rights(namespace), eventBus, eventSource(namespace)];
  return [
    { path: 'cluster/argo-events.yaml', text: writeDocuments(common) },
    ...file.applications.map((application) => ({
      path: `cluster/sensor-${application.name}.yaml`,
      text: writeYaml(sensor(application, jenkins)),
    })),
    // Jenkins gets the same document as from Waybill's webhooks, so its jobs are the same.
    ...file.applications.flatMap((application) =>
      checkJobs(config, application, toldByArgoCD(application), false).flatMap((job) => writeJob(file, job, 'jenkins')),
    ),
  ];
}

/** Argo Events. */
export const pattern: Pattern = {
  name: 'argo-events',
  summary: 'Argo Events watches Applications in the cluster and calls Jenkins',
  networkPath: true,
  survivesOutages: false,
  trail: false,
  ratings: {
    security: {
      score: 2,
      why: 'the cluster reaches CI, which must take requests from it; one more controller with rights',
    },
    effort: { score: 1, why: 'Argo Events with its bus must be installed, understood and kept up to date' },
    latency: { score: 5, why: 'a second or two' },
    audit: { score: 2, why: "nothing but CI's own builds and the bus, which forgets" },
    scale: {
      score: 4,
      why: 'the bus takes thousands of changes a second; every change of every Application passes it',
    },
  },
  generate,
};
