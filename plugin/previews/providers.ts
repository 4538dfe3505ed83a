/**
 * The Git providers whose pull requests `waybill preview` serves. Adding one is one file and one row.
 */
import { azureDevOps } from './azure-devops.ts';
import { bitbucketDataCenter } from './bitbucket-data-center.ts';
import { bitbucket } from './bitbucket.ts';
import { gitea } from './gitea.ts';
import { gitlab } from './gitlab.ts';
import type { PreviewProvider } from './provider.ts';

const providers: readonly PreviewProvider[] = [gitlab, gitea, bitbucket, bitbucketDataCenter, azureDevOps];

/** Names for the command line. */
export const previewProviderKeys = providers.map(({ key }) => key);

/** The provider of this name; undefined for GitHub and unknown names. */
export function previewProvider(key: string): PreviewProvider | undefined {
  return providers.find((one) => one.key === key);
}
