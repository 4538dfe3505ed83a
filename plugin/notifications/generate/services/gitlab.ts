/**
 * GitLab: commit statuses and deployments, by its REST API.
 */
import { gitlab } from '../../../platforms/gitlab.ts';
import type { NotificationsConfig } from '../config.ts';
import { commitStatusRules } from '../definitions.ts';
import { type Destination, identifier, type State } from '../destination.ts';
import { day } from '../retry-windows.ts';
import { commitStates, reportedStates } from '../reported.ts';
import type { Definitions } from '../values.ts';
import { webhookMessage, webhookService } from './webhooks.ts';

const ended: readonly State[] = ['success', 'failure', 'error'];

/** What GitLab is told. */
export function destinations({ file }: NotificationsConfig, definitions: Definitions): Destination[] {
  return (file.gitlab ?? []).flatMap(({ group, url, token, commitStatus, deployments }) => {
    const name = `gitlab-${identifier(group)}`;
    const service = webhookService(name, url ?? gitlab.site, { 'PRIVATE-TOKEN': token });
    const make = (kind: 'commit-status' | 'deployment', suffix: string, states: readonly State[]): Destination => ({
      id: `${name}${suffix}`,
      service,
      owner: { name: group, below: true },
      events: reportedStates(file, states),
      retrySeconds: day,
      message: { ...webhookMessage(`gitlab-${kind}`, name, definitions), name: `${name}-${kind}` },
    });
    const made: Destination[] = [];
    if (commitStatus !== false && commitStatusRules(file)) made.push(make('commit-status', '-status', commitStates));
    if (deployments !== false && file.report?.deployments !== false) made.push(make('deployment', '', ended));
    return made.filter(({ events }) => events.length > 0);
  });
}
