/**
 * Which kinds run pods, and where their pod template is.
 */
import type { JsonObject } from './json.ts';
import type { Path } from './pointer.ts';
import { identify } from './resource.ts';

/**
 * Where the pod (its `metadata` and `spec`) stands in each workload kind, by `group/Kind`. Custom kinds are here when
 * their field is a PodTemplateSpec of Kubernetes in the kind's own API, so that images, stamps and merges treat it alike:
 * Argo Rollouts, OpenKruise, Knative Serving (a RevisionTemplateSpec: the same metadata, and a PodSpec with more fields),
 * KEDA (the template of a JobSpec), OpenShift, Agones, and the GitHub Actions runner controller.
 */
const podPaths: Readonly<Record<string, Path>> = {
  '/Pod': [],
  '/PodTemplate': ['template'],
  '/ReplicationController': ['spec', 'template'],
  'actions.github.com/AutoscalingRunnerSet': ['spec', 'template'],
  'agones.dev/Fleet': ['spec', 'template', 'spec', 'template'],
  'agones.dev/GameServer': ['spec', 'template'],
  'apps.kruise.io/BroadcastJob': ['spec', 'template'],
  'apps.kruise.io/CloneSet': ['spec', 'template'],
  'apps.kruise.io/DaemonSet': ['spec', 'template'],
  'apps.kruise.io/StatefulSet': ['spec', 'template'],
  'apps.openshift.io/DeploymentConfig': ['spec', 'template'],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/Deployment': ['spec', 'template'],
  'apps/ReplicaSet': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'argoproj.io/Rollout': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  'batch/Job': ['spec', 'template'],
  'keda.sh/ScaledJob': ['spec', 'jobTargetRef', 'template'],
  'serving.knative.dev/Configuration': ['spec', 'template'],
  'serving.knative.dev/Service': ['spec', 'template'],
};

/** The path of the pod template in a workload ([] for a Pod itself); undefined for every other kind. */
export function podTemplatePath(body: JsonObject): Path | undefined {
  const { group, kind } = identify(body);
  const key = `${group}/${kind}`;
  return Object.hasOwn(podPaths, key) ? podPaths[key] : undefined;
}

/** The path of the pod spec in a workload; undefined for every other kind. The spec itself may be absent. */
export function podSpecPath(body: JsonObject): Path | undefined {
  return podTemplatePath(body)?.concat('spec');
}
