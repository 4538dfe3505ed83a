/**
 * Where everything listens. The run has a network namespace of its own, so the numbers cannot be taken.
 */
export const ports = {
  etcd: 31_001,
  etcdPeer: 31_002,
  api: 31_003,
  redis: 31_004,
  repoServer: 31_005,
  repoServerMetrics: 31_006,
  controllerMetrics: 31_007,
  notificationsMetrics: 31_009,
  github: 31_010,
} as const;
