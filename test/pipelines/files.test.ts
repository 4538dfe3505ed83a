/**
 * The pipeline examples in the eyes of their CI systems: linters and schemas. Bitbucket and Jenkins publish none as a
 * package, so their files are only run (pipelines.test.ts). And their shell in the eyes of bash.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { azureProblems } from '../ci-schemas/azure-pipelines.mjs';
import { circleciProblems } from '../ci-schemas/circleci.mjs';
import { gitlabProblems } from '../ci-schemas/gitlab.mjs';
import { isArray, isObject, type Json } from '../../plugin/resources/json.ts';
import { ask } from '../handback/oracle.ts';
import { documents } from './world.ts';

const text = (file: string): string => readFileSync(`examples/pipelines/${file}`, 'utf8');

/** Keys whose text a shell reads. A list of texts under them is one script; `command` of a container is none. */
const shellKeys = new Set(['run', 'bash', 'script', 'before_script', 'command']);

/** The shell scripts in a file, wherever they stand. */
function shell(value: Json | undefined): string[] {
  if (isArray(value)) return value.flatMap(shell);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, one]) => {
    const lines = isArray(one) ? one.filter((line) => typeof line === 'string') : typeof one === 'string' ? [one] : [];
    if (!shellKeys.has(key) || lines.length === 0) return shell(one);
    return key === 'command' && isArray(one) ? [] : [lines.join('\n')];
  });
}

const scriptsOf = ['examples/pipelines', 'examples/tekton']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
  .filter((file) => /\.ya?ml$/u.test(file))
  .toSorted()
  .map((file): [string, string[]] => [file, documents(readFileSync(file, 'utf8')).flatMap(shell)])
  .filter(([, scripts]) => scripts.length > 0);

describe('the shell of pipelines', () => {
  // Also of the steps that pipelines.test.ts leaves out, as those that build waybill.
  it.each(scriptsOf)('is written without mistakes: %s', (_file, found) => {
    const told = found.map((script) => spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr);
    expect(told.filter(Boolean)).toEqual([]);
  });
});

describe('the files of pipelines', () => {
  it('are right in the eyes of actionlint', async () => {
    const workflow = text('github-actions/deliver.yml');
    // actionlint reads local actions only where they are; the composite action is run by pipelines.test.ts.
    const answer = await ask({ op: 'actionlint', name: '.github/workflows/deliver.yml', text: workflow });
    expect(answer).toMatchObject({ problems: [] });
  });

  it('are right in the eyes of GitLab', () => {
    expect(gitlabProblems(documents(text('gitlab/.gitlab-ci.yml'))[0])).toEqual([]);
  });

  it('are right in the eyes of CircleCI', () => {
    expect(circleciProblems(text('circleci/config.yml'))).toEqual([]);
  });

  it('are right in the eyes of Azure Pipelines', () => {
    expect(azureProblems(documents(text('azure-pipelines/azure-pipelines.yml'))[0])).toEqual([]);
  });
});
