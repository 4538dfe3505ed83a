/**
 * Options that the event commands share, and what they mean.
 */
import { join } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { eventTypes, type Selection } from '../../../events/selection.ts';
import { type Snapshot, takeSnapshot } from '../../../events/store.ts';
import { homeFolder, neededCacheFolder } from '../../../files/cache-folder.ts';
import { Mirror } from '../../../git/mirror.ts';
import type { RemoteBranch } from '../../../git/remote-branch.ts';
import { UsageError } from '../../command.ts';
import type { Session } from '../../session.ts';

/** Adds --repository and --branch. */
export function withRemote<Args extends unknown[], Options extends Record<string, unknown>>(
  command: Command<Args, Options>,
) {
  return command
    .requiredOption('--repository <url>', 'the Git repository of the events')
    .option('--branch <name>', 'its branch', 'main');
}

/** Adds the terms that select events. */
export function withSelection<Args extends unknown[], Options extends Record<string, unknown>>(
  command: Command<Args, Options>,
) {
  return command
    .option('--application <name>', 'only events of this application')
    .option('--environment <name>', 'only events of this environment')
    .addOption(new Option('--type <type>', 'only events of this type').choices(eventTypes))
    .option('--deployment <id>', 'only events of this deployment (all attempts, or one)');
}

/** Adds -o. */
export function outputOption() {
  return new Option('-o, --output <format>', 'output format')
    .choices(['table', 'json'] as const)
    .default('table' as const);
}

/** The remote that the options name. */
export function remoteOf(session: Session, options: { repository: string; branch: string }): RemoteBranch {
  if (options.repository.startsWith('-') || /[\0\n]/u.test(options.repository)) {
    throw new UsageError(`--repository ${options.repository}: this is no repository`);
  }
  if (!/^[A-Za-z0-9][\w./-]*$/u.test(options.branch) || options.branch.includes('..')) {
    throw new UsageError(`--branch ${options.branch}: this is no branch name`);
  }
  // A relative path means what it means where the user stands, not in our working folders.
  const local = !/^[a-z][a-z0-9+.-]*:\/\//iu.test(options.repository) && !/^[^/\s]+:/u.test(options.repository);
  return {
    url: local ? session.path(options.repository) : options.repository,
    branch: options.branch,
    env: session.env,
  };
}

/** Where undelivered events wait: WAYBILL_SPOOL, else XDG_STATE_HOME/waybill/spool, else ~/.local/state/waybill/spool. */
export function spoolFolder(session: Session): string {
  const { WAYBILL_SPOOL: own, XDG_STATE_HOME: xdg } = session.env;
  if (own) return session.path(own);
  const home = homeFolder(session.env);
  const states = xdg || (home === undefined ? undefined : join(home, '.local/state'));
  if (states !== undefined) return join(states, 'waybill/spool');
  throw new UsageError('there is no folder for the spool: this user has no home folder; name one in WAYBILL_SPOOL');
}

/** The events as they are now. */
export async function snapshotOf(session: Session, remote: RemoteBranch): Promise<Snapshot> {
  session.progress(`fetching ${remote.branch} …`);
  const snapshot = await takeSnapshot(await Mirror.open(remote, neededCacheFolder(session.env, 'events')));
  session.progress('');
  return snapshot;
}

/** The name of a consumer. UsageError when it cannot be one. */
export function consumerOf(name: string): string {
  if (/^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/u.test(name)) return name;
  throw new UsageError(`--consumer ${name}: expected at most 63 lower-case letters, digits, - and .`);
}

/** The selection that the options make. UsageError for a name or an id that no event can have. */
export function selectionOf({ application, environment, type, deployment }: Selection): Selection {
  if (application !== undefined && !/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/u.test(application))
    throw new UsageError(`--application ${application}: expected lower-case letters, digits, - and .`);
  if (environment !== undefined && !/^[a-z0-9]([-a-z0-9._/]{0,251}[a-z0-9])?$/u.test(environment))
    throw new UsageError(`--environment "${environment}": this is no name of an environment`);
  if (deployment !== undefined && !/^[0-9a-f]{16}(-[0-9a-f]{8})?$/u.test(deployment)) {
    const form = '16 hexadecimal digits, for one attempt followed by - and 8 more, as event list shows';
    throw new UsageError(`--deployment ${deployment}: this is no id of a deployment; expected ${form}`);
  }
  return { application, environment, type, deployment };
}
