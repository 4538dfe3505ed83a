/**
 * Gitea and Forgejo: commit statuses (https://docs.gitea.com/api/ repoGetCombinedStatusByRef).
 */
import { fieldAt, listAt, stringAt, timeOf } from '../../resources/read-fields.ts';
import { gitea as platform } from '../../platforms/gitea.ts';
import {
  above,
  aheadBy,
  commitsIn,
  countOf,
  type In,
  type Provider,
  pullRequest,
  statusReport,
  subjectOf,
} from './provider.ts';

function path({ repository: { owner, name } }: In): string {
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
  compare: async (ask, where, from, to) =>
    aheadBy(countOf(fieldAt(await ask(`${path(where)}/compare/${from}...${to}`), 'total_commits'))),
  commit: async (ask, where, commit) => {
    const query = { stat: 'false', verification: 'false', files: 'false' };
    const answer = await ask(`${path(where)}/git/commits/${commit}`, query);
    if (answer === undefined) return undefined;
    const [message, author, date] = [['message'], ['author', 'name'], ['committer', 'date']].map((field) =>
      stringAt(answer, 'commit', ...field),
    );
    return { subject: subjectOf(message ?? ''), author: author ?? '', at: timeOf(date) };
  },
  pullRequestOf: async (ask, where, commit) => {
    const one = await ask(`${path(where)}/commits/${commit}/pull`);
    return pullRequest(fieldAt(one, 'number'), stringAt(one, 'html_url'), stringAt(one, 'title'));
  },
  commitsOf: async (ask, where, number) => {
    const answer = await ask(`${path(where)}/pulls/${number}`);
    return commitsIn(stringAt(answer, 'merge_commit_sha'), stringAt(answer, 'head', 'sha'));
  },
};
