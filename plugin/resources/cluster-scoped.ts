/**
 * Which resources live in no namespace. Argo CD asks the cluster; a render has none, so it knows the built-in kinds
 * and whatever CustomResourceDefinitions are rendered beside their resources.
 */
import { getKey, isObject, type JsonObject } from './json.ts';
import { identify } from './resource.ts';

/** `group/Kind` of every cluster-scoped kind that Kubernetes 1.36 serves itself (`kubectl api-resources --namespaced=false`). */
const builtIn = new Set([
  '/ComponentStatus',
  '/Namespace',
  '/Node',
  '/PersistentVolume',
  'admissionregistration.k8s.io/MutatingAdmissionPolicy',
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'apiregistration.k8s.io/APIService',
  'authentication.k8s.io/SelfSubjectReview',
  'authentication.k8s.io/TokenReview',
  'authorization.k8s.io/SelfSubjectAccessReview',
  'authorization.k8s.io/SelfSubjectRulesReview',
  'authorization.k8s.io/SubjectAccessReview',
  'certificates.k8s.io/CertificateSigningRequest',
  'certificates.k8s.io/ClusterTrustBundle',
  'flowcontrol.apiserver.k8s.io/FlowSchema',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
  'internal.apiserver.k8s.io/StorageVersion',
  'networking.k8s.io/IPAddress',
  'networking.k8s.io/IngressClass',
  'networking.k8s.io/ServiceCIDR',
  'node.k8s.io/RuntimeClass',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'resource.k8s.io/DeviceClass',
  'resource.k8s.io/DeviceTaintRule',
  'resource.k8s.io/ResourceSlice',
  'scheduling.k8s.io/PriorityClass',
  'storage.k8s.io/CSIDriver',
  'storage.k8s.io/CSINode',
  'storage.k8s.io/StorageClass',
  'storage.k8s.io/VolumeAttachment',
  'storage.k8s.io/VolumeAttributesClass',
  'storagemigration.k8s.io/StorageVersionMigration',
]);

function declared(body: JsonObject): string | undefined {
  const { group, kind } = identify(body);
  if (kind !== 'CustomResourceDefinition' || group !== 'apiextensions.k8s.io') return undefined;
  const spec = getKey(body, 'spec');
  if (!isObject(spec) || getKey(spec, 'scope') !== 'Cluster') return undefined;
  const names = getKey(spec, 'names');
  const customGroup = getKey(spec, 'group');
  const customKind = isObject(names) ? getKey(names, 'kind') : undefined;
  return typeof customGroup === 'string' && typeof customKind === 'string' ? `${customGroup}/${customKind}` : undefined;
}

/**
 * A test for one set of resources: true when a manifest of theirs belongs to no namespace. Unknown kinds count as
 * namespaced, as they do for kustomize.
 */
export function clusterScopeOf(bodies: Iterable<JsonObject>): (body: JsonObject) => boolean {
  const custom = new Set<string>();
  for (const body of bodies) {
    const kind = declared(body);
    if (kind !== undefined) custom.add(kind);
  }
  return (body) => {
    const { group, kind } = identify(body);
    const key = `${group}/${kind}`;
    return builtIn.has(key) || custom.has(key);
  };
}
