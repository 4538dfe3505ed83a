/**
 * GitLab CI: https://docs.gitlab.com/ci/variables/predefined_variables/
 *
 * In a merged-results pipeline CI_COMMIT_SHA is a temporary merge commit; CI_MERGE_REQUEST_SOURCE_BRANCH_SHA, which is
 * set then only, is the merge request's head.
 */
import { type CiSystem, pullRequestNumber, refOf, valueOf } from './facts.ts';

/** @see CiSystem */
export const gitlabCi: CiSystem = {
  name: 'GitLab CI',
  detect: (variables) => valueOf(variables, 'GITLAB_CI') === 'true',
  facts(variables) {
    const get = (name: string): string | undefined => valueOf(variables, name);
    const branch = get('CI_MERGE_REQUEST_SOURCE_BRANCH_NAME') ?? get('CI_COMMIT_BRANCH');
    return {
      repository: get('CI_PROJECT_URL'),
      commit: get('CI_MERGE_REQUEST_SOURCE_BRANCH_SHA') ?? get('CI_COMMIT_SHA'),
      ref: refOf(get('CI_COMMIT_TAG'), branch),
      pullRequest: pullRequestNumber(get('CI_MERGE_REQUEST_IID')),
      run: get('CI_PIPELINE_URL'),
      checkout: get('CI_PROJECT_DIR'),
    };
  },
};
