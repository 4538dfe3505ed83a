/**
 * Azure Pipelines: jobs by their conditions, each on a machine of its own; variables as environment,
 * secret ones only where a step maps them. https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/
 */
import { getKey, isObject, type Json, type JsonObject } from '../../../plugin/resources/json.ts';
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { textAt } from '../../handback/oracle.ts';
import { holds, type Facts, valueOf } from '../azure-expressions.ts';
import { secretsOf } from '../groups.ts';
import { type System, threeValues } from '../system.ts';
import { copyFiles, objectsOf, type Run, type Variables } from '../world.ts';

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

const runURL = (run: Run): string => {
  const [project] = run.service.url.split('/_git/');
  return `${project}/_build/results?buildId=77`;
};

/** https://learn.microsoft.com/azure/devops/pipelines/build/variables */
function predefined(run: Run, branch: string): Variables {
  return {
    TF_BUILD: 'True',
    'Build.BuildId': '77',
    'Build.Repository.Uri': run.service.url.replace('//', '//acme@'),
    'Build.SourceBranch': branch,
    'Build.SourceVersion': run.service.commit,
    'System.CollectionUri': 'https://dev.azure.com/acme/',
    'System.TeamProject': 'Shop',
  };
}

/** As processes see variables. */
function environment(variables: Variables): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name.replaceAll('.', '_').toUpperCase(), value]),
  );
}

/** `$(name)` by the variable of that name. What is none stays as it is: shells have such words, too. */
function expand(text: string, variables: Variables): string {
  const known = new Map(Object.entries(variables).map(([name, value]) => [name.toLowerCase(), value]));
  return text.replaceAll(/\$\(([^()]*)\)/gu, (all, name: string) => known.get(name.toLowerCase()) ?? all);
}

/** One job while it runs. */
interface Job {
  readonly run: Run;
  /** $(Pipeline.Workspace) */
  readonly workspace: string;
  readonly variables: Record<string, string>;
  readonly secrets: Variables;
  readonly facts: Facts;
  folder: string;
}

/** Runs a script. Gives its exit code, and keeps the variables that it sets for others. */
async function bash(step: JsonObject, job: Job): Promise<number> {
  const { run, variables, secrets } = job;
  const known = { ...variables, ...secrets };
  const mapped = Object.keys(object(getKey(step, 'env'))).map((name): [string, string] => [
    name,
    expand(textAt(step, ['env', name]), known),
  ]);
  const env = { ...environment(variables), ...Object.fromEntries(mapped) };
  const before = run.output.length;
  const script = expand(textAt(step, ['bash']), variables);
  const code = await run.sh(script, ['bash', '--noprofile', '--norc'], job.folder, env);
  const printed = run.output.slice(before).join('');
  for (const [, name = '', value = ''] of printed.matchAll(
    /^##vso\[task\.setvariable variable=(\w+);isOutput=true\](.*)$/gmu,
  ))
    variables[`${textAt(step, ['name'])}.${name}`] = value;
  return code;
}

async function work(step: JsonObject, job: Job): Promise<number> {
  const { run, workspace } = job;
  const [kind = ''] = Object.keys(step);
  switch (kind) {
    case 'checkout': {
      const what = textAt(step, ['checkout']);
      const depth = getKey(step, 'fetchDepth');
      if (what === 'self') job.folder = run.workspace('source', typeof depth === 'number' ? depth : 1);
      job.variables['Build.SourcesDirectory'] = job.folder;
      return 0;
    }
    case 'publish':
      copyFiles(job.folder, run.path(`artifacts/${textAt(step, ['artifact'])}`), [textAt(step, ['publish'])]);
      return 0;
    case 'download': {
      const artifact = textAt(step, ['artifact']);
      copyFiles(run.path(`artifacts/${artifact}`), `${workspace}/${artifact}`, ['image.tar']);
      return 0;
    }
    case 'task':
      if (!textAt(step, ['task']).startsWith('UseNode@'))
        throw new Error(`${textAt(step, ['task'])} is not known here`);
      return 0;
    default:
      return await bash(step, job);
  }
}

/** Runs a job's steps. Building waybill is left out: the tests run the one that was built. */
async function steps(list: readonly JsonObject[], job: Job): Promise<'Succeeded' | 'Failed'> {
  let failed = false;
  for (const step of list.filter((each) => getKey(each, 'displayName') !== 'Build waybill')) {
    const facts = { ...job.facts, variables: job.variables, before: [failed ? 'Failed' : 'Succeeded'] };
    if (!holds(textAt(step, ['condition']) || 'succeeded()', facts)) continue;
    if ((await work(step, job)) !== 0) failed = true;
  }
  return failed ? 'Failed' : 'Succeeded';
}

/** Runs the jobs for a ref. Gives 1 when one of them failed. */
async function deliver(file: JsonObject, run: Run, branch: string): Promise<number> {
  const common = Object.keys(object(getKey(file, 'variables'))).map((name): [string, string] => [
    name,
    textAt(file, ['variables', name]),
  ]);
  const dependencies: Record<string, { result: string; outputs: Variables }> = {};
  // The jobs stand in the order in which they need one another.
  for (const one of objectsOf(getKey(file, 'jobs'))) {
    const workspace = run.workspace('empty');
    const variables: Record<string, string> = {
      ...Object.fromEntries(common),
      ...predefined(run, branch),
      'Pipeline.Workspace': workspace,
    };
    const needed = textAt(one, ['dependsOn']);
    const before = needed === '' ? [] : [dependencies[needed]?.result ?? `no job ${needed}`];
    const facts = { variables, dependencies, before };
    const name = textAt(one, ['job']);
    if (!holds(textAt(one, ['condition']) || 'succeeded()', facts)) {
      dependencies[name] = { result: 'Skipped', outputs: {} };
      continue;
    }
    const declared = objectsOf(getKey(one, 'variables'));
    for (const variable of declared.filter((each) => getKey(each, 'name') !== undefined))
      variables[textAt(variable, ['name'])] = valueOf(textAt(variable, ['value']), facts);
    const groups = declared.map((each) => textAt(each, ['group'])).filter(Boolean);
    const job = { run, workspace, variables, secrets: secretsOf(groups, run), facts, folder: workspace };
    const result = await steps(objectsOf(valueAt(one, ['steps'])), job);
    dependencies[name] = { result, outputs: variables };
  }
  return Object.values(dependencies).some(({ result }) => result === 'Failed') ? 1 : 0;
}

/** @see System */
export const azurePipelines: System = {
  name: 'Azure Pipelines',
  file: 'examples/pipelines/azure-pipelines/azure-pipelines.yml',
  url: (name) => `https://dev.azure.com/acme/Shop/_git/${name}`,
  runURL,
  ref: 'refs/heads/main',
  fill: threeValues,
  execute: async (file, run) => await deliver(file, run, 'refs/heads/main'),
  review: async (file, run) => await deliver(file, run, 'refs/pull/7/merge'),
};
