/**
 * Tekton sets no variables of its own: the Task passes its context and its parameters under these names
 * (docs/images.md has the Task):
 *
 * TEKTON_PIPELINE_RUN `$(context.pipelineRun.name)`, TEKTON_NAMESPACE `$(context.pipelineRun.namespace)`,
 * TEKTON_DASHBOARD_URL, TEKTON_GIT_URL and TEKTON_GIT_COMMIT (git-clone's results url and commit), TEKTON_GIT_REF,
 * TEKTON_PULL_REQUEST, TEKTON_SOURCE_PATH `$(workspaces.source.path)`.
 */
import { type CiSystem, pullRequestNumber, valueOf } from './facts.ts';

/** @see CiSystem */
export const tekton: CiSystem = {
  name: 'Tekton',
  detect: (variables) => valueOf(variables, 'TEKTON_PIPELINE_RUN') !== undefined,
  facts(variables) {
    const get = (name: string): string | undefined => valueOf(variables, name);
    const [dashboard, namespace, run] = [
      get('TEKTON_DASHBOARD_URL'),
      get('TEKTON_NAMESPACE'),
      get('TEKTON_PIPELINE_RUN'),
    ];
    const complete = dashboard !== undefined && namespace !== undefined && run !== undefined;
    const ref = get('TEKTON_GIT_REF');
    return {
      repository: get('TEKTON_GIT_URL'),
      commit: get('TEKTON_GIT_COMMIT'),
      ref: ref === undefined || ref.startsWith('refs/') ? ref : `refs/heads/${ref}`,
      pullRequest: pullRequestNumber(get('TEKTON_PULL_REQUEST')),
      run: complete ? `${dashboard.replace(/\/+$/u, '')}/#/namespaces/${namespace}/pipelineruns/${run}` : undefined,
      checkout: get('TEKTON_SOURCE_PATH'),
    };
  },
};
