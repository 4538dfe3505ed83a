/**
 * What the notifications controller is started with, so that many Applications at once do not wait for each other. Its
 * defaults are one Application at a time and 50 requests a second to the API server. docs/notifications/limits.md has
 * what these values are measured with.
 */

/** Environment variables of the controller (argo-cd, cmd/argocd-notification and common/common.go). */
export const controllerSettings = {
  // GitHub takes 100 requests at a time (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api), also of
  // others that use the same App.
  processors: { name: 'ARGOCD_NOTIFICATION_CONTROLLER_PROCESSORS_COUNT', value: '80' },
  qps: { name: 'ARGOCD_K8S_CLIENT_QPS', value: '200' },
  burst: { name: 'ARGOCD_K8S_CLIENT_BURST', value: '400' },
} as const;

/** As the `env` of a container. */
export const controllerEnv = Object.values(controllerSettings);
