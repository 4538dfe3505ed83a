/**
 * Azure DevOps, Services and Server: commit statuses of genre `argocd`
 * (https://learn.microsoft.com/rest/api/azure/devops/git/statuses/list).
 */
import { listAt, stringAt, timeOf } from '../../resources/read-fields.ts';
import { azureDevOps as platform } from '../../platforms/azure-devops.ts';
import { above, type Provider, type Report, statusReport, type Wanted } from './provider.ts';

const version = { 'api-version': '7.1' };

function path({ repository: { owner, name } }: Wanted): string {
  const project = owner.split('/').map(encodeURIComponent).join('/');
  return `/${project}/_apis/git/repositories/${encodeURIComponent(name)}`;
}

export const azureDevOps: Provider = {
  ...platform,
  headers: (token) => ({
    authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}`,
    accept: 'application/json',
  }),
  reports: async (ask, wanted) => {
    const query = { latestOnly: 'true', top: '1000', ...version };
    const answer = await ask(`${path(wanted)}/commits/${wanted.commit}/statuses`, query);
    return listAt(answer, 'value').flatMap((status): Report[] => {
      if (stringAt(status, 'context', 'genre') !== 'argocd') return [];
      return statusReport(stringAt(status, 'state'), {
        context: stringAt(status, 'context', 'name'),
        description: stringAt(status, 'description'),
        url: stringAt(status, 'targetUrl'),
        at: timeOf(stringAt(status, 'creationDate')),
      });
    });
  },
  newer: async (ask, wanted) => {
    if (wanted.branch === undefined) return [];
    const query = {
      'searchCriteria.itemVersion.version': wanted.branch,
      'searchCriteria.$top': '20',
      ...version,
    };
    const answer = await ask(`${path(wanted)}/commits`, query);
    return above(
      listAt(answer, 'value').map((one) => stringAt(one, 'commitId')),
      wanted.commit,
    );
  },
};
