/**
 * GitHub and GitHub Enterprise Server (https://docs.github.com/rest).
 */
import type { Platform } from './platform.ts';

export const github = {
  key: 'github',
  title: 'GitHub',
  site: 'https://github.com',
  sshHosts: ['ssh.github.com'],
  tokens: ['GITHUB_TOKEN', 'GH_TOKEN'],
  isAt: (host) => host === 'github.com',
  api: (url) => {
    const { host, origin } = new URL(url);
    return host === 'github.com' ? 'https://api.github.com' : `${origin}/api/v3`;
  },
  commitPath: 'commit',
  commitFormat: '%s/%s/commit/%s',
  comparePath: (from, to) => `compare/${from}...${to}`,
  pullRequestPath: (number) => `pull/${number}`,
  states: {
    queued: 'queued',
    waiting: 'queued',
    inprogress: 'in_progress',
    pending: 'in_progress',
    success: 'success',
    failure: 'failure',
    error: 'error',
    inactive: 'inactive',
  },
} as const satisfies Platform;
