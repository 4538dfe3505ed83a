/**
 * GitLab CI for a push to the default branch: stages in order, every job in a clone of its own, artifacts and dotenv
 * reports for later jobs. https://docs.gitlab.com/ci/yaml/
 */
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../../plugin/resources/json.ts';
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { ruleHolds } from '../../ci-schemas/gitlab.mjs';
import { textAt } from '../../handback/oracle.ts';
import { type System, threeValues } from '../system.ts';
import { assignments, copyFiles, credentials, objectsOf, type Run, secret, type Variables } from '../world.ts';

const lines = (value: Json | undefined): string[] => (isArray(value) ? value.map(String) : []);
const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const texts = (value: Json | undefined): Variables =>
  Object.fromEntries(Object.entries(object(value)).map(([name, one]) => [name, textAt(one, [])]));

const runURL = (run: Run): string => `${run.service.url}/-/pipelines/77`;

/** https://docs.gitlab.com/ci/variables/predefined_variables/ */
function predefined(run: Run): Variables {
  return {
    CI: 'true',
    GITLAB_CI: 'true',
    CI_COMMIT_SHA: run.service.commit,
    CI_COMMIT_BRANCH: 'main',
    CI_DEFAULT_BRANCH: 'main',
    CI_PIPELINE_SOURCE: 'push',
    CI_PIPELINE_URL: runURL(run),
    CI_PROJECT_URL: run.service.url,
    CI_REGISTRY_USER: 'gitlab-ci-token',
    CI_REGISTRY_PASSWORD: secret,
  };
}

/** A job with what it extends: mappings are merged, all else is replaced. */
function extended(file: JsonObject, job: JsonObject): JsonObject {
  const base = object(getKey(file, textAt(job, ['extends'])));
  const variables = { ...object(getKey(base, 'variables')), ...object(getKey(job, 'variables')) };
  return { ...base, ...job, variables };
}

function takesPart(job: JsonObject, variables: Variables): boolean {
  const rules = objectsOf(getKey(job, 'rules'));
  return rules.length === 0 || rules.some((rule) => ruleHolds(textAt(rule, ['if']), { ...variables }));
}

/** @see System */
export const gitlab: System = {
  name: 'GitLab CI',
  file: 'examples/pipelines/gitlab/.gitlab-ci.yml',
  url: (name) => `https://gitlab.com/acme/${name}`,
  runURL,
  ref: 'refs/heads/main',
  fill: threeValues,
  async execute(file, run) {
    const common = { ...texts(getKey(file, 'variables')), ...credentials(run), ...predefined(run) };
    if (!takesPart(object(getKey(file, 'workflow')), common)) throw new Error('a push to main starts no pipeline');
    const kept: string[] = [];
    const told: Record<string, string> = {};
    for (const stage of lines(getKey(file, 'stages'))) {
      for (const [name, one] of Object.entries(file)) {
        const job = extended(file, object(one));
        if (name.startsWith('.') || getKey(job, 'stage') !== stage || !takesPart(job, common)) continue;
        const variables = texts(getKey(job, 'variables'));
        const folder = run.workspace('source', Number(variables['GIT_DEPTH'] ?? '20'));
        copyFiles(run.path('artifacts'), folder, kept);
        const tokens = Object.keys(object(getKey(job, 'id_tokens'))).map((token): [string, string] => [token, secret]);
        const env = { ...common, ...variables, ...told, ...Object.fromEntries(tokens), CI_PROJECT_DIR: folder };
        const script = [...lines(getKey(job, 'before_script')), ...lines(getKey(job, 'script'))].join('\n');
        if ((await run.sh(script, ['sh', '-e'], folder, env)) !== 0) return 1;
        const paths = lines(valueAt(job, ['artifacts', 'paths']));
        copyFiles(folder, run.path('artifacts'), paths);
        kept.push(...paths);
        const report = valueAt(job, ['artifacts', 'reports', 'dotenv']);
        if (typeof report === 'string') Object.assign(told, assignments(`${folder}/${report}`));
      }
    }
    return 0;
  },
};
