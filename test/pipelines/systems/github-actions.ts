/**
 * Runs a GitHub workflow's own steps. Actions of others are stood in for by what their documentation says they leave
 * behind; the composite action of this repository is run.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { getKey, isObject, type Json, type JsonObject } from '../../../plugin/resources/json.ts';
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { interpolate, isMet, type Outcome } from '../../tools/github-expressions.ts';
import { assignments, copyFiles, documents, objectsOf, type Run, secret, type Variables } from '../world.ts';
import type { System } from '../system.ts';

const shells: Readonly<Record<string, readonly string[]>> = {
  // https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
  default: ['bash', '-e'],
  bash: ['bash', '--noprofile', '--norc', '-eo', 'pipefail'],
};

const text = (value: Json | undefined): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);

/** Every text of a mapping, evaluated. */
function texts(value: Json | undefined, contexts: JsonObject): Record<string, string> {
  const entries = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([key, one]) => [key, interpolate(text(one), contexts)]));
}

/** One job while it runs. */
interface Job {
  readonly run: Run;
  readonly folder: string;
  readonly env: Variables;
  readonly contexts: JsonObject;
}

function basic(token: string): string {
  return `AUTHORIZATION: basic ${Buffer.from(`ci:${token}`).toString('base64')}`;
}

/** What the actions of others do, as far as later steps see it: their outputs. */
async function other(action: string, inputs: Variables, { run, folder }: Job): Promise<JsonObject> {
  const git = async (script: string): Promise<void> => {
    if ((await run.sh(script, ['sh', '-e'], folder, {})) !== 0) throw new Error(`${action}: ${run.output.join('')}`);
  };
  switch (action.replace(/@.*$/u, '')) {
    case 'actions/checkout': {
      const path = join(folder, inputs['path'] ?? '.');
      if (inputs['repository'] === undefined) {
        if (inputs['persist-credentials'] !== 'false') throw new Error('the source checkout keeps a credential');
        const commit = inputs['ref'] ?? run.service.commit;
        const depth = inputs['fetch-depth'] ?? '1';
        await git(
          `git init -q ${path}; cd ${path}; git remote add origin ${run.service.url}; git fetch -q --depth=${depth} origin ${commit}; git checkout -q --detach ${commit}; chmod +x run-tests.sh`,
        );
        return { commit };
      }
      // The token stays in the configuration of the clone, as an extra header for its server alone.
      await git(
        `git init -q -b main ${path}; cd ${path}; git config http.${new URL(run.deployments).origin}/.extraheader '${basic(inputs['token'] ?? '')}'; git remote add origin ${run.deployments}; git fetch -q --depth=1 origin main; git checkout -q -B main refs/remotes/origin/main`,
      );
      return { repository: inputs['repository'] ?? '' };
    }
    case 'actions/create-github-app-token':
      if (inputs['permission-contents'] !== 'write' || !inputs['repositories'])
        throw new Error('a token for everything');
      return { token: inputs['private-key'] ?? '' };
    case 'docker/login-action':
      writeFileSync(join(text(run.env['STAND_INS']), encodeURIComponent(`login ${inputs['registry']}`)), '');
      return {};
    case 'actions/upload-artifact':
      copyFiles(folder, run.path('artifacts'), [inputs['path'] ?? '']);
      return {};
    case 'actions/download-artifact':
      copyFiles(run.path('artifacts'), folder, ['image.tar']);
      return {};
    case 'sigstore/cosign-installer':
    case 'actions/setup-node':
      return {};
    default:
      throw new Error(`${action} is not known here`);
  }
}

interface Step {
  readonly outcome: Outcome | 'skipped';
  readonly outputs: JsonObject;
}

async function step(one: JsonObject, job: Job, outcome: Outcome): Promise<Step> {
  const { run, folder, contexts } = job;
  const condition = getKey(one, 'if');
  if (!isMet(typeof condition === 'string' ? condition : undefined, contexts, outcome))
    return { outcome: 'skipped', outputs: {} };
  const uses = text(getKey(one, 'uses'));
  const inputs = texts(getKey(one, 'with'), contexts);
  if (uses.startsWith('acme/waybill/')) {
    const [path = ''] = uses.slice('acme/waybill/'.length).split('@');
    return await composite(resolve(path), inputs, job);
  }
  if (uses !== '') return { outcome: 'success', outputs: await other(uses, inputs, job) };
  const file = join(folder, '..', `output-${Math.random()}`);
  const env = { ...job.env, ...texts(getKey(one, 'env'), contexts), GITHUB_OUTPUT: file };
  const shell = shells[text(getKey(one, 'shell')) || 'default'] ?? [];
  const code = await run.sh(interpolate(text(getKey(one, 'run')), contexts), shell, folder, env);
  return { outcome: code === 0 ? 'success' : 'failure', outputs: assignments(file) };
}

