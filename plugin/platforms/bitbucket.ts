/**
 * Bitbucket Cloud (https://developer.atlassian.com/cloud/bitbucket/rest/) and Data Center
 * (https://developer.atlassian.com/server/bitbucket/rest/), which has other addresses.
 */
import type { Platform } from './platform.ts';

const states = {
  inprogress: 'in_progress',
  successful: 'success',
  failed: 'failure',
  stopped: 'failure',
  cancelled: 'failure',
} as const satisfies Platform['states'];

export const bitbucket = {
  key: 'bitbucket',
  title: 'Bitbucket',
  site: 'https://bitbucket.org',
  sshHosts: ['altssh.bitbucket.org'],
  tokens: ['BITBUCKET_TOKEN'],
  isAt: (host) => host === 'bitbucket.org',
  api: () => 'https://api.bitbucket.org/2.0',
  commitPath: 'commits',
  commitFormat: '%s/%s/commits/%s',
  comparePath: (from, to) => `branches/compare/${to}..${from}`,
  pullRequestPath: (number) => `pull-requests/${number}`,
  states,
} as const satisfies Platform;

export const bitbucketDataCenter = {
  key: 'bitbucket-data-center',
  title: 'Bitbucket Data Center',
  site: undefined,
  sshHosts: [],
  tokens: ['BITBUCKET_TOKEN'],
  isAt: (_host, webURL) => /\/(?:projects|users)\/[^/]+\/repos\//u.test(webURL),
  api: (url) => `${new URL(url).origin}/rest/api/latest`,
  // https://HOST/scm/PROJECT/REPO, ssh://git@HOST:7999/PROJECT/REPO; ~USER for a person's own.
  split: (url, parts) => {
    const [first = '', second, ...rest] = parts;
    const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
    const isScm = isWeb && first === 'scm' && rest.length === 1;
    const project = isScm ? second : !isWeb && url.port === '7999' ? first : undefined;
    const name = parts.at(-1);
    if (project === undefined || name === undefined) return undefined;
    const page = project.startsWith('~') ? ['users', project.slice(1)] : ['projects', project];
    return { owner: project, name, page: [...page, 'repos', name] };
  },
  commitPath: 'commits',
  commitFormat: 'projects/%s/repos/%s/commits/%s',
  comparePath: (from, to) => `compare/commits?sourceBranch=${to}&targetBranch=${from}`,
  pullRequestPath: (number) => `pull-requests/${number}`,
  states,
} as const satisfies Platform;
