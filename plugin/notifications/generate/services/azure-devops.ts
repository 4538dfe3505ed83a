/**
 * Azure DevOps: commit statuses.
 */
import { azureDevOps } from '../../../platforms/azure-devops.ts';
import type { NotificationsConfig } from '../config.ts';
import { commitStatusRules } from '../definitions.ts';
import { type Destination, identifier } from '../destination.ts';
import { day } from '../retry-windows.ts';
import { commitStates, reportedStates } from '../reported.ts';
import type { Definitions } from '../values.ts';
import { webhookMessage, webhookService } from './webhooks.ts';

/** What Azure DevOps is told. */
export function destinations({ file }: NotificationsConfig, definitions: Definitions): Destination[] {
  const events = reportedStates(file, commitStates);
  if (!commitStatusRules(file) || events.length === 0) return [];
  return (file.azureDevOps ?? []).map(({ organization, project, url, token }) => {
    const name = `azure-${identifier(`${organization}-${project}`)}`;
    const service = webhookService(name, url ?? azureDevOps.site, {});
    return {
      id: name,
      // A personal access token is the password of any user.
      service: {
        ...service,
        options: { ...service.options, basicAuth: { username: 'waybill', password: token } },
      },
      owner: { name: `${organization}/${project}` },
      events,
      retrySeconds: day,
      message: webhookMessage('azure-devops', name, definitions),
    };
  });
}
