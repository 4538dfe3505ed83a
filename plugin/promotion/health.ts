/**
 * Whether an earlier state of an environment was healthy, by what was reported about its source commits then: the
 * deployment to the environment, else the commit status of the deployment.
 */
import type { LockedImage } from '../lock/lock.ts';
import type { ReadDeployment } from './github-deployments.ts';
import type { ReadStatuses, StatusState } from './statuses.ts';

/** What is known of one image at one source commit. */
export interface Health {
  readonly is: 'healthy' | 'unhealthy' | 'unknown';
  /** `r.dev/api: its deployment of COMMIT to production is failure`, without a full stop. */
  readonly why: string;
}

/** Who can be asked, and about what. */
export interface HealthRequest {
  readonly deployments: ReadDeployment | undefined;
  readonly statuses: ReadStatuses;
  /** Whether they know about a source repository at all. */
  readonly canAsk: (repository: string) => boolean;
  /** The environment's name as it is reported. */
  readonly environment: string;
  /** The application's name in statuses. */
  readonly app: string;
  /** Commit statuses that must be green besides. */
  readonly contexts: readonly string[];
}

/** The commit statuses of the deployment itself (docs/notifications: commitStatus.context). */
function usualContexts({ app, environment }: HealthRequest): string[] {
  return [`deployment/${app}/${environment}`, `deployment/${app}`];
}

function judge(what: string, state: string): Health {
  return { is: state === 'success' ? 'healthy' : 'unhealthy', why: `${what} is ${state}` };
}

function demanded(statuses: ReadonlyMap<string, StatusState>, contexts: readonly string[], of: string): Health {
  const missing = contexts.find((context) => statuses.get(context) !== 'success');
  if (missing === undefined) return { is: 'healthy', why: `${contexts.join(', ')} ${of} are success` };
  return judge(`the status ${missing} ${of}`, statuses.get(missing) ?? 'not there');
}

async function healthOfCommit(repository: string, commit: string, request: HealthRequest): Promise<Health> {
  const { environment, contexts, canAsk } = request;
  const of = `of ${commit.slice(0, 12)}`;
  const unknown: Health = {
    is: 'unknown',
    why: `no deployment ${of} to ${environment} was reported`,
  };
  if (contexts.length === 0 && !canAsk(repository)) return unknown;
  const deployed = await request.deployments?.(repository, commit, environment);
  const told = deployed && judge(`the deployment ${of} to ${environment}`, deployed.state);
  if (told?.is === 'unhealthy' || (told && contexts.length === 0)) return told;
  const statuses = await request.statuses(repository, commit);
  if (contexts.length > 0) return demanded(statuses, contexts, of);
  const usual = usualContexts(request).find((context) => statuses.has(context));
  return usual === undefined ? unknown : judge(`the status ${usual} ${of}`, statuses.get(usual) ?? 'error');
}

/**
 * What is known of the image.
 * @throws Failure `statuses-unreadable`
 */
export async function healthOf(image: LockedImage, request: HealthRequest): Promise<Health> {
  const { name, source } = image;
  if (!source) return { is: 'unknown', why: `${name}: its source commit is not in the lock` };
  const { is, why } = await healthOfCommit(source.repository, source.commit, request);
  return { is, why: `${name}: ${why}` };
}
