/**
 * The requests that start jobs, as their senders describe and sign them. Only fields that matter to somebody are here.
 */
import { createHmac } from 'node:crypto';
import type { JsonObject } from '../../plugin/resources/json.ts';

/** A request as it arrives. */
export interface Sent {
  readonly header: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** What a request tells. */
export interface SentStatus {
  readonly application: string;
  readonly environment: string;
  readonly commit: string;
  /** Whether the deployment succeeded. */
  readonly success: boolean;
}

const sha256 = (body: JsonObject, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(JSON.stringify(body)).digest('hex')}`;

/** Makes a request that is signed with a secret. */
export type Sender = (statusRequest: SentStatus, secret: string) => Sent;

// https://docs.github.com/webhooks/webhook-events-and-payloads#deployment_status
const deploymentStatus: Sender = ({ environment, commit, success }, secret) => {
  const body = {
    action: 'created',
    deployment_status: { id: 8, state: success ? 'success' : 'in_progress', environment, description: '' },
    deployment: { id: 7, sha: commit, ref: commit, environment, task: 'deploy', payload: {} },
    repository: { name: 'user-service', full_name: 'acme/user-service' },
  };
  return { header: { 'X-GitHub-Event': 'deployment_status', 'X-Hub-Signature-256': sha256(body, secret) }, body };
};

const status = ({ application, environment, commit, success }: SentStatus): JsonObject => ({
  id: 9,
  sha: commit,
  context: `deployment/${application}/${environment}`,
  state: success ? 'success' : 'pending',
  description: 'Deployed and healthy',
  target_url: 'https://argocd.acme.dev/applications/argocd/user-service',
  repository: { name: 'user-service', full_name: 'acme/user-service' },
});

// https://docs.github.com/webhooks/webhook-events-and-payloads#status
const commitStatus: Sender = (statusRequest, secret) => {
  const body = status(statusRequest);
  return { header: { 'X-GitHub-Event': 'status', 'X-Hub-Signature-256': sha256(body, secret) }, body };
};

// https://docs.gitea.com/usage/repository/webhooks: GitHub's headers are sent besides its own.
const gitea: Sender = (statusRequest, secret) => {
  const body = status(statusRequest);
  const names = { 'X-Gitea-Event-Type': 'status', 'X-GitHub-Event': '' };
  return { header: { ...names, 'X-Hub-Signature-256': sha256(body, secret) }, body };
};

// https://docs.gitlab.com/user/project/integrations/webhook_events/#deployment-events
const gitlab: Sender = ({ environment, commit, success }, secret) => ({
  header: { 'X-Gitlab-Event': 'Deployment Hook', 'X-Gitlab-Token': secret },
  body: {
    object_kind: 'deployment',
    status: success ? 'success' : 'running',
    deployment_id: 15,
    environment,
    short_sha: commit.slice(0, 8),
    commit_url: `https://gitlab.com/acme/user-service/-/commit/${commit}`,
    commit_title: 'Say hello',
    ref: commit,
    project: { id: 30, path_with_namespace: 'acme/user-service' },
  },
});

// https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Build-status-updated
const bitbucket: Sender = ({ application, environment, commit, success }, secret) => {
  const body = {
    repository: { full_name: 'acme/user-service' },
    commit_status: {
      name: `deployment/${application}/${environment}`,
      key: 'hash',
      state: success ? 'SUCCESSFUL' : 'INPROGRESS',
      type: 'build',
      links: {
        commit: { href: `https://api.bitbucket.org/2.0/repositories/acme/user-service/commit/${commit}` },
        self: {
          href: `https://api.bitbucket.org/2.0/repositories/acme/user-service/commit/${commit}/statuses/build/hash`,
        },
      },
    },
  };
  return { header: { 'X-Event-Key': 'repo:commit_status_updated', 'X-Hub-Signature': sha256(body, secret) }, body };
};

// docs/notifications/webhooks.md; the controller sends a token, and signs nothing.
const argocd: Sender = ({ application, environment, commit, success }, secret) => ({
  header: { Authorization: secret },
  body: {
    event: success ? 'success' : 'in_progress',
    application,
    environment,
    sources: [{ repository: 'acme/user-service', commit, name: 'acme/user-service', url: '' }],
    argocdApplication: { name: application, namespace: 'argocd', url: 'https://argocd.acme.dev' },
  },
});

/** The names of all senders. */
export const senderNames = [
  'GitHub deployment_status',
  'GitHub status',
  'GitLab',
  'Bitbucket',
  'Gitea',
  'Argo CD',
] as const;

/** One of {@link senderNames}. */
export type SenderName = (typeof senderNames)[number];

/** All senders. */
export const senders: Readonly<Record<SenderName, Sender>> = {
  'GitHub deployment_status': deploymentStatus,
  'GitHub status': commitStatus,
  GitLab: gitlab,
  Bitbucket: bitbucket,
  Gitea: gitea,
  'Argo CD': argocd,
};
