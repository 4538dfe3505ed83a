/**
 * Bitbucket Cloud (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/) and Data Center
 * (https://developer.atlassian.com/server/bitbucket/rest/): build statuses.
 */
import type { Json } from '../../resources/json.ts';
import { fieldAt, listAt, stringAt, timeOf } from '../../resources/read-fields.ts';
import { bitbucket as cloud, bitbucketDataCenter as dataCenter } from '../../platforms/bitbucket.ts';
import { above, type Provider, type Report, statusReport, type Wanted } from './provider.ts';

function reportOf(status: Json): Report[] {
  return statusReport(stringAt(status, 'state'), {
    context: stringAt(status, 'name') || stringAt(status, 'key'),
    description: stringAt(status, 'description'),
    url: stringAt(status, 'url'),
    at: timeOf(stringAt(status, 'updated_on')) ?? timeOf(fieldAt(status, 'updatedDate')),
  });
}

function cloudPath({ repository: { owner, name } }: Wanted): string {
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
};

function serverPath({ repository: { owner, name } }: Wanted): string {
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
};
