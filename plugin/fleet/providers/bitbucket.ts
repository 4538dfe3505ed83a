/**
 * Bitbucket Cloud (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/) and Data Center
 * (https://developer.atlassian.com/server/bitbucket/rest/): build statuses.
 */
import type { Json } from '../../resources/json.ts';
import { fieldAt, listAt, stringAt, timeOf } from '../../resources/read-fields.ts';
import { bitbucket as cloud, bitbucketDataCenter as dataCenter } from '../../platforms/bitbucket.ts';
import {
  above,
  aheadBy,
  commitsIn,
  type In,
  nameOf,
  type Provider,
  pullRequest,
  type Report,
  statusReport,
  subjectOf,
} from './provider.ts';

function reportOf(status: Json): Report[] {
  return statusReport(stringAt(status, 'state'), {
    context: stringAt(status, 'name') || stringAt(status, 'key'),
    description: stringAt(status, 'description'),
    url: stringAt(status, 'url'),
    at: timeOf(stringAt(status, 'updated_on')) ?? timeOf(fieldAt(status, 'updatedDate')),
  });
}

function cloudPath({ repository: { owner, name } }: In): string {
  return `/repositories/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

export const bitbucket: Provider = {
  ...cloud,
  headers: (token) => ({ authorization: `Bearer ${token}`, accept: 'application/json' }),
  reports: async (ask, wanted) => {
    const answer = await ask(`${cloudPath(wanted)}/commit/${wanted.commit}/statuses`, { pagelen: '100' });
    return listAt(answer, 'values').flatMap(reportOf);
  },
  newer: async (ask, wanted) => {
    if (wanted.branch === undefined) return [];
    const answer = await ask(`${cloudPath(wanted)}/commits/${encodeURIComponent(wanted.branch)}`, { pagelen: '20' });
    return above(
      listAt(answer, 'values').map((one) => stringAt(one, 'hash')),
      wanted.commit,
    );
  },
  compare: async (ask, where, from, to) => {
    const answer = await ask(`${cloudPath(where)}/commits`, { include: to, exclude: from, pagelen: '100' });
    // With more pages nobody knows how many.
    const isWhole = answer !== undefined && stringAt(answer, 'next') === '';
    return aheadBy(isWhole ? listAt(answer, 'values').length : undefined);
  },
  commit: async (ask, where, commit) => {
    const answer = await ask(`${cloudPath(where)}/commit/${commit}`);
    if (answer === undefined) return undefined;
    const author = stringAt(answer, 'author', 'user', 'display_name') || nameOf(stringAt(answer, 'author', 'raw'));
    return { subject: subjectOf(stringAt(answer, 'message')), author, at: timeOf(stringAt(answer, 'date')) };
  },
  pullRequestOf: async (ask, where, commit) => {
    // Answers 202 while it is looked up, and 404 where the workspace has no app for it.
    const found = listAt(await ask(`${cloudPath(where)}/commit/${commit}/pullrequests`, { pagelen: '10' }), 'values');
    const [one] = found;
    return pullRequest(fieldAt(one, 'id'), stringAt(one, 'links', 'html', 'href'), stringAt(one, 'title'));
  },
  commitsOf: async (ask, where, number) => {
    // Its commits are abbreviated; whole ones are behind links.
    const answer = await ask(`${cloudPath(where)}/pullrequests/${number}`);
    const short = [stringAt(answer, 'merge_commit', 'hash'), stringAt(answer, 'source', 'commit', 'hash')];
    const whole = short
      .filter((hash) => /^[0-9a-f]{7,40}$/u.test(hash))
      .map(async (hash) => stringAt(await ask(`${cloudPath(where)}/commit/${hash}`), 'hash'));
    return commitsIn(...(await Promise.all(whole)));
  },
};

function serverPath({ repository: { owner, name } }: In): string {
  return `/projects/${encodeURIComponent(owner)}/repos/${encodeURIComponent(name)}`;
}

/** Bitbucket Data Center. */
export const bitbucketDataCenter: Provider = {
  ...dataCenter,
  headers: (token) => bitbucket.headers(token),
  reports: async (ask, wanted) => {
    // The builds of one key only can be had at the repository: the list of a commit is the older API's.
    const answer = await ask(`/../../build-status/latest/commits/${wanted.commit}`, {
      limit: '100',
      orderBy: 'NEWEST',
    });
    return listAt(answer, 'values').flatMap((status) =>
      reportOf(status).map((one) => Object.assign(one, { at: timeOf(fieldAt(status, 'dateAdded')) })),
    );
  },
  newer: async (ask, wanted) => {
    if (wanted.branch === undefined) return [];
    const answer = await ask(`${serverPath(wanted)}/commits`, { until: wanted.branch, limit: '20' });
    return above(
      listAt(answer, 'values').map((one) => stringAt(one, 'id')),
      wanted.commit,
    );
  },
  compare: async (ask, where, from, to) => {
    const answer = await ask(`${serverPath(where)}/compare/commits`, { from: to, to: from, limit: '1000' });
    const isWhole = fieldAt(answer, 'isLastPage') === true;
    return aheadBy(isWhole ? listAt(answer, 'values').length : undefined);
  },
  commit: async (ask, where, commit) => {
    const answer = await ask(`${serverPath(where)}/commits/${commit}`);
    if (answer === undefined) return undefined;
    const author = stringAt(answer, 'author', 'displayName') || stringAt(answer, 'author', 'name');
    const at = timeOf(fieldAt(answer, 'committerTimestamp'));
    return { subject: subjectOf(stringAt(answer, 'message')), author, at };
  },
  pullRequestOf: async (ask, where, commit) => {
    const found = listAt(await ask(`${serverPath(where)}/commits/${commit}/pull-requests`, { limit: '100' }), 'values');
    const one = found.find((request) => stringAt(request, 'state') === 'MERGED');
    return pullRequest(fieldAt(one, 'id'), stringAt(one, 'links', 'self', 0, 'href'), stringAt(one, 'title'));
  },
  commitsOf: async (ask, where, number) => {
    const answer = await ask(`${serverPath(where)}/pull-requests/${number}`);
    return commitsIn(stringAt(answer, 'properties', 'mergeCommit', 'id'), stringAt(answer, 'fromRef', 'latestCommit'));
  },
};
