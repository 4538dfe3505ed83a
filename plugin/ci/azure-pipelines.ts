/**
 * Azure Pipelines: https://learn.microsoft.com/azure/devops/pipelines/build/variables
 *
 * For pull requests BUILD_SOURCEVERSION is a temporary merge commit; SYSTEM_PULLREQUEST_SOURCECOMMITID is the head.
 */
import { type CiSystem, pullRequestNumber, valueOf } from './facts.ts';

/** @see CiSystem */
export const azurePipelines: CiSystem = {
  name: 'Azure Pipelines',
  detect: (variables) => valueOf(variables, 'TF_BUILD')?.toLowerCase() === 'true',
  facts(variables) {
    const get = (name: string): string | undefined => valueOf(variables, name);
    const [server, project, build] = [get('SYSTEM_COLLECTIONURI'), get('SYSTEM_TEAMPROJECT'), get('BUILD_BUILDID')];
    const complete = server !== undefined && project !== undefined && build !== undefined;
    const base = complete ? `${server.replace(/\/*$/u, '/')}${encodeURIComponent(project)}` : undefined;
    return {
      repository: get('BUILD_REPOSITORY_URI'),
      commit: get('SYSTEM_PULLREQUEST_SOURCECOMMITID') ?? get('BUILD_SOURCEVERSION'),
      ref: get('SYSTEM_PULLREQUEST_SOURCEBRANCH') ?? get('BUILD_SOURCEBRANCH'),
      // The number is GitHub's; repositories of Azure DevOps have the id alone.
      pullRequest: pullRequestNumber(
        get('SYSTEM_PULLREQUEST_PULLREQUESTNUMBER') ?? get('SYSTEM_PULLREQUEST_PULLREQUESTID'),
      ),
      run: base === undefined ? undefined : `${base}/_build/results?buildId=${build}`,
      checkout: get('BUILD_SOURCESDIRECTORY'),
    };
  },
};
