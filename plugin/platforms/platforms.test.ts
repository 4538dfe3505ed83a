import { describe, expect, it } from 'vitest';
import { azureDevOps } from './azure-devops.ts';
import { bitbucket, bitbucketDataCenter } from './bitbucket.ts';
import { gitea } from './gitea.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { platformOf, reportedState } from './platforms.ts';

const all = [github, gitlab, bitbucket, bitbucketDataCenter, azureDevOps, gitea];

describe('platformOf', () => {
  it.each([
    ['https://github.com/acme/a', 'github'],
    ['https://gitlab.com/acme/a', 'gitlab'],
    ['https://gitlab.acme.dev:8443/acme/a', 'gitlab'],
    ['https://code.gitlab.acme.dev/acme/a', 'gitlab'],
    ['https://bitbucket.org/acme/a', 'bitbucket'],
    ['https://git.acme.dev/projects/SHOP/repos/a', 'bitbucket-data-center'],
    ['https://git.acme.dev/users/jo/repos/a', 'bitbucket-data-center'],
    ['https://dev.azure.com/acme/shop/_git/a', 'azure-devops'],
    ['https://acme.visualstudio.com/shop/_git/a', 'azure-devops'],
    ['https://codeberg.org/acme/a', 'gitea'],
    ['https://notgitlab.com/acme/a', undefined],
    ['https://github.com.acme.dev/acme/a', undefined],
    ['https://git.acme.dev/acme/a', undefined],
  ])('%s: %s', (url, key) => {
    expect(platformOf(new URL(url).host, url)?.key).toBe(key);
  });
});

describe('words for states', () => {
  it('mean the same at every product that has them', () => {
    const meanings = new Map<string, Set<string>>();
    for (const [word, state] of all.flatMap(({ states }) => Object.entries(states)))
      meanings.set(word, (meanings.get(word) ?? new Set()).add(state));
    expect([...meanings].filter(([, states]) => states.size > 1)).toEqual([]);
  });

  it.each([
    ['SUCCESSFUL', 'success'],
    ['INPROGRESS', 'in_progress'],
    ['in_progress', 'in_progress'],
    ['notSet', 'in_progress'],
    ['waiting', 'queued'],
    ['canceled', 'failure'],
    ['green', undefined],
    ['constructor', undefined],
  ])('%s: %s', (word, state) => {
    expect(reportedState(word)).toBe(state);
  });
});
