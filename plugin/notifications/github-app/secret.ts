/**
 * The App's numbers and key as a manifest of the Secret that Argo CD's notifications read.
 */
import { writeYaml } from '../../yaml/write.ts';
import type { InstalledApp } from './flow.ts';

/** Keys of the Secret; what notifications.yaml names. */
export const secretKeys = {
  appID: 'github-appID',
  installationID: 'github-installationID',
  privateKey: 'github-privateKey',
} as const;

/** The manifest of the Secret. Server-side apply leaves its other keys as they are. */
export function secretManifest({ id, installation, pem }: InstalledApp, namespace: string): string {
  return writeYaml({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'argocd-notifications-secret', namespace },
    type: 'Opaque',
    stringData: {
      [secretKeys.appID]: String(id),
      [secretKeys.installationID]: String(installation),
      [secretKeys.privateKey]: pem,
    },
  });
}
