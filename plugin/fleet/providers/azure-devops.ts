/**
 * Azure DevOps, Services and Server: commit statuses of genre `argocd`
 * (https://learn.microsoft.com/rest/api/azure/devops/git/statuses/list).
 */
import { fieldAt, listAt, stringAt, timeOf } from '../../resources/read-fields.ts';
import { azureDevOps as platform } from '../../platforms/azure-devops.ts';
import { above, commitsIn, countOf, type In, type Provider, type Report, statusReport, subjectOf } from './provider.ts';

const version = { 'api-version': '7.1' };

function path({ repository: { owner, name } }: In): string {
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
  compare: async (ask, where, from, to) => {
    const versions = {
      baseVersion: from,
      baseVersionType: 'commit',
      targetVersion: to,
      targetVersionType: 'commit',
    };
    const answer = await ask(`${path(where)}/diffs/commits`, { ...versions, $top: '1', ...version });
    const ahead = countOf(fieldAt(answer, 'aheadCount'));
    return ahead === undefined ? undefined : { ahead, behind: countOf(fieldAt(answer, 'behindCount')) };
  },
  commit: async (ask, where, commit) => {
    const answer = await ask(`${path(where)}/commits/${commit}`, version);
    if (answer === undefined) return undefined;
    const at = timeOf(stringAt(answer, 'committer', 'date'));
    return { subject: subjectOf(stringAt(answer, 'comment')), author: stringAt(answer, 'author', 'name'), at };
  },
  commitsOf: async (ask, where, number) => {
    const answer = await ask(`${path(where)}/pullrequests/${number}`, version);
    // Of an open pull request, the merge is a test.
    const merge = stringAt(answer, 'status') === 'completed' ? stringAt(answer, 'lastMergeCommit', 'commitId') : '';
    return commitsIn(merge, stringAt(answer, 'lastMergeSourceCommit', 'commitId'));
  },
};
