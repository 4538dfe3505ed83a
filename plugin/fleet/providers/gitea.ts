/**
 * Gitea and Forgejo: commit statuses (https://docs.gitea.com/api/ repoGetCombinedStatusByRef).
 */
import { listAt, stringAt, timeOf } from '../../resources/read-fields.ts';
import { gitea as platform } from '../../platforms/gitea.ts';
import { above, type Provider, statusReport, type Wanted } from './provider.ts';

function path({ repository: { owner, name } }: Wanted): string {
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

export const gitea: Provider = {
  ...platform,
  headers: (token) => ({ authorization: `token ${token}`, accept: 'application/json' }),
  reports: async (ask, wanted) => {
    const answer = await ask(`${path(wanted)}/commits/${wanted.commit}/status`, { limit: '50' });
    return listAt(answer, 'statuses').flatMap((status) =>
      statusReport(stringAt(status, 'status'), {
        context: stringAt(status, 'context'),
        description: stringAt(status, 'description'),
        url: stringAt(status, 'target_url'),
        at: timeOf(stringAt(status, 'updated_at')),
      }),
    );
  },
  newer: async (ask, wanted) => {
    if (wanted.branch === undefined) return [];
    const query = { sha: wanted.branch, limit: '20', stat: 'false', verification: 'false', files: 'false' };
    const commits = listAt(await ask(`${path(wanted)}/commits`, query));
    return above(
      commits.map((one) => stringAt(one, 'sha')),
      wanted.commit,
    );
  },
};
