/**
 * `waybill event next`: hands a consumer its next event, at least once.
 */
import { spawn } from 'node:child_process';
import { acknowledge, consumerNames, findNext } from '../../../events/consumer.ts';
import { formatEvent } from '../../../events/event.ts';
import type { DeploymentEvent } from '../../../schemas/event.generated.ts';
import { type Define, newCommand, UsageError } from '../../command.ts';
import type { Session } from '../../session.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { consumerOf, remoteOf, selectionOf, snapshotOf, withRemote, withSelection } from './options.ts';
import { printEvents, warnOfPoison } from './print.ts';

/** The event's facts as environment variables, so that a shell script needs no JSON parser. Absent ones are unset. */
function factsOf({ id, type, data }: DeploymentEvent): Record<string, string | undefined> {
  return {
    WAYBILL_EVENT: id,
    WAYBILL_EVENT_TYPE: type,
    WAYBILL_DEPLOYMENT: data.deployment,
    WAYBILL_APPLICATION: data.application,
    WAYBILL_ENVIRONMENT: data.environment,
    WAYBILL_SOURCE_REPOSITORY: data.sourceRepository,
    WAYBILL_SOURCE_COMMIT: data.sourceCommit,
    WAYBILL_IMAGE: data.image,
    WAYBILL_ATTEMPT: data.attempt,
    WAYBILL_OUTCOME: data.outcome,
  };
}

/** Runs a command with the event on its standard input; true when it ended with 0. Its stdout goes to our stderr. */
async function runWith(command: readonly string[], event: DeploymentEvent, session: Session): Promise<boolean> {
  const [file = '', ...args] = command;
  const env = { ...session.env, ...factsOf(event) };
  const child = spawn(file, args, { cwd: session.cwd, env, stdio: ['pipe', 2, 2] });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(formatEvent(event));
  return await new Promise<boolean>((resolve, reject) => {
    child.on('error', (error) => reject(new UsageError(`${file} could not be started: ${error.message}`)));
    child.on('close', (code) => resolve(code === 0));
  });
}

export const define: Define = (session) =>
  withSelection(
    withRemote(
      newCommand('next', [
        'waybill event next --consumer tests --repository https://github.com/acme/deployment-events --type deployment-complete',
        'waybill event next --consumer tests --repository https://github.com/acme/deployment-events -- ./run-tests.sh',
      ]).description(
        'Print the next event that this consumer has not received, in the order of git’s history, and move its position. With a command after --, the event is its standard input, the fields are WAYBILL_APPLICATION, WAYBILL_ENVIRONMENT, WAYBILL_SOURCE_REPOSITORY, WAYBILL_SOURCE_COMMIT, WAYBILL_IMAGE, WAYBILL_ATTEMPT and WAYBILL_DEPLOYMENT in its environment, and the position moves only if the command succeeds, so no event is lost. Prints nothing if there is none.',
      ),
    ),
  )
    .requiredOption(
      '--consumer <name>',
      "the consumer's name; each consumer has its own position, stored in the repository",
    )
    .option('--peek', 'do not move the position: the next call prints the same event')
    .argument('[command...]', 'the command to run with the event on its standard input')
    .action(async (command, options) => {
      const name = consumerOf(options.consumer);
      const remote = remoteOf(session, options);
      const snapshot = await snapshotOf(session, remote);
      const selection = selectionOf(options);
      const { next, poison, isNew } = await findNext(snapshot, name, selection);
      warnOfPoison(session, poison);
      if (isNew && next !== undefined) {
        const others = await consumerNames(snapshot);
        const known = others.length === 0 ? 'there are no others' : `there are ${others.join(', ')}`;
        session.note(`${name} is a new consumer: it begins with the first event (${known})`);
      }
      if (next?.event === undefined) {
        session.note(`nothing new for ${name}`);
        return session.finish();
      }
      let exitCode: ExitCode = exitCodes.done;
      if (command.length > 0 && !(await runWith(command, next.event, session))) {
        session.note(`${command.join(' ')} failed: the event stays the next one of ${name}`);
        exitCode = exitCodes.wrongInput;
      }
      printEvents(session, [next], 'json');
      // Printed before it is noted: whoever is killed in between gets the event again.
      await session.flush();
      if (exitCode === exitCodes.done && options.peek !== true) {
        await acknowledge(remote, snapshot, name, next.entry, selection);
      }
      return session.finish(exitCode);
    });
