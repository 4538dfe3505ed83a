/**
 * Runs a Tekton Pipeline's own steps: substitutes variables as the controller does, and lets the catalog's git-clone be
 * stood in for by what it leaves behind.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getKey, isArray, type Json, type JsonObject } from '../../../plugin/resources/json.ts';
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { documents, objectsOf, type Run, secret } from '../world.ts';
import type { System } from '../system.ts';

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** Values of `$(…)` by name; lists by their name without `[*]`. */
type Values = Readonly<Record<string, string | readonly string[]>>;

/** A text with its variables. Throws for one without a value, which Tekton's webhook refuses. */
function substitute(value: Json | undefined, values: Values): string {
  return text(value).replaceAll(/\$\(([^()]+)\)/gu, (_all, name: string) => {
    const found = values[name];
    if (typeof found !== 'string') throw new Error(`$(${name}) has no value`);
    return found;
  });
}

/** Texts of a list with their variables; `$(params.x[*])` becomes as many as the list has. */
function substituteAll(list: Json | undefined, values: Values): string[] {
  return (isArray(list) ? list : []).flatMap((one) => {
    const [, name = ''] = /^\$\((.+)\[\*\]\)$/u.exec(text(one)) ?? [];
    const found = values[name];
    return typeof found === 'object' ? found : [substitute(one, values)];
  });
}

function paramsOf(list: Json | undefined, values: Values): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    objectsOf(list).map((one): [string, string | readonly string[]] => {
      const value = getKey(one, 'value') ?? getKey(one, 'default');
      return [
        `params.${text(getKey(one, 'name'))}`,
        isArray(value) ? substituteAll(value, values) : substitute(value, values),
      ];
    }),
  );
}

/** Variables of a step. Secrets exist in the cluster: the webhook's address, and the credential that all others are. */
function environment(step: JsonObject, values: Values, run: Run): Record<string, string> {
  return Object.fromEntries(
    objectsOf(getKey(step, 'env')).map((one): [string, string] => {
      const key = valueAt(one, ['valueFrom', 'secretKeyRef', 'key']);
      const value = key === undefined ? substitute(getKey(one, 'value'), values) : key === 'webhook' ? run.web : secret;
      return [text(getKey(one, 'name')), value];
    }),
  );
}

const quoted = (words: readonly string[]): string =>
  words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');

async function runStep(step: JsonObject, values: Values, run: Run, folder: string): Promise<boolean> {
  const env = environment(step, values, run);
  const args = substituteAll(getKey(step, 'args'), values);
  const directory = getKey(step, 'workingDir');
  const cwd = directory === undefined ? folder : substitute(directory, values);
  const script = text(getKey(step, 'script'));
  if (script === '') {
    // The image's entry point, which has no shell.
    const [, program = ''] = /(trivy|cosign):[\w.-]+@sha256:/u.exec(text(getKey(step, 'image'))) ?? [];
    return (await run.sh(`exec ${program} ${quoted(args)}\n`, ['sh'], cwd, env)) === 0;
  }
  if (!script.startsWith('#!/bin/sh\n')) throw new Error('a step without its shell');
  if (script.includes('$(params')) throw new Error('a parameter in the text of a script');
  const set = args.length === 0 ? '' : `set -- ${quoted(args)}\n`;
  return (await run.sh(set + script, ['sh'], cwd, env)) === 0;
}

/** @see System */
export const tekton: System = {
  name: 'Tekton',
  file: 'examples/pipelines/tekton/deliver.yaml',
  url: (name) => `https://github.com/acme/${name}`,
  runURL: () => 'https://tekton.acme.dev/#/namespaces/ci/pipelineruns/deliver-1',
  ref: 'refs/heads/main',
  fill: {
    'name: image\\n +default': ({ service }) => service.image,
    'name: deployments\\n +default': ({ deployments }) => deployments,
    'name: application\\n +default': ({ service }) => service.name,
  },
  async execute(pipeline, run) {
    const [shared = {}] = documents(readFileSync('examples/pipelines/tekton/images-set.yaml', 'utf8'));
    // The folders of the workspaces of examples/pipelines/tekton/run.yaml.
    const workspaces = { source: '', registry: run.workspace('empty') };
    writeFileSync(join(workspaces.registry, 'config.json'), JSON.stringify({ auths: { 'ghcr.io': secret } }));
    const given = [
      { name: 'repository', value: run.service.url },
      { name: 'commit', value: run.service.commit },
      { name: 'ref', value: 'refs/heads/main' },
    ];
    const context = { 'context.pipelineRun.name': 'deliver-1', 'context.pipelineRun.namespace': 'ci' };
    const values: Record<string, string | readonly string[]> = { ...context };
    const declared = objectsOf(valueAt(pipeline, ['spec', 'params']));
    Object.assign(values, paramsOf(declared, {}), paramsOf(given, {}));
    const task = async (one: JsonObject): Promise<boolean> => {
      const name = text(getKey(one, 'name'));
      const met = objectsOf(getKey(one, 'when')).every((when) =>
        substituteAll(getKey(when, 'values'), values).includes(substitute(getKey(when, 'input'), values)),
      );
      if (!met) return true;
      const params = paramsOf(getKey(one, 'params'), values);
      const reference = valueAt(one, ['taskRef', 'name']);
      if (reference === 'git-clone') {
        workspaces.source = run.workspace('source', Number(params['params.depth']));
        values[`tasks.${name}.results.commit`] = text(String(params['params.revision']));
        return true;
      }
      const spec = reference === 'images-set' ? getKey(shared, 'spec') : getKey(one, 'taskSpec');
      const folder = run.workspace('empty');
      mkdirSync(join(folder, 'results'));
      const inside: Record<string, string | readonly string[]> = { 'context.taskRun.namespace': 'ci' };
      Object.assign(inside, paramsOf(valueAt(spec, ['params']), {}), params);
      for (const workspace of objectsOf(getKey(one, 'workspaces')))
        inside[`workspaces.${text(getKey(workspace, 'name'))}.path`] =
          getKey(workspace, 'workspace') === 'source' ? workspaces.source : workspaces.registry;
      const results = objectsOf(valueAt(spec, ['results'])).map((result) => text(getKey(result, 'name')));
      for (const result of results) inside[`results.${result}.path`] = join(folder, 'results', result);
      for (const step of objectsOf(valueAt(spec, ['steps'])))
        if (!(await runStep(step, inside, run, folder))) return false;
      for (const result of results)
        values[`tasks.${name}.results.${result}`] = readFileSync(join(folder, 'results', result), 'utf8');
      return true;
    };
    const tasks = objectsOf(valueAt(pipeline, ['spec', 'tasks']));
    for (const one of tasks) values[`tasks.${text(getKey(one, 'name'))}.status`] = 'None';
    let failed = false;
    // The Tasks stand in the order in which they need one another.
    for (const one of tasks) {
      failed = !(await task(one));
      values[`tasks.${text(getKey(one, 'name'))}.status`] = failed ? 'Failed' : 'Succeeded';
      if (failed) break;
    }
    for (const one of objectsOf(valueAt(pipeline, ['spec', 'finally']))) if (!(await task(one))) failed = true;
    return failed ? 1 : 0;
  },
};
