/**
 * Jenkins: variables of the core, the Git plugin and multibranch pipelines (JENKINS_URL/env-vars.html).
 *
 * A multibranch job that builds pull requests merged with their target has a local merge commit in GIT_COMMIT, and no
 * variable tells: give --source-commit there.
 */
import { type CiSystem, pullRequestNumber, refOf, valueOf } from './facts.ts';

/** @see CiSystem */
export const jenkins: CiSystem = {
  name: 'Jenkins',
  detect: (variables) =>
    valueOf(variables, 'JENKINS_URL') !== undefined || valueOf(variables, 'JENKINS_HOME') !== undefined,
  facts(variables) {
    const get = (name: string): string | undefined => valueOf(variables, name);
    const change = get('CHANGE_ID');
    // GIT_BRANCH has the remote's name in front; BRANCH_NAME of a pull request is PR-7.
    const branch =
      get('CHANGE_BRANCH') ??
      (change === undefined ? get('BRANCH_NAME') : undefined) ??
      get('GIT_BRANCH')?.replace(/^origin\//u, '');
    return {
      repository: get('GIT_URL') ?? get('GIT_URL_1'),
      commit: get('GIT_COMMIT'),
      ref: refOf(get('TAG_NAME'), branch),
      pullRequest: pullRequestNumber(change),
      run: get('BUILD_URL'),
      checkout: get('WORKSPACE'),
    };
  },
};
