/**
 * Gitea and Forgejo: commit statuses.
 */
import type { NotificationsConfig } from '../config.ts';
import { commitStatusRules } from '../definitions.ts';
import { type Destination, identifier } from '../destination.ts';
import { day } from '../retry-windows.ts';
import { commitStates, reportedStates } from '../reported.ts';
import type { Definitions } from '../values.ts';
import { webhookMessage, webhookService } from './webhooks.ts';

/** What Gitea or Forgejo is told. */
export function destinations({ file }: NotificationsConfig, definitions: Definitions): Destination[] {
  const events = reportedStates(file, commitStates);
  if (!commitStatusRules(file) || events.length === 0) return [];
  return (file.gitea ?? []).map(({ owner, url, token }) => {
    const name = `gitea-${identifier(owner)}`;
    return {
      id: name,
      service: webhookService(name, url, { Authorization: `token ${token}` }),
      owner: { name: owner },
      events,
      retrySeconds: day,
      message: webhookMessage('gitea', name, definitions),
    };
  });
}
