/**
 * Bitbucket Pipelines: https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
 */
import { type CiSystem, pullRequestNumber, refOf, valueOf } from './facts.ts';

/** @see CiSystem */
export const bitbucketPipelines: CiSystem = {
  name: 'Bitbucket Pipelines',
  detect: (variables) => valueOf(variables, 'BITBUCKET_BUILD_NUMBER') !== undefined,
  facts(variables) {
    const get = (name: string): string | undefined => valueOf(variables, name);
    const [repository, build] = [get('BITBUCKET_REPO_FULL_NAME'), get('BITBUCKET_BUILD_NUMBER')];
    // BITBUCKET_GIT_HTTP_ORIGIN says http://, which the site only redirects.
    const url = repository === undefined ? undefined : `https://bitbucket.org/${repository}`;
    return {
      repository: url,
      commit: get('BITBUCKET_COMMIT'),
      ref: refOf(get('BITBUCKET_TAG'), get('BITBUCKET_BRANCH')),
      pullRequest: pullRequestNumber(get('BITBUCKET_PR_ID')),
      run: url === undefined ? undefined : `${url}/pipelines/results/${build}`,
      checkout: get('BITBUCKET_CLONE_DIR'),
    };
  },
};
