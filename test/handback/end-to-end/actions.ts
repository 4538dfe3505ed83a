/**
 * GitHub Actions as far as a generated workflow needs it: what starts it, its `if`, its environment, and its shell
 * steps, with GitHub's own evaluator of expressions.
 *
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../../plugin/resources/json.ts';
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { readYaml } from '../../../plugin/yaml/read.ts';
import { interpolate, isMet } from '../../tools/github-expressions.ts';
import { textAt } from '../oracle.ts';
import type { Ran, World } from './world.ts';

/** What a run is about. */
export interface Run {
  /** The event's name: `deployment_status`, `workflow_call`, … */
  readonly event: string;
  readonly payload: JsonObject;
  /** `owner/name` */
  readonly repository: string;
  readonly sha: string;
  readonly inputs?: JsonObject;
  readonly secrets?: JsonObject;
  /** Paths that a push changed. */
  readonly changed?: readonly string[];
}

/** Where it runs. */
export interface ActionsOptions {
  readonly world: World;
  /** Replaces variables of the job, such as the address of the API; the checkout gets them too. */
  readonly env?: Readonly<Record<string, string>>;
}

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/** Whether the workflow's `on` names the event, with the type, branch and paths that it asks for. */
function starts(on: Json | undefined, { event, payload, changed = [] }: Run): boolean {
  const trigger = getKey(object(on), event);
  if (trigger === undefined) return false;
  const list = (key: string): string[] | undefined => {
    const value = getKey(object(trigger), key);
    return isArray(value) ? value.map(String) : undefined;
  };
  const [types, branches, paths] = ['types', 'branches', 'paths'].map(list);
  return (
    (types?.includes(textAt(payload, ['action'])) ?? true) &&
    (branches?.includes(textAt(payload, ['ref']).replace('refs/heads/', '')) ?? true) &&
    (paths === undefined || changed.some((path) => picomatch(paths)(path)))
  );
}

/** Runs a workflow for an event. Undefined when it is not for it. */
export async function runWorkflow(
  text: string,
  run: Run,
  { world, env = {} }: ActionsOptions,
): Promise<Ran | undefined> {
  const workflow = object(readYaml(text, { file: 'workflow', duplicateKeys: 'error' })[0]?.value);
  if (!starts(workflow['on'], run)) return undefined;
  const job = Object.values(object(workflow['jobs'])).find(isObject);
  const context: JsonObject = {
    github: {
      event: run.payload,
      event_name: run.event,
      repository: run.repository,
      sha: run.sha,
      run_id: '42',
      server_url: 'https://github.com',
      token: 'ghs_workflow',
    },
    inputs: run.inputs ?? {},
    secrets: run.secrets ?? {},
  };
  const condition = job?.['if'];
  if (!isMet(typeof condition === 'string' ? condition : undefined, context, 'success')) return undefined;
  const variables = Object.fromEntries(
    Object.keys(object(job?.['env'])).map((name) => [name, interpolate(textAt(job, ['env', name]), context)]),
  );
  const workspace = mkdtempSync(join(world.folder, 'workspace-'));
  const shell = [textAt(job, ['defaults', 'run', 'shell']), '-e'];
  const steps = valueAt(job ?? {}, ['steps']);
  let ran: Ran = { code: 1, output: 'the workflow has no steps' };
  for (const step of isArray(steps) ? steps : []) {
    const uses = textAt(step, ['uses']);
    if (uses.startsWith('actions/checkout@')) {
      // Not world.git: the server of a repository may be this process.
      const cloned = await world.sh(`git clone --quiet https://github.com/${run.repository} .`, {
        cwd: workspace,
        env,
      });
      if (cloned.code !== 0) return cloned;
      continue;
    }
    if (uses !== '') throw new Error(`${uses} cannot be run here`);
    ran = await world.sh(textAt(step, ['run']), {
      cwd: workspace,
      shell,
      env: { ...variables, ...env },
    });
    if (ran.code !== 0) return ran;
  }
  return ran;
}
