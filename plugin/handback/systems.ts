/**
 * The one list of CI systems that jobs can be written for.
 */
import type { CiName, HandbackFile } from '../schemas/handback.generated.ts';
import type { HandbackFileText, Job } from './job.ts';
import { system as azurePipelines } from './systems/azure-pipelines.ts';
import { system as circleci } from './systems/circleci.ts';
import { system as githubActions } from './systems/github-actions.ts';
import { system as gitlab } from './systems/gitlab.ts';
import { system as jenkins } from './systems/jenkins.ts';
import type { System } from './systems/system.ts';
import { system as tekton } from './systems/tekton.ts';

const systems: Readonly<Record<CiName, System>> = {
  'github-actions': githubActions,
  gitlab,
  jenkins,
  tekton,
  circleci,
  'azure-pipelines': azurePipelines,
};

/** The files of a job in the language of the file's CI system, or of another. */
export function writeJob(file: HandbackFile, job: Job, ci: CiName = file.ci): HandbackFileText[] {
  return systems[ci].write(job, file);
}
