/**
 * Bitbucket: build statuses, of Cloud (a workspace) or Data Center (a project).
 */
import type { NotificationsConfig } from '../config.ts';
import { commitStatusRules } from '../definitions.ts';
import { type Destination, identifier } from '../destination.ts';
import { day } from '../retry-windows.ts';
import { commitStates, reportedStates } from '../reported.ts';
import type { Definitions } from '../values.ts';
import { webhookMessage, webhookService } from './webhooks.ts';

/** What Bitbucket is told. */
export function destinations({ file }: NotificationsConfig, definitions: Definitions): Destination[] {
  const events = reportedStates(file, commitStates);
  if (!commitStatusRules(file) || events.length === 0) return [];
  return (file.bitbucket ?? []).map(({ workspace, project, url, token }) => {
    const owner = workspace ?? project ?? '';
    const name = `bitbucket-${identifier(owner)}`;
    const cloud = workspace !== undefined;
    return {
      id: name,
      service: webhookService(name, url ?? 'https://api.bitbucket.org', { Authorization: `Bearer ${token}` }),
      owner: { name: owner },
      events,
      retrySeconds: day,
      message: webhookMessage(cloud ? 'bitbucket-cloud' : 'bitbucket-data-center', name, definitions),
    };
  });
}
