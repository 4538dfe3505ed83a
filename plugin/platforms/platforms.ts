/**
 * The list of Git hosting products. To add one, copy the file of another and list it here.
 */
import { azureDevOps } from './azure-devops.ts';
import { bitbucket, bitbucketDataCenter } from './bitbucket.ts';
import { gitea } from './gitea.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import type { Platform, ReportedState, RepositoryPath } from './platform.ts';

const platforms: readonly Platform[] = [github, gitlab, bitbucket, bitbucketDataCenter, azureDevOps, gitea];

/** The product of a repository; undefined where host and page do not show it. */
export function platformOf(host: string, webURL: string): Platform | undefined {
  return platforms.find((platform) => platform.isAt(host, webURL));
}

/** The product whose addresses a repository has; servers with unknown names have the most common ones. */
export function addressesOf(host: string, webURL: string): Platform {
  return platformOf(host, webURL) ?? gitea;
}

/** The host of the site for a host that accepts ssh on the port of https, such as `ssh.github.com`. */
export function siteOfSshHost(host: string): string | undefined {
  const site = platforms.find(({ sshHosts }) => sshHosts.includes(host))?.site;
  return site === undefined ? undefined : new URL(site).host;
}

/** Owner and name, by the parts of a clone URL's path; undefined with fewer than two parts. */
export function splitPath(url: URL, parts: readonly string[]): RepositoryPath | undefined {
  const name = parts.at(-1);
  if (name === undefined || parts.length < 2) return undefined;
  for (const platform of platforms) {
    const found = platform.split?.(url, parts);
    if (found) return found;
  }
  return { owner: parts.slice(0, -1).join('/'), name, page: parts };
}

const states = new Map(platforms.flatMap((platform) => Object.entries(platform.states)));

/** A product's word for a state, in any case and with any separators; undefined for unknown words. */
export function reportedState(word: string): ReportedState | undefined {
  return states.get(word.toLowerCase().replaceAll(/[^a-z]/gu, ''));
}
