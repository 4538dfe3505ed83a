import { describe, expect, it } from 'vitest';
import { detectCi } from './detect.ts';
import type { CiFacts, Variables } from './facts.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const merge = '0'.repeat(40);
const github = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/user-service',
  GITHUB_RUN_ID: '42',
  GITHUB_WORKSPACE: '/w',
};
const onGithub = {
  repository: 'https://github.com/acme/user-service',
  run: 'https://github.com/acme/user-service/actions/runs/42',
  checkout: '/w',
};
const pullEvent = JSON.stringify({ pull_request: { number: 12, head: { sha: commit, ref: 'feature' } } });
const runEvent = JSON.stringify({ workflow_run: { head_sha: commit, head_branch: 'main' } });
const azure = {
  TF_BUILD: 'True',
  BUILD_REPOSITORY_URI: 'https://acme@dev.azure.com/acme/My%20Shop/_git/api',
  SYSTEM_COLLECTIONURI: 'https://dev.azure.com/acme/',
  SYSTEM_TEAMPROJECT: 'My Shop',
  BUILD_BUILDID: '7',
  BUILD_SOURCEVERSION: merge,
  BUILD_SOURCEBRANCH: 'refs/heads/main',
  BUILD_SOURCESDIRECTORY: '/s',
};
const onAzure = {
  repository: 'https://dev.azure.com/acme/My%20Shop/_git/api',
  run: 'https://dev.azure.com/acme/My%20Shop/_build/results?buildId=7',
  checkout: '/s',
};

