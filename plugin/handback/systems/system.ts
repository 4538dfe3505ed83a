/**
 * The shape of a CI system (plugin/handback/systems/NAME.ts): each file exports `system`.
 */
import type { CiName, HandbackFile } from '../../schemas/handback.generated.ts';
import type { HandbackFileText, Job } from '../job.ts';
import type { Request } from '../request.ts';

/** Writes jobs in the language of one CI system. */
export interface System {
  readonly name: CiName;
  /** The files of a job. Files that several jobs share are the same text each time. */
  readonly write: (job: Job, file: HandbackFile) => HandbackFileText[];
}

/** What a generated file says first. */
export function banner(job: Job, notes: readonly string[] = []): string {
  return [`${job.title}.`, 'Made by `waybill handback generate`.', ...notes].map((line) => `# ${line}\n`).join('');
}

/** Who sends a request, and which of its webhooks must be set up for it. */
export function webhookFor({ sender, events }: Request): string {
  return sender === 'argocd'
    ? "Argo CD's notifications controller"
    : `A webhook of ${titles[sender]} for ${eventNames(sender, events)}`;
}

const titles = { github: 'GitHub', gitlab: 'GitLab', bitbucket: 'Bitbucket', gitea: 'Gitea' };

function eventNames(sender: Request['sender'], events: readonly string[]): string {
  if (sender === 'gitlab') return 'deployment events';
  return sender === 'bitbucket'
    ? '"Build status created" and "Build status updated"'
    : `the event ${events.join(', ')}`;
}
