/**
 * GitLab, its site and servers of customers (https://docs.gitlab.com/api/).
 */
import type { Platform } from './platform.ts';

export const gitlab = {
  key: 'gitlab',
  title: 'GitLab',
  site: 'https://gitlab.com',
  sshHosts: ['altssh.gitlab.com'],
  tokens: ['GITLAB_TOKEN', 'GITLAB_PRIVATE_TOKEN'],
  isAt: (host) => /(?:^|\.)gitlab\./u.test(host),
  api: (url) => `${new URL(url).origin}/api/v4`,
  // GitLab redirects it to `-/commit`, and any server with an unknown name may be another product.
  commitPath: 'commit',
  commitFormat: '%s/%s/-/commit/%s',
  comparePath: (from, to) => `compare/${from}...${to}`,
  pullRequestPath: (number) => `-/merge_requests/${number}`,
  states: {
    created: 'in_progress',
    pending: 'in_progress',
    running: 'in_progress',
    blocked: 'queued',
    success: 'success',
    passed: 'success',
    failed: 'failure',
    canceled: 'failure',
    cancelled: 'failure',
  },
} as const satisfies Platform;
