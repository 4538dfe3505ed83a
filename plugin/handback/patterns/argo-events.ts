/**
 * Argo Events watches Applications and calls Jenkins.
 *
 * An Application changes dozens of times in one deployment, and Argo Events remembers nothing from one change to the
 * next: what one deployment is must be read from an object and the object before it (test/handback holds it against
 * recorded deployments).
 */
import { failure } from '../../diagnostics/failure.ts';
import type { JsonObject } from '../../resources/json.ts';
import type { HandbackApplication, HandbackJenkins } from '../../schemas/handback.generated.ts';
import { writeYaml } from '../../yaml/write.ts';
import { DEPENDENCY, deployedFilter } from '../argo-events/filter.ts';
import { jenkinsTriggers, startedBy } from '../argo-events/triggers.ts';
import type { HandbackFileText, Job } from '../job.ts';
import { writeDocuments } from '../documents.ts';
import { type HandbackConfig, need } from '../config.ts';
import { checkJobs, toldByArgoCD } from '../jobs.ts';
import type { Pattern } from '../pattern.ts';
import { obstacle } from '../possible.ts';
import { recordPrefixes } from '../record-prefixes.ts';
import { writeJob } from '../systems.ts';

const NAMESPACE = 'argo-events';
const SOURCE = 'waybill-applications';
const labels = { 'app.kubernetes.io/managed-by': 'waybill' };

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
              { key: 'status.sync.status', operation: '==', value: '^(Synced|OutOfSync)$' },
              { key: 'status.health.status', operation: '==', value: '^Healthy$' },
              { key: 'status.operationState.phase', operation: '==', value: '^Succeeded$' },
            ],
          },
        },
      },
    },
  };
}

function sensor(application: HandbackApplication, jenkins: HandbackJenkins, jobs: readonly Job[]): JsonObject {
  const prefixes = recordPrefixes(application).map(({ prefix }) => prefix);
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name: `waybill-test-${application.name}`, namespace: NAMESPACE, labels },
    spec: {
      template: { serviceAccountName: 'waybill-sensor' },
      dependencies: [
        {
          name: DEPENDENCY,
          eventSourceName: SOURCE,
          eventName: 'deployed',
          filters: { script: deployedFilter(prefixes) },
        },
      ],
      triggers: jenkinsTriggers(application, jenkins, jobs).map((template) => ({
        template,
        // Without a policy every answer is a success, also Jenkins' 500.
        policy: { status: { allow: [200, 201] } },
        atLeastOnce: true,
        // Numbers: with texts the sensor says "invalid backoff configuration" and never sends.
        retryStrategy: { steps: 8, duration: '5s', factor: 2, jitter: 0.2 },
      })),
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

function applicationFiles(
  config: HandbackConfig,
  application: HandbackApplication,
  jenkins: HandbackJenkins,
): HandbackFileText[] {
  const jobs = checkJobs(config, application, toldByArgoCD(application), false);
  const path = `cluster/sensor-${application.name}.yaml`;
  const pipelines = jobs.flatMap((job) => writeJob(config.file, startedBy(jenkins, job), 'jenkins'));
  return [{ path, text: writeYaml(sensor(application, jenkins, jobs)) }, ...pipelines];
}

function generate(config: HandbackConfig): ReturnType<Pattern['generate']> {
  const { file, locate } = config;
  const jenkins = need(config, 'argo-events', 'jenkins');
  const reason = obstacle('argo-events', { ci: file.ci });
  if (reason !== undefined) {
    throw failure('handback-impossible', `${reason}, and ci is ${file.ci}`, {
      location: locate(['ci'], 'value'),
      help: ['Choose ci: jenkins, or another pattern: `waybill handback compare` recommends one.'],
    });
  }
  const namespace = file.argocd?.namespace ?? 'argocd';
  const common = [...rights(namespace), eventBus, eventSource(namespace)];
  return [
    { path: 'cluster/argo-events.yaml', text: writeDocuments(common) },
    ...file.applications.flatMap((application) => applicationFiles(config, application, jenkins)),
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
