/**
 * Options that the event commands share, and what they mean.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { eventTypes, type Selection } from '../../../events/selection.ts';
import { type Snapshot, takeSnapshot } from '../../../events/store.ts';
import { Mirror } from '../../../git/mirror.ts';
import { type RemoteBranch, RemoteRefusal } from '../../../git/remote-branch.ts';
import { UsageError } from '../../command.ts';
import { cacheFolder } from '../../options/cache-folder.ts';
import type { Session } from '../../session.ts';
import { exitCodes } from '../../streams.ts';

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
  return new Option('-o, --output <format>', 'how to print')
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
  return own ?? join(xdg ?? join(session.env['HOME'] ?? homedir(), '.local/state'), 'waybill/spool');
}

/** The events as they are now. */
export async function snapshotOf(session: Session, remote: RemoteBranch): Promise<Snapshot> {
  session.progress(`fetching ${remote.branch} …`);
  const snapshot = await takeSnapshot(await Mirror.open(remote, cacheFolder(session)));
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

/** Says why the remote did not serve and ends with exit code 4; other errors pass on. */
export async function orRefusal(session: Session, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RemoteRefusal)) throw error;
    session.progress('');
    session.note(describeRefusal(error));
    session.finish(exitCodes.remoteRefused);
  }
}

/** What a refusal means for people, with git's own words. */
export function describeRefusal(error: RemoteRefusal): string {
  const what = {
    unreachable: 'error[remote-unreachable]: the event repository could not be reached',
    rejected: 'error[remote-rejected]: the event repository refused the push (a protected branch or a hook)',
    busy: 'error[remote-busy]: other writers were faster every time, or left a lock behind',
  }[error.reason];
  const said = error.message
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `  git: ${line}`);
  return [what, ...said].join('\n');
}
