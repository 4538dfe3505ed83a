/**
 * What event listeners may do: read Triggers' objects, and create TaskRuns in their namespace. Less than the ClusterRoles
 * that Triggers brings: https://tekton.dev/docs/triggers/eventlisteners/#specifying-the-kubernetes-service-account
 */
import type { JsonObject } from '../../resources/json.ts';
import { LISTENER_ACCOUNT as NAME } from './names.ts';

const rbac = 'rbac.authorization.k8s.io';
const read = ['get', 'list', 'watch'];

function bind(kind: 'Role' | 'ClusterRole', metadata: JsonObject, namespace: string): JsonObject {
  return {
    apiVersion: `${rbac}/v1`,
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup: rbac, kind, name: NAME },
    subjects: [{ kind: 'ServiceAccount', name: NAME, namespace }],
  };
}

/** The service account with its rights, and its namespace. */
export function access(namespace: string): JsonObject[] {
  const metadata = { name: NAME, namespace };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata,
      rules: [
        {
          apiGroups: ['triggers.tekton.dev'],
          resources: ['eventlisteners', 'interceptors', 'triggerbindings', 'triggers', 'triggertemplates'],
          verbs: read,
        },
        { apiGroups: [''], resources: ['configmaps'], verbs: read },
        { apiGroups: ['tekton.dev'], resources: ['taskruns'], verbs: ['create'] },
        { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
      ],
    },
    bind('Role', metadata, namespace),
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: NAME },
      rules: [
        {
          apiGroups: ['triggers.tekton.dev'],
          resources: ['clusterinterceptors', 'clustertriggerbindings'],
          verbs: read,
        },
      ],
    },
    bind('ClusterRole', { name: NAME }, namespace),
  ];
}
