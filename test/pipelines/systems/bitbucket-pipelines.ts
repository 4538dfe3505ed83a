/**
 * Bitbucket Pipelines for a push to main: steps in order, each in a clone of its own, artifacts for later steps.
 * https://support.atlassian.com/bitbucket-cloud/docs/step-options/
 */
import { getKey, isArray, type Json } from '../../../plugin/resources/json.ts';
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { type System, threeValues } from '../system.ts';
import { copyFiles, credentials, objectsOf, type Run } from '../world.ts';

const lines = (value: Json | undefined): string[] => (isArray(value) ? value.map(String) : []);

const runURL = (run: Run): string => `${run.service.url}/pipelines/results/77`;

/** @see System */
export const bitbucketPipelines: System = {
  name: 'Bitbucket Pipelines',
  file: 'examples/pipelines/bitbucket-pipelines/bitbucket-pipelines.yml',
  url: (name) => `https://bitbucket.org/acme/${name}`,
  runURL,
  ref: 'refs/heads/main',
  fill: threeValues,
  async execute(file, run) {
    const kept: string[] = [];
    for (const item of objectsOf(valueAt(file, ['pipelines', 'branches', 'main']))) {
      const step = getKey(item, 'step');
      const depth = valueAt(step, ['clone', 'depth']);
      const folder = run.workspace('source', typeof depth === 'number' ? depth : 50);
      copyFiles(run.path('artifacts'), folder, kept);
      // https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
      const env = {
        ...credentials(run),
        CI: 'true',
        BITBUCKET_BUILD_NUMBER: '77',
        BITBUCKET_BRANCH: 'main',
        BITBUCKET_COMMIT: run.service.commit,
        BITBUCKET_REPO_FULL_NAME: new URL(run.service.url).pathname.slice(1),
        BITBUCKET_CLONE_DIR: folder,
      };
      const script = lines(valueAt(step, ['script'])).join('\n');
      if ((await run.sh(script, ['bash', '-e'], folder, env)) !== 0) return 1;
      const paths = lines(valueAt(step, ['artifacts']));
      copyFiles(folder, run.path('artifacts'), paths);
      kept.push(...paths);
    }
    return 0;
  },
};
