/**
 * Gitea and Forgejo (https://docs.gitea.com/api/). Their addresses are the most common ones, so servers with unknown
 * names are read like them.
 */
import type { Platform } from './platform.ts';

export const gitea = {
  key: 'gitea',
  title: 'Gitea',
  site: undefined,
  sshHosts: [],
  tokens: ['GITEA_TOKEN', 'FORGEJO_TOKEN'],
  isAt: (host) => host === 'gitea.com' || host === 'codeberg.org',
  api: (url) => `${new URL(url).origin}/api/v1`,
  commitPath: 'commit',
  commitFormat: '%s/%s/commit/%s',
  comparePath: (from, to) => `compare/${from}...${to}`,
  pullRequestPath: (number) => `pulls/${number}`,
  states: {
    pending: 'in_progress',
    success: 'success',
    failure: 'failure',
    error: 'error',
  },
} as const satisfies Platform;
