/**
 * Events as files in Git: a hook of Argo CD writes, CI reads, and both only talk to the Git provider.
 */
import { namespacesOf } from '../applications.ts';
import type { JsonObject } from '../../resources/json.ts';
import type { HandbackApplication, HandbackEvents, HandbackFile } from '../../schemas/handback.generated.ts';
import { gitAccess } from '../../hook/git-access.ts';
import { writeYaml } from '../../yaml/write.ts';
import { type HandbackConfig, need } from '../config.ts';
import { writeDocuments } from '../documents.ts';
import type { HandbackFileText } from '../job.ts';
import { consumerJob } from '../jobs.ts';
import type { Pattern } from '../pattern.ts';
import { consumerFile, consumerScript } from '../scripts/events.ts';
import { providerOf } from '../providers.ts';
import { writeJob } from '../systems.ts';

const NAME = 'waybill-reconcile';
const labels = { 'app.kubernetes.io/managed-by': 'waybill' };

/** What is added to an application's waybill.yaml: the hooks are rendered from it. */
function fragment(file: HandbackFile, events: HandbackEvents): string {
  const { repository, branch, secret } = events;
  const value: JsonObject = {
    events: { repository, ...(branch === undefined ? {} : { branch }), image: file.image, secret },
  };
  return `# Add this to the application's waybill.yaml. The Secret ${secret} must be in the application's namespace.\n${writeYaml(value)}`;
}

/** What may be listed in a namespace, by the reconciler alone. */
function right(namespace: string, name: string, rule: JsonObject, account: string): JsonObject[] {
  return [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name, namespace, labels },
      rules: [{ ...rule, verbs: ['list'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name, namespace, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: account }],
    },
  ];
}

/** The job that emits what hooks missed. It may list Applications, and ConfigMaps in the namespaces of the applications. */
function reconciler(file: HandbackFile, events: HandbackEvents): JsonObject[] {
  const namespace = file.argocd?.namespace ?? 'argocd';
  const namespaces = [...new Set(file.applications.flatMap(namespacesOf))].toSorted();
  const access = gitAccess(events.repository, events.secret);
  const container: JsonObject = {
    name: 'waybill',
    image: file.image,
    command: ['waybill'],
    args: [
      'event',
      'reconcile',
      `--repository=${events.repository}`,
      `--branch=${events.branch ?? 'main'}`,
      `--argocd-namespace=${namespace}`,
      ...namespaces.map((one) => `--namespace=${one}`),
    ],
    env: [{ name: 'HOME', value: '/tmp' }, ...access.env],
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, ...access.volumeMounts],
  };
  const pod: JsonObject = {
    serviceAccountName: NAME,
    restartPolicy: 'Never',
    enableServiceLinks: false,
    securityContext: access.securityContext,
    containers: [container],
    volumes: [{ name: 'tmp', emptyDir: {} }, ...access.volumes],
  };
  const applications = { apiGroups: ['argoproj.io'], resources: ['applications'] };
  const records = { apiGroups: [''], resources: ['configmaps'] };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: NAME, namespace, labels } },
    ...right(namespace, `${NAME}-applications`, applications, namespace),
    ...namespaces.flatMap((one) => right(one, `${NAME}-records`, records, namespace)),
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: NAME, namespace, labels },
      spec: {
        schedule: '*/5 * * * *',
        concurrencyPolicy: 'Forbid',
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          spec: { backoffLimit: 2, activeDeadlineSeconds: 280, template: { metadata: { labels }, spec: pod } },
        },
      },
    },
  ];
}

/** What takes an application's events: its job, and the script that the job runs for each. */
function consumerFiles(
  config: HandbackConfig,
  application: HandbackApplication,
  events: HandbackEvents,
): HandbackFileText[] {
  const provider = providerOf(config, application);
  const script = { path: `events/${consumerFile(application)}`, text: consumerScript(application, events, provider) };
  return [script, ...writeJob(config.file, consumerJob(config.file, application, events, provider))];
}

/** The files of the pattern for an event repository; three-repositories builds on them. */
export function eventFiles(config: HandbackConfig, events: HandbackEvents): HandbackFileText[] {
  const { file } = config;
  return [
    ...file.applications.map(({ name }) => ({
      path: `manifests/${name}/waybill.fragment.yaml`,
      text: fragment(file, events),
    })),
    { path: 'cluster/reconcile.yaml', text: writeDocuments(reconciler(file, events)) },
    ...file.applications.flatMap((application) => consumerFiles(config, application, events)),
  ];
}

/** Events as files in Git. */
export const pattern: Pattern = {
  name: 'event-files',
  summary: 'a hook of Argo CD writes an event file into Git for each deployment; CI reads the files',
  networkPath: false,
  survivesOutages: true,
  trail: true,
  ratings: {
    security: {
      score: 4,
      why: 'no path between cluster and CI; a token in each namespace may write to one repository',
    },
    effort: { score: 3, why: 'a repository, a Secret for each namespace, a CronJob and one pipeline' },
    latency: { score: 3, why: 'seconds by push, a minute by polling, five minutes for what hooks missed' },
    audit: { score: 5, why: 'every deployment and every test result is a commit' },
    scale: { score: 4, why: 'many writers share one branch: they retry; measured with 50 at once' },
  },
  generate: (config) => eventFiles(config, need(config, 'event-files', 'events')),
};