/** Steps in order, with the context `steps`. Building waybill is left out: the tests run the one that was built. */
async function steps(list: readonly JsonObject[], job: Job): Promise<{ outcome: Outcome; contexts: JsonObject }> {
  let outcome: Outcome = 'success';
  const past: Record<string, Json> = {};
  const contexts = { ...job.contexts, steps: past };
  for (const one of list.filter((each) => getKey(each, 'name') !== 'Build waybill')) {
    const done = await step(one, { ...job, contexts }, outcome);
    if (done.outcome === 'failure') outcome = 'failure';
    const id = text(getKey(one, 'id'));
    if (id !== '') past[id] = { ...done };
  }
  return { outcome, contexts };
}

async function composite(path: string, inputs: Variables, job: Job): Promise<Step> {
  const [action = {}] = documents(readFileSync(join(path, 'action.yml'), 'utf8'));
  const declared = getKey(action, 'inputs');
  const defaults = Object.entries(isObject(declared) ? declared : {}).map(([name, one]): [string, string] => {
    const value = valueAt(one, ['default']);
    if (value === undefined && inputs[name] === undefined) throw new Error(`the input ${name} is missing`);
    return [name, text(value)];
  });
  const given: Record<string, string> = { ...Object.fromEntries(defaults), ...inputs };
  const env = { ...job.env, GITHUB_ACTION_PATH: path };
  const inside = { ...job, env, contexts: { ...job.contexts, inputs: given } };
  const { outcome, contexts } = await steps(objectsOf(valueAt(action, ['runs', 'steps'])), inside);
  const outputs = getKey(action, 'outputs');
  const values = Object.entries(isObject(outputs) ? outputs : {}).map(([name, one]): [string, string] => [
    name,
    interpolate(text(valueAt(one, ['value'])), contexts),
  ]);
  return { outcome, outputs: Object.fromEntries(values) };
}

const runURL = (run: Run): string => `${run.service.url}/actions/runs/77`;

/** @see System */
export const githubActions: System = {
  name: 'GitHub Actions',
  file: 'examples/pipelines/github-actions/deliver.yml',
  url: (name) => `https://github.com/acme/${name}`,
  runURL,
  ref: 'refs/heads/main',
  fill: { IMAGE: ({ service }) => service.image, APPLICATION: ({ service }) => service.name },
  async execute(workflow, run) {
    const file = run.path('event.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ ref: 'refs/heads/main', after: run.service.commit }));
    const [owner = '', repository = ''] = new URL(run.service.url).pathname.slice(1).split('/');
    // https://docs.github.com/actions/reference/workflows-and-actions/variables
    const variables = {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_API_URL: run.web,
      GITHUB_REPOSITORY: `${owner}/${repository}`,
      GITHUB_SHA: run.service.commit,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_RUN_ID: '77',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_EVENT_PATH: file,
      // Only jobs with id-token: write have them.
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret,
    };
    const github = {
      event_name: 'push',
      sha: run.service.commit,
      ref: 'refs/heads/main',
      actor: 'jo',
      token: secret,
      repository_owner: owner,
      event: {},
    };
    const base = { github, vars: { DEPLOYMENTS_APP: '1' }, secrets: { DEPLOYMENTS_APP_KEY: secret } };
    const env = texts(getKey(workflow, 'env'), base);
    const jobs = getKey(workflow, 'jobs');
    const needs: Record<string, Json> = {};
    let result: Outcome = 'success';
    // The jobs stand in the order in which they need one another.
    for (const [name, job] of Object.entries(isObject(jobs) ? jobs : {})) {
      if (!isObject(job)) continue;
      const needed = text(getKey(job, 'needs'));
      const before = needed === '' ? 'success' : text(valueAt(needs, [needed, 'result']));
      const contexts = { ...base, env, needs };
      const condition = getKey(job, 'if');
      const outcome: Outcome = before === 'success' ? 'success' : 'failure';
      if (!isMet(typeof condition === 'string' ? condition : undefined, contexts, outcome)) {
        needs[name] = { result: 'skipped', outputs: {} };
        continue;
      }
      const folder = run.workspace('empty');
      const all = { ...env, ...variables, GITHUB_WORKSPACE: folder, ...texts(getKey(job, 'env'), contexts) };
      const done = await steps(objectsOf(getKey(job, 'steps')), { run, folder, env: all, contexts });
      if (done.outcome === 'failure') result = 'failure';
      const outputs = texts(getKey(job, 'outputs'), done.contexts);
      needs[name] = { result: done.outcome, outputs };
    }
    return result === 'success' ? 0 : 1;
  },
};
