/**
 * Every generated file of every pattern and CI system in the eyes of that system's schema, and its shell in the eyes of
 * a shell.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readHandbackConfig } from '../../plugin/handback/config.ts';
import { generateFiles, patternNames } from '../../plugin/handback/generate.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { azureProblems } from '../ci-schemas/azure-pipelines.mjs';
import { circleciProblems } from '../ci-schemas/circleci.mjs';
import { gitlabProblems } from '../ci-schemas/gitlab.mjs';
import { configuration, sites } from './configurations.ts';
import { listOf, members } from './ci-systems/started.ts';
import { isObject, type Json } from '../../plugin/resources/json.ts';

const value = (text: string): Json | undefined => readYaml(text, { file: 'text', duplicateKeys: 'error' })[0]?.value;

const judges: Readonly<Record<string, { folder: string; problems: (text: string) => string[] }>> = {
  gitlab: { folder: '/ci/', problems: (text) => gitlabProblems(value(text)) },
  circleci: { folder: '/.circleci/', problems: circleciProblems },
  'azure-pipelines': { folder: '/azure-pipelines/', problems: (text) => azureProblems(value(text)) },
};

/** Every text of more than one line: that is the shell. */
function shells(one: Json | undefined): string[] {
  if (typeof one === 'string') return one.includes('set -eu\n') ? [one] : [];
  return (isObject(one) ? members(one) : listOf(one)).flatMap(shells);
}

describe.each(Object.entries(judges))('%s', (ci, { folder, problems }) => {
  const patterns = patternNames.filter((name) => name !== 'argo-events');

  it.each(patterns)('%s: its schema takes every file, and a shell its scripts', (pattern) => {
    const webhook = pattern === 'webhook' ? `${sites['Argo CD'].block}\n` : '';
    const text = configuration(ci, sites.GitLab, 'scan: ./scan.sh') + webhook;
    const files = generateFiles(pattern, readHandbackConfig(text, 'handback.yaml'));
    const written = files.filter(({ path }) => path.includes(folder));
    const jobs = { webhook: 2, 'event-files': 1, 'commit-status': 3, 'three-repositories': 3 };
    expect(written).toHaveLength(Object.entries(jobs).find(([name]) => name === pattern)?.[1] ?? 0);
    for (const file of written) {
      expect({ path: file.path, problems: problems(file.text) }).toEqual({ path: file.path, problems: [] });
      const found = shells(value(file.text));
      expect(found).toHaveLength(1);
      for (const script of found) {
        for (const shell of ['sh', 'bash']) expect(spawnSync(shell, ['-n'], { input: script }).status).toBe(0);
      }
    }
  });
});
