import { describe, expect, it } from 'vitest';
import { readYaml } from '../../plugin/yaml/read.ts';
import { azureProblems } from './azure-pipelines.mjs';
import { circleciProblems } from './circleci.mjs';
import { gitlabProblems, ruleHolds } from './gitlab.mjs';

const value = (text: string): unknown => readYaml(text, { file: 'text', duplicateKeys: 'error' })[0]?.value;

describe('what judges configurations', () => {
  it.each([
    ['test: { script: [make], rules: [{ if: $A }] }', []],
    ['test: { scripts: [make] }', ['must']],
    ['test: { script: [make], resource_group: [a] }', ['must be string']],
  ])('GitLab: %s', (text, expected) => {
    const problems = gitlabProblems(value(text)).join('\n');
    if (expected.length === 0) expect(problems).toBe('');
    for (const one of expected) expect(problems).toContain(one);
  });

  it.each([
    [
      '$CI_PIPELINE_SOURCE == "trigger" && $TRIGGER_PAYLOAD',
      { CI_PIPELINE_SOURCE: 'trigger', TRIGGER_PAYLOAD: '/p' },
      true,
    ],
    ['$CI_PIPELINE_SOURCE == "trigger" && $TRIGGER_PAYLOAD', { CI_PIPELINE_SOURCE: 'trigger' }, false],
  ])('GitLab rule %s', (rule, variables, expected) => {
    expect(ruleHolds(rule, variables)).toBe(expected);
  });

  const job = '{ docker: [{ image: a }], steps: [{ run: { command: make } }] }';
  it.each([
    [`version: 2.1\njobs: { t: ${job} }\nworkflows: { w: { jobs: [t] } }\n`, ''],
    [
      `version: 2.1\njobs: { t: ${job.replace('command', 'comand')} }\nworkflows: { w: { jobs: [t] } }\n`,
      'config/job:t/steps/run',
    ],
    [`version: 2.1\njobs: { t: ${job.replace('docker', 'dokcer')} }\nworkflows: { w: { jobs: [t] } }\n`, 'Error'],
  ])('CircleCI: %s', (text, expected) => {
    const problems = circleciProblems(text).join('\n');
    if (expected === '') expect(problems).toBe('');
    else expect(problems).toContain(expected);
  });

  it.each([
    ['trigger: none\nsteps: [{ script: make, env: { A: b } }]', ''],
    ['triggers: none\nsteps: [{ script: make }]', 'additional properties'],
    ['jobs: [{ job: a-b, steps: [] }]', 'pattern'],
    ['steps: [{ script: make, bash: make }]', 'exactly one'],
  ])('Azure Pipelines: %s', (text, expected) => {
    const problems = azureProblems(value(text)).join('\n');
    if (expected === '') expect(problems).toBe('');
    else expect(problems).toContain(expected);
  });
});
