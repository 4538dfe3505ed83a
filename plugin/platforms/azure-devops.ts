/**
 * Azure DevOps, Services and Server (https://learn.microsoft.com/rest/api/azure/devops/git/). An owner is
 * organisation/project.
 */
import type { Platform } from './platform.ts';

export const azureDevOps = {
  key: 'azure-devops',
  title: 'Azure DevOps',
  site: 'https://dev.azure.com',
  sshHosts: ['ssh.dev.azure.com'],
  tokens: ['AZURE_DEVOPS_TOKEN', 'SYSTEM_ACCESSTOKEN', 'AZURE_DEVOPS_EXT_PAT'],
  isAt: (host) => host === 'dev.azure.com' || host.endsWith('.visualstudio.com'),
  api: (url) => new URL(url).origin,
  // https://dev.azure.com/ORG/PROJECT/_git/REPO, without PROJECT when it is REPO; ssh.dev.azure.com:v3/ORG/PROJECT/REPO.
  split: (url, parts) => {
    const name = parts.at(-1);
    if (name === undefined) return undefined;
    if (parts.at(-2) === '_git') {
      const owner = parts.slice(0, -2);
      return { owner: (owner.length === 1 ? [...owner, name] : owner).join('/'), name, page: parts };
    }
    if (url.hostname !== 'ssh.dev.azure.com' || parts[0] !== 'v3' || parts.length < 4) return undefined;
    const owner = parts.slice(1, -1);
    return { owner: owner.join('/'), name, page: [...owner, '_git', name] };
  },
  commitPath: 'commit',
  commitFormat: '%s/_git/%s/commit/%s',
  comparePath: (from, to) => `branchCompare?baseVersion=GC${from}&targetVersion=GC${to}`,
  pullRequestPath: (number) => `pullrequest/${number}`,
  states: {
    notset: 'in_progress',
    pending: 'in_progress',
    succeeded: 'success',
    failed: 'failure',
    error: 'error',
  },
} as const satisfies Platform;