const table: [string, Variables, string | undefined, CiFacts & { system: string }][] = [
  [
    'a push',
    { ...github, GITHUB_EVENT_NAME: 'push', GITHUB_SHA: commit, GITHUB_REF: 'refs/heads/main' },
    undefined,
    { system: 'GitHub Actions', ...onGithub, commit, ref: 'refs/heads/main' },
  ],
  [
    "a pull request: its head, not GitHub's merge commit",
    {
      ...github,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_SHA: merge,
      GITHUB_REF: 'refs/pull/12/merge',
      GITHUB_EVENT_PATH: '/event.json',
    },
    pullEvent,
    { system: 'GitHub Actions', ...onGithub, commit, ref: 'refs/heads/feature', pullRequest: 12 },
  ],
  [
    'a pull request without a readable payload: rather no commit than a wrong one',
    {
      ...github,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_SHA: merge,
      GITHUB_REF: 'refs/pull/12/merge',
      GITHUB_EVENT_PATH: '/event.json',
    },
    'broken',
    { system: 'GitHub Actions', ...onGithub, pullRequest: 12 },
  ],
  [
    'a workflow after another: the commit of the other',
    {
      ...github,
      GITHUB_EVENT_NAME: 'workflow_run',
      GITHUB_SHA: merge,
      GITHUB_REF: 'refs/heads/default',
      GITHUB_EVENT_PATH: '/event.json',
    },
    runEvent,
    { system: 'GitHub Actions', ...onGithub, commit, ref: 'refs/heads/main' },
  ],
  [
    'a branch pipeline',
    {
      GITLAB_CI: 'true',
      CI_PROJECT_URL: 'https://gitlab.com/a/b/c',
      CI_COMMIT_SHA: commit,
      CI_COMMIT_BRANCH: 'main',
      CI_PIPELINE_URL: 'https://gitlab.com/a/b/c/-/pipelines/1',
      CI_PROJECT_DIR: '/b',
    },
    undefined,
    {
      system: 'GitLab CI',
      repository: 'https://gitlab.com/a/b/c',
      commit,
      ref: 'refs/heads/main',
      run: 'https://gitlab.com/a/b/c/-/pipelines/1',
      checkout: '/b',
    },
  ],
  [
    'a merged-results pipeline',
    {
      GITLAB_CI: 'true',
      CI_COMMIT_SHA: merge,
      CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: commit,
      CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'x',
      CI_MERGE_REQUEST_IID: '3',
    },
    undefined,
    { system: 'GitLab CI', commit, ref: 'refs/heads/x', pullRequest: 3 },
  ],
  [
    'a tag pipeline',
    { GITLAB_CI: 'true', CI_COMMIT_SHA: commit, CI_COMMIT_TAG: 'v1', CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: '' },
    undefined,
    { system: 'GitLab CI', commit, ref: 'refs/tags/v1' },
  ],
  [
    'a job',
    {
      JENKINS_URL: 'https://j',
      GIT_URL: 'https://bot:secret@github.com/acme/a.git',
      GIT_COMMIT: commit,
      GIT_BRANCH: 'origin/main',
      BUILD_URL: 'https://j/1/',
      WORKSPACE: '/w',
    },
    undefined,
    {
      system: 'Jenkins',
      repository: 'https://github.com/acme/a',
      commit,
      ref: 'refs/heads/main',
      run: 'https://j/1/',
      checkout: '/w',
    },
  ],
  [
    'a multibranch pull request',
    { JENKINS_URL: 'https://j', GIT_COMMIT: commit, BRANCH_NAME: 'PR-7', CHANGE_ID: '7', CHANGE_BRANCH: 'feature' },
    undefined,
    { system: 'Jenkins', commit, ref: 'refs/heads/feature', pullRequest: 7 },
  ],
  [
    'a Task that passes its parameters',
    {
      TEKTON_PIPELINE_RUN: 'run-1',
      TEKTON_NAMESPACE: 'ci',
      TEKTON_DASHBOARD_URL: 'https://t/',
      TEKTON_GIT_URL: 'https://github.com/acme/a',
      TEKTON_GIT_COMMIT: commit,
      TEKTON_GIT_REF: 'main',
    },
    undefined,
    {
      system: 'Tekton',
      repository: 'https://github.com/acme/a',
      commit,
      ref: 'refs/heads/main',
      run: 'https://t/#/namespaces/ci/pipelineruns/run-1',
    },
  ],
  [
    'a job',
    {
      CIRCLECI: 'true',
      CIRCLE_REPOSITORY_URL: 'git@github.com:acme/a.git',
      CIRCLE_SHA1: commit,
      CIRCLE_BRANCH: 'main',
      CIRCLE_PULL_REQUEST: 'https://github.com/acme/a/pull/9',
      CIRCLE_BUILD_URL: 'https://c/1',
    },
    undefined,
    {
      system: 'CircleCI',
      repository: 'git@github.com:acme/a',
      commit,
      ref: 'refs/heads/main',
      pullRequest: 9,
      run: 'https://c/1',
    },
  ],
  ['a branch', azure, undefined, { system: 'Azure Pipelines', ...onAzure, commit: merge, ref: 'refs/heads/main' }],
  [
    'a pull request',
    {
      ...azure,
      SYSTEM_PULLREQUEST_SOURCECOMMITID: commit,
      SYSTEM_PULLREQUEST_SOURCEBRANCH: 'refs/heads/x',
      SYSTEM_PULLREQUEST_PULLREQUESTID: '31',
    },
    undefined,
    { system: 'Azure Pipelines', ...onAzure, commit, ref: 'refs/heads/x', pullRequest: 31 },
  ],
  [
    'a step',
    {
      BITBUCKET_BUILD_NUMBER: '5',
      BITBUCKET_REPO_FULL_NAME: 'acme/a',
      BITBUCKET_COMMIT: commit,
      BITBUCKET_TAG: 'v1',
      BITBUCKET_PR_ID: '2',
    },
    undefined,
    {
      system: 'Bitbucket Pipelines',
      repository: 'https://bitbucket.org/acme/a',
      commit,
      ref: 'refs/tags/v1',
      pullRequest: 2,
      run: 'https://bitbucket.org/acme/a/pipelines/results/5',
    },
  ],
];

describe('detectCi', () => {
  it.each(table)('$3.system: %s', (_name, variables, event, expected) => {
    expect(detectCi(variables, () => event)).toEqual(expected);
  });

  it('knows when there is no CI system', () => {
    expect(detectCi({ HOME: '/root', CI: 'true', GITHUB_ACTIONS: '' }, () => undefined)).toBeUndefined();
  });
});
