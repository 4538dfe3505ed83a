/**
 * Who owns source repositories, over all Git providers: how a record's name shows the owner, and where commits have
 * their pages.
 */
import { azureDevOps } from '../../platforms/azure-devops.ts';
import { bitbucket, bitbucketDataCenter } from '../../platforms/bitbucket.ts';
import { gitea } from '../../platforms/gitea.ts';
import { github } from '../../platforms/github.ts';
import { gitlab } from '../../platforms/gitlab.ts';
import type { NotificationsFile } from '../../schemas/notifications.generated.ts';
import type { Path } from '../../resources/pointer.ts';
import type { Owner } from './pattern.ts';

/** One owner of source repositories. */
export interface Provider {
  readonly owner: Owner;
  /** The page of a commit, as a format for owner, repository and commit. */
  readonly commitPage: string;
  /** Where the owner stands in notifications.yaml. */
  readonly path: Path;
}

const base = (url: string): string => url.replace(/\/+$/u, '').replaceAll('%', '%%');

/** A GitHub server's address in a browser, from its API's. */
const enterprisePage = (api: string): string => base(api).replace(/\/api\/v3$/u, '');

/** All owners, in the order of the file. Names in lower case, as records have them. */
export function providers(file: NotificationsFile): Provider[] {
  const all: Provider[] = [];
  const add = (path: Path, name: string, commitPage: string, below = false): void => {
    all.push({ owner: { name: name.toLowerCase(), below }, commitPage, path });
  };
  for (const [index, { organization, enterpriseURL }] of (file.github ?? []).entries()) {
    const site = enterpriseURL === undefined ? github.site : enterprisePage(enterpriseURL);
    add(['github', index, 'organization'], organization, `${site}/${github.commitFormat}`);
  }
  for (const [index, { group, url }] of (file.gitlab ?? []).entries()) {
    add(['gitlab', index, 'group'], group, `${base(url ?? gitlab.site)}/${gitlab.commitFormat}`, true);
  }
  for (const [index, { workspace, project, url }] of (file.bitbucket ?? []).entries()) {
    if (workspace !== undefined) {
      add(['bitbucket', index, 'workspace'], workspace, `${bitbucket.site}/${bitbucket.commitFormat}`);
    } else if (project !== undefined && url !== undefined) {
      add(['bitbucket', index, 'project'], project, `${base(url)}/${bitbucketDataCenter.commitFormat}`);
    }
  }
  for (const [index, { organization, project, url }] of (file.azureDevOps ?? []).entries()) {
    const page = `${base(url ?? azureDevOps.site)}/${azureDevOps.commitFormat}`;
    add(['azureDevOps', index, 'project'], `${organization}/${project}`, page);
  }
  for (const [index, { owner, url }] of (file.gitea ?? []).entries()) {
    add(['gitea', index, 'owner'], owner, `${base(url)}/${gitea.commitFormat}`);
  }
  return all;
}
