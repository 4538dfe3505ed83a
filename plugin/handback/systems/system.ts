/**
 * The shape of a CI system (plugin/handback/systems/NAME.ts): each file exports `system`.
 */
import type { CiName } from '../../schemas/handback.generated.ts';
import type { HandbackFileText, Job } from '../job.ts';

/** Writes jobs in the language of one CI system. */
export interface System {
  readonly name: CiName;
  /** The files of a job. */
  readonly write: (job: Job) => HandbackFileText[];
}

/** What a generated file says first. */
export function banner(job: Job, notes: readonly string[] = []): string {
  return [`${job.title}.`, 'Made by `waybill handback generate`.', ...notes].map((line) => `# ${line}\n`).join('');
}
