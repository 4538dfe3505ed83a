/**
 * The pipeline examples in the eyes of their CI systems: linters and schemas. Bitbucket publishes none as a package, so
 * its file is only run (pipelines.test.ts).
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { azureProblems } from '../ci-schemas/azure-pipelines.mjs';
import { circleciProblems } from '../ci-schemas/circleci.mjs';
import { gitlabProblems } from '../ci-schemas/gitlab.mjs';
import { ask } from '../handback/oracle.ts';
import { documents } from './world.ts';

const text = (file: string): string => readFileSync(`examples/pipelines/${file}`, 'utf8');

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
