/**
 * CircleCI: https://circleci.com/docs/variables/
 */
import { type CiSystem, pullRequestNumber, refOf, valueOf } from './facts.ts';

/** @see CiSystem */
export const circleci: CiSystem = {
  name: 'CircleCI',
  detect: (variables) => valueOf(variables, 'CIRCLECI') === 'true',
  facts(variables) {
    const get = (name: string): string | undefined => valueOf(variables, name);
    return {
      repository: get('CIRCLE_REPOSITORY_URL'),
      commit: get('CIRCLE_SHA1'),
      ref: refOf(get('CIRCLE_TAG'), get('CIRCLE_BRANCH')),
      pullRequest: pullRequestNumber(get('CIRCLE_PR_NUMBER') ?? get('CIRCLE_PULL_REQUEST')),
      run: get('CIRCLE_BUILD_URL'),
      checkout: get('CIRCLE_WORKING_DIRECTORY'),
    };
  },
};
