/**
 * GitLab: commit statuses (https://docs.gitlab.com/api/commits/#list-the-statuses-of-a-commit) and deployments, which
 * know the environment (https://docs.gitlab.com/api/deployments/).
 */
import { listAt, stringAt, timeOf } from '../../resources/read-fields.ts';
import { gitlab as platform } from '../../platforms/gitlab.ts';
import { above, type Provider, statusReport, type Wanted } from './provider.ts';

function path({ repository: { owner, name } }: Wanted): string {
  return `/projects/${encodeURIComponent(`${owner}/${name}`)}`;
}

export const gitlab: Provider = {
  ...platform,
  headers: (token) => ({ 'private-token': token, accept: 'application/json' }),
  reports: async (ask, wanted) => {
    const statuses = listAt(
      await ask(`${path(wanted)}/repository/commits/${wanted.commit}/statuses`, { per_page: '100' }),
    );
    return statuses.flatMap((status) =>
      statusReport(stringAt(status, 'status'), {
        context: stringAt(status, 'name'),
        description: stringAt(status, 'description'),
        url: stringAt(status, 'target_url'),
        at: timeOf(stringAt(status, 'finished_at') || stringAt(status, 'created_at')),
      }),
    );
  },
  newer: async (ask, wanted) => {
    if (wanted.branch === undefined) return [];
    const commits = listAt(
      await ask(`${path(wanted)}/repository/commits`, { ref_name: wanted.branch, per_page: '20' }),
    );
    return above(
      commits.map((one) => stringAt(one, 'id')),
      wanted.commit,
    );
  },
};
