/**
 * How a pod gives git the credentials of a Secret: the hook Jobs and the reconciler do it alike.
 *
 * By http the Secret's key `authorization` is the header git sends, to this repository and to no other. By ssh the
 * Secret is of the type kubernetes.io/ssh-auth with one key more: `ssh-privatekey` and `known_hosts`. Neither shows
 * among the arguments of a process.
 */
import type { JsonObject } from '../resources/json.ts';

/** What is added to the pod: variables of the container, its mounts, and the pod's volumes and security context. */
export interface GitAccess {
  readonly env: readonly JsonObject[];
  readonly volumeMounts: readonly JsonObject[];
  readonly volumes: readonly JsonObject[];
  readonly securityContext: JsonObject;
}

/** The user of the image. */
const USER = 999;
const FOLDER = '/etc/waybill-git';
const SSH = `ssh -i ${FOLDER}/ssh-privatekey -o IdentitiesOnly=yes -o UserKnownHostsFile=${FOLDER}/known_hosts -o StrictHostKeyChecking=yes -o ConnectTimeout=30 -o ServerAliveInterval=15`;

/** Whether git speaks ssh to this repository: `ssh://…` or `user@host:path` (https://git-scm.com/docs/git-clone#_git_urls). */
export function isSsh(repository: string): boolean {
  return /^(git\+)?ssh:\/\//u.test(repository) || (!repository.includes('://') && /^[^/\s]+:/u.test(repository));
}

/** What the pod needs to use `secret` for `repository`. */
export function gitAccess(repository: string, secret: string): GitAccess {
  const securityContext = { runAsNonRoot: true, runAsUser: USER, seccompProfile: { type: 'RuntimeDefault' } };
  if (!isSsh(repository)) {
    const key = /^https?:/u.test(repository) ? `http.${repository}.extraHeader` : 'http.extraHeader';
    return {
      env: [
        { name: 'GIT_CONFIG_COUNT', value: '1' },
        { name: 'GIT_CONFIG_KEY_0', value: key },
        { name: 'GIT_CONFIG_VALUE_0', valueFrom: { secretKeyRef: { name: secret, key: 'authorization' } } },
      ],
      volumeMounts: [],
      volumes: [],
      securityContext,
    };
  }
  return {
    env: [{ name: 'GIT_SSH_COMMAND', value: SSH }],
    volumeMounts: [{ name: 'git', mountPath: FOLDER, readOnly: true }],
    // Root owns the files of a Secret: the group lets the user read them.
    volumes: [{ name: 'git', secret: { secretName: secret, defaultMode: 0o440 } }],
    securityContext: { ...securityContext, runAsGroup: USER, fsGroup: USER },
  };
}
