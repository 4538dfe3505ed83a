/**
 * Which patterns can work at all with a CI system and a Git provider: asked by the comparison, and by generators before
 * they write files that nothing would ever start.
 */
import type { CiName } from '../schemas/handback.generated.ts';
import type { Request } from './request.ts';

/** Git providers, as they differ for hand-backs. */
export const providerNames = [
  'github',
  'gitlab',
  'bitbucket',
  'bitbucket-data-center',
  'azure-devops',
  'gitea',
] as const;

/** One of {@link providerNames}. */
export type ProviderName = (typeof providerNames)[number];

/** CI systems, as handback.yaml names them. */
export const ciNames = [
  'github-actions',
  'gitlab',
  'jenkins',
  'tekton',
  'circleci',
  'azure-pipelines',
] as const satisfies readonly CiName[];

/** What the user has; undefined: anything. */
export interface Setup {
  readonly ci?: CiName | undefined;
  readonly provider?: ProviderName | undefined;
}

/** A start that must not be written, and what to do instead. */
interface Endless {
  readonly reason: string;
  readonly help: string;
}

/** CI systems that are a part of a provider: what calls them calls the provider. */
const partOf: Readonly<Partial<Record<CiName, ProviderName>>> = {
  'github-actions': 'github',
  gitlab: 'gitlab',
  'azure-pipelines': 'azure-devops',
};

/** Whether CI is at the provider, which the cluster talks to anyway: a call of CI then opens no path of its own. */
export function atProvider({ ci, provider }: Setup): boolean {
  return ci !== undefined && provider !== undefined && partOf[ci] === provider;
}

function byStatus({ ci, provider }: Setup): string | undefined {
  // https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html
  if (provider === 'bitbucket-data-center') return 'Bitbucket Data Center sends no events for build statuses';
  // https://learn.microsoft.com/azure/devops/service-hooks/events
  if (provider === 'azure-devops' && ci !== undefined && ci !== 'azure-pipelines') {
    return 'Azure DevOps sends no events for commit statuses; only its own pipelines can be started by a request to it';
  }
  return outsideGitHub({ ci, provider });
}

function outsideGitHub({ ci, provider }: Setup): string | undefined {
  if (ci !== 'github-actions' || provider === undefined || provider === 'github') return undefined;
  return 'only GitHub starts GitHub Actions';
}

/** Why a pattern cannot work; undefined when it can. */
export function obstacle(pattern: string, setup: Setup): string | undefined {
  switch (pattern) {
    case 'commit-status':
      return byStatus(setup);
    case 'webhook':
      return outsideGitHub(setup);
    case 'argo-events':
      return setup.ci === undefined || setup.ci === 'jenkins' ? undefined : 'Argo Events calls Jenkins here';
    default:
      return undefined;
  }
}

/**
 * Why a start would start itself again and again: systems report the state of their own pipelines as commit statuses, and
 * some start at every request, or at every one that has a single value in the right place. Undefined when it would not.
 */
export function endless(ci: CiName, { sender, events, conditions }: Request): Endless | undefined {
  const everyStatus = sender === 'github' && events.includes('status') && (ci === 'circleci' || ci === 'gitlab');
  if (everyStatus) {
    return {
      reason: `${ci} starts at every commit status at GitHub, also at its own, and would never end`,
      help: 'Let deployments start the tests: leave out github.startBy.',
    };
  }
  const names = conditions.find(({ variable }) => variable === 'WAYBILL_CONTEXT')?.oneOf ?? [];
  if (ci !== 'azure-pipelines' || sender !== 'bitbucket' || names.length < 2) return undefined;
  return {
    reason: 'azure-pipelines starts at every build status at Bitbucket, also at its own, unless it waits for one name',
    help: 'Write a handback.yaml for each environment, with one name in environments.',
  };
}
