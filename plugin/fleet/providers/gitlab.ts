/**
 * GitLab: commit statuses (https://docs.gitlab.com/api/commits/#list-the-statuses-of-a-commit) and deployments, which
 * know the environment (https://docs.gitlab.com/api/deployments/).
 */
import { fieldAt, listAt, stringAt, timeOf } from '../../resources/read-fields.ts';
import { gitlab as platform } from '../../platforms/gitlab.ts';
import { above, aheadBy, commitsIn, type In, type Provider, pullRequest, statusReport } from './provider.ts';

function path({ repository: { owner, name } }: In): string {
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
  compare: async (ask, where, from, to) => {
    const answer = await ask(`${path(where)}/repository/compare`, { from, to });
    const isWhole = answer !== undefined && fieldAt(answer, 'compare_timeout') !== true;
    return aheadBy(isWhole ? listAt(answer, 'commits').length : undefined);
  },
  commit: async (ask, where, commit) => {
    const answer = await ask(`${path(where)}/repository/commits/${commit}`, { stats: 'false' });
    if (answer === undefined) return undefined;
    const at = timeOf(stringAt(answer, 'committed_date'));
    return { subject: stringAt(answer, 'title'), author: stringAt(answer, 'author_name'), at };
  },
  pullRequestOf: async (ask, where, commit) => {
    const found = listAt(await ask(`${path(where)}/repository/commits/${commit}/merge_requests`, { state: 'merged' }));
    const one = found.find((request) => stringAt(request, 'state') === 'merged');
    return pullRequest(fieldAt(one, 'iid'), stringAt(one, 'web_url'), stringAt(one, 'title'));
  },
  commitsOf: async (ask, where, number) => {
    const answer = await ask(`${path(where)}/merge_requests/${number}`);
    return commitsIn(...['merge_commit_sha', 'squash_commit_sha', 'sha'].map((name) => stringAt(answer, name)));
  },
};
