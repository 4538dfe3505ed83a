/**
 * GitHub and GitHub Enterprise Server: deployments with their statuses (https://docs.github.com/rest/deployments), and
 * commit statuses where deployments are switched off (https://docs.github.com/rest/commits/statuses).
 */
import type { Json } from '../../resources/json.ts';
import { digitsAt, fieldAt, listAt, stringAt, timeOf } from '../../resources/read-fields.ts';
import { github as platform } from '../../platforms/github.ts';
import { reportedState } from '../../platforms/platforms.ts';
import {
  type Ask,
  commitsIn,
  countOf,
  type In,
  type Provider,
  pullRequest,
  type Report,
  statusReport,
  subjectOf,
  type Wanted,
} from './provider.ts';

function path({ repository: { owner, name } }: In): string {
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

function newestFirst(items: readonly Json[]): Json[] {
  return items.toSorted((a, b) => Number(digitsAt(b, 'id')) - Number(digitsAt(a, 'id')));
}

function isAbout(name: string, environment: string): boolean {
  const [a, b] = [name.toLowerCase(), environment.toLowerCase()];
  // `staging/user-service`: reportAs of several applications of one repository.
  return a === b || a.startsWith(`${b}/`);
}

async function deploymentReports(ask: Ask, wanted: Wanted): Promise<Report[]> {
  const found = listAt(await ask(`${path(wanted)}/deployments`, { sha: wanted.commit, per_page: '100' }));
  const seen = new Set<string>();
  const reports: Report[] = [];
  for (const deployment of newestFirst(found)) {
    const environment = stringAt(deployment, 'environment');
    const id = digitsAt(deployment, 'id');
    const isOther = stringAt(deployment, 'sha') !== wanted.commit || !isAbout(environment, wanted.environment);
    if (id === '' || isOther || seen.has(environment)) continue;
    seen.add(environment);
    const statuses = newestFirst(listAt(await ask(`${path(wanted)}/deployments/${id}/statuses`, { per_page: '100' })));
    const [last] = statuses;
    const state = reportedState(stringAt(last, 'state'));
    if (last === undefined || state === undefined) continue;
    const success = statuses.find((one) => stringAt(one, 'state') === 'success');
    reports.push({
      environment,
      context: undefined,
      state,
      description: stringAt(last, 'description'),
      url: stringAt(last, 'log_url') || stringAt(last, 'target_url'),
      at: timeOf(stringAt(last, 'created_at')),
      succeededAt: timeOf(stringAt(success, 'created_at')),
    });
  }
  return reports;
}

async function statusReports(ask: Ask, wanted: Wanted): Promise<Report[]> {
  const answer = await ask(`${path(wanted)}/commits/${wanted.commit}/status`, { per_page: '100' });
  return listAt(answer, 'statuses').flatMap((status) =>
    statusReport(stringAt(status, 'state'), {
      context: stringAt(status, 'context'),
      description: stringAt(status, 'description'),
      url: stringAt(status, 'target_url'),
      at: timeOf(stringAt(status, 'updated_at')),
    }),
  );
}

export const github: Provider = {
  ...platform,
  headers: (token) => ({
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    authorization: `Bearer ${token}`,
  }),
  reports: async (ask, wanted) => {
    const deployments = await deploymentReports(ask, wanted);
    return deployments.length > 0 ? deployments : await statusReports(ask, wanted);
  },
  newer: async (ask, wanted) => {
    const { commit, environment } = wanted;
    const newest = newestFirst(listAt(await ask(`${path(wanted)}/deployments`, { environment, per_page: '5' })));
    const commits = [...new Set(newest.map((one) => stringAt(one, 'sha')))].filter((one) =>
      /^[0-9a-f]{40}$/u.test(one),
    );
    const found: string[] = [];
    for (const other of commits.filter((one) => one !== commit).slice(0, 2)) {
      const compared = await ask(`${path(wanted)}/compare/${commit}...${other}`, { per_page: '1' });
      if (stringAt(compared, 'status') === 'ahead') found.push(other);
    }
    return found;
  },
  compare: async (ask, where, from, to) => {
    // The counts are whole however many commits there are; the list, which is not read, has pages.
    const answer = await ask(`${path(where)}/compare/${from}...${to}`, { per_page: '1' });
    const ahead = countOf(fieldAt(answer, 'ahead_by'));
    return ahead === undefined ? undefined : { ahead, behind: countOf(fieldAt(answer, 'behind_by')) };
  },
  commit: async (ask, where, commit) => {
    const answer = await ask(`${path(where)}/git/commits/${commit}`);
    if (answer === undefined) return undefined;
    const at = timeOf(stringAt(answer, 'committer', 'date'));
    return { subject: subjectOf(stringAt(answer, 'message')), author: stringAt(answer, 'author', 'name'), at };
  },
  pullRequestOf: async (ask, where, commit) => {
    const found = newestFirst(listAt(await ask(`${path(where)}/commits/${commit}/pulls`, { per_page: '100' })));
    const one = found.find((pull) => stringAt(pull, 'merged_at') !== '');
    return pullRequest(fieldAt(one, 'number'), stringAt(one, 'html_url'), stringAt(one, 'title'));
  },
  commitsOf: async (ask, where, number) => {
    const answer = await ask(`${path(where)}/pulls/${number}`);
    // Of an open pull request this is a test merge, which nothing is built from.
    const merge = stringAt(answer, 'merged_at') === '' ? '' : stringAt(answer, 'merge_commit_sha');
    return commitsIn(merge, stringAt(answer, 'head', 'sha'));
  },
};
