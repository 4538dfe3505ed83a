/**
 * The CI systems that are not GitHub's, by their names in handback.yaml.
 */
import type { HandbackFileText } from '../../../plugin/handback/job.ts';
import { tektonObjects } from '../tekton-oracle.ts';
import { start as azurePipelines } from './azure-pipelines.ts';
import { start as circleci } from './circleci.ts';
import { start as gitlab } from './gitlab.ts';
import { start as jenkins } from './jenkins.ts';
import type { Arrival, Started } from './started.ts';
import { start as tekton } from './tekton.ts';

/** What a system makes of the files of one job; undefined when it does not start it. */
export type Starter = (
  files: readonly HandbackFileText[],
  job: string,
  arrival: Arrival,
) => Started | undefined | Promise<Started | undefined>;

const textOf = (files: readonly HandbackFileText[], job: string): string =>
  files.find(({ path }) => path.includes(`/${job}.`))?.text ?? '';

/** All of them. */
export const systems: Readonly<Record<string, Starter>> = {
  gitlab: (files, job, arrival) => gitlab(textOf(files, job), arrival),
  jenkins: (files, job, arrival) => jenkins(textOf(files, job), arrival),
  tekton: (files, job, arrival) =>
    tekton(tektonObjects(files.filter(({ path }) => path.includes(`/${job}.`))), arrival),
  circleci: (files, job, arrival) => circleci(textOf(files, job), arrival),
  'azure-pipelines': (files, job, arrival) => azurePipelines(textOf(files, job), arrival),
};
