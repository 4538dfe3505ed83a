/**
 * CircleCI for a push: the workflows' jobs by what they require, each on a machine of its own with the secrets of
 * its contexts, and a workspace that jobs add files to. https://circleci.com/docs/configuration-reference/
 */
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../../plugin/resources/json.ts';
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { textAt } from '../../handback/oracle.ts';
import { secretsOf } from '../groups.ts';
import { type System, threeValues } from '../system.ts';
import { copyFiles, objectsOf, type Run, type Variables } from '../world.ts';

const list = (value: Json | undefined): string[] =>
  isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

// Every job has a page; one stands for all of them here.
const runURL = (run: Run): string => `https://circleci.com/gh/acme/${run.service.name}/77`;

/** https://circleci.com/docs/variables/ */
function builtIn(run: Run, branch: string, folder: string): Variables {
  return {
    CI: 'true',
    CIRCLECI: 'true',
    CIRCLE_BRANCH: branch,
    CIRCLE_BUILD_URL: runURL(run),
    CIRCLE_REPOSITORY_URL: `git@github.com:${new URL(run.service.url).pathname.slice(1)}.git`,
    CIRCLE_SHA1: run.service.commit,
    CIRCLE_WORKING_DIRECTORY: folder,
  };
}

/** https://circleci.com/docs/pipeline-variables/ */
function withPipelineValues(text: string, run: Run): string {
  return text.replaceAll(/<<(.*?)>>/gu, (_all, name: string) => {
    if (name.trim() !== 'pipeline.project.git_url') throw new Error(`${name} is not known here`);
    return run.service.url;
  });
}

/** A job of a workflow. */
interface Planned {
  readonly name: string;
  readonly requires: readonly string[];
  readonly contexts: readonly string[];
}

/** The jobs of a workflow that run for a branch. */
function planned(workflow: Json | undefined, branch: string): Planned[] {
  return objectsOf(valueAt(workflow, ['jobs']))
    .flatMap((entry) => Object.entries(entry))
    .filter(([, options]) => {
      const only = list(valueAt(options, ['filters', 'branches', 'only']));
      const ignored = list(valueAt(options, ['filters', 'branches', 'ignore']));
      return (only.length === 0 || only.includes(branch)) && !ignored.includes(branch);
    })
    .map(([name, options]) => ({
      name,
      requires: list(valueAt(options, ['requires'])),
      contexts: list(valueAt(options, ['context'])),
    }));
}

/** Runs a job's steps; `shared` are the files of the workspace. Gives the exit code of the last. */
async function work(job: JsonObject, env: (folder: string) => Variables, run: Run, shared: string[]): Promise<number> {
  const steps = getKey(job, 'steps');
  const all = isArray(steps) ? steps : [];
  const folder = run.workspace(all.includes('checkout') ? 'source' : 'empty');
  const workspace = run.path('workspace');
  for (const step of all) {
    const command = valueAt(step, ['run', 'command']);
    const kept = valueAt(step, ['persist_to_workspace']);
    if (typeof command === 'string') {
      const code = await run.sh(command, ['bash', '-eo', 'pipefail'], folder, env(folder));
      if (code !== 0) return code;
    } else if (kept !== undefined) {
      const paths = list(valueAt(kept, ['paths']));
      copyFiles(folder, workspace, paths);
      shared.push(...paths);
    } else if (valueAt(step, ['attach_workspace']) !== undefined) {
      copyFiles(workspace, folder, shared);
    } else if (step !== 'checkout') {
      throw new Error(`${JSON.stringify(step)} is not known here`);
    }
  }
  return 0;
}

/** Runs the workflows for a push to a branch. Gives 1 when a job failed. */
async function deliver(file: JsonObject, run: Run, branch: string): Promise<number> {
  const jobs = object(getKey(file, 'jobs'));
  for (const workflow of Object.values(object(getKey(file, 'workflows')))) {
    const done = new Set<string>();
    const shared: string[] = [];
    for (const { name, requires, contexts } of planned(workflow, branch)) {
      // The jobs stand in the order in which they need one another.
      if (requires.some((other) => !done.has(other))) throw new Error(`${name} does not run: it requires others`);
      const job = object(getKey(jobs, name));
      const environment = object(getKey(job, 'environment'));
      const own = Object.keys(environment).map((key): [string, string] => [
        key,
        withPipelineValues(textAt(environment, [key]), run),
      ]);
      const env = (folder: string): Variables => ({
        ...Object.fromEntries(own),
        ...builtIn(run, branch, folder),
        ...secretsOf(contexts, run),
      });
      if ((await work(job, env, run, shared)) !== 0) return 1;
      done.add(name);
    }
  }
  return 0;
}

/** @see System */
export const circleci: System = {
  name: 'CircleCI',
  file: 'examples/pipelines/circleci/config.yml',
  url: (name) => `https://github.com/acme/${name}`,
  runURL,
  ref: 'refs/heads/main',
  fill: threeValues,
  execute: async (file, run) => await deliver(file, run, 'main'),
  review: async (file, run) => await deliver(file, run, 'feature'),
};
