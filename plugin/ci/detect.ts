/**
 * Which CI system runs, and what its variables say. Adding a system is one file and one row here.
 */
import { readFileSync } from 'node:fs';
import { withoutCredentials } from '../record/repository.ts';
import { azurePipelines } from './azure-pipelines.ts';
import { bitbucketPipelines } from './bitbucket-pipelines.ts';
import { circleci } from './circleci.ts';
import type { CiFacts, CiSystem, ReadFile, Variables } from './facts.ts';
import { githubActions } from './github-actions.ts';
import { gitlabCi } from './gitlab-ci.ts';
import { jenkins } from './jenkins.ts';
import { tekton } from './tekton.ts';

/** Tekton first: its steps see what the Task gives them, and may run on an agent of another system. */
const systems: readonly CiSystem[] = [
  tekton,
  githubActions,
  gitlabCi,
  circleci,
  azurePipelines,
  bitbucketPipelines,
  jenkins,
];

/** The text of a file that a variable names; undefined when it cannot be read. */
export const readCiFile: ReadFile = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** What the build that runs is known by; undefined outside every known CI system. Clone URLs lose their credentials. */
export function detectCi(
  variables: Variables,
  readFile: ReadFile,
): (CiFacts & { readonly system: string }) | undefined {
  const system = systems.find((one) => one.detect(variables));
  if (!system) return undefined;
  const { repository, ...facts } = system.facts(variables, readFile);
  const url = repository === undefined ? undefined : withoutCredentials(repository).replace(/\.git$/u, '');
  return { system: system.name, ...facts, repository: url };
}
