/**
 * `waybill event emit TYPE`: adds an event to the repository, or keeps it in the spool until the next emit.
 */
import { Argument, Option } from '@commander-js/extra-typings';
import { emit } from '../../../events/emit.ts';
import { type EventFacts, eventPath, makeEvent } from '../../../events/event.ts';
import { readEvent } from '../../../events/read.ts';
import { eventTypes } from '../../../events/selection.ts';
import { Spool } from '../../../events/spool.ts';
import { collect, type Define, newCommand, UsageError } from '../../command.ts';
import { exitCodes } from '../../streams.ts';
import { describeRefusal, remoteOf, spoolFolder, withRemote } from './options.ts';

function details(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equal = pair.indexOf('=');
      if (equal < 1) throw new UsageError(`--data ${pair}: expected key=value`);
      return [pair.slice(0, equal), pair.slice(equal + 1)];
    }),
  );
}

export const define: Define = (session) =>
  withRemote(
    newCommand('emit', [
      'waybill event emit deployment-complete --repository https://github.com/acme/deployment-events --application user-service --environment production --source-repository https://github.com/acme/user-service --source-commit 8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706 --outcome success',
    ]).description(
      'Add an event to the repository. The same facts are one event, however often they are emitted; --attempt makes a redeployment of the same commit a new one.',
    ),
  )
    .addArgument(new Argument('<type>', 'what happened').choices(eventTypes))
    .requiredOption('--application <name>', 'the application')
    .requiredOption('--environment <name>', 'the environment, as it is reported')
    .requiredOption('--source-repository <url>', 'where the deployed code came from')
    .requiredOption('--source-commit <sha>', 'the full source commit')
    .option('--image <reference>', 'the image')
    .option(
      '--attempt <id>',
      'what tells this attempt from another, such as the UID of a Job or the number of a CI run',
    )
    .addOption(new Option('--outcome <outcome>', 'the result').choices(['success', 'failure'] as const))
    .option('--data <key=value>', 'more to say (repeatable)', collect, [])
    .action(async (type, options) => {
      const facts: EventFacts = {
        type,
        application: options.application,
        environment: options.environment,
        sourceRepository: options.sourceRepository,
        sourceCommit: options.sourceCommit,
        ...(options.image === undefined ? {} : { image: options.image }),
        ...(options.attempt === undefined ? {} : { attempt: options.attempt }),
        ...(options.outcome === undefined ? {} : { outcome: options.outcome }),
        details: details(options.data),
      };
      const event = makeEvent(facts, new Date());
      const { poison } = readEvent(eventPath(event), JSON.stringify(event));
      if (poison !== undefined)
        throw new UsageError(
          `these facts make no event: ${poison.reason.replace(/^does not follow the schema: /u, '')}`,
        );
      const remote = remoteOf(session, options);
      const emitted = await emit(event, remote, new Spool(spoolFolder(session), remote));
      if (emitted.outcome === 'spooled') {
        session.note(describeRefusal(emitted.refusal));
        session.note(`  The event is kept; the next emit to this repository sends it (${emitted.waiting} waiting).`);
        session.finish(emitted.refusal.reason === 'rejected' ? exitCodes.remoteRefused : exitCodes.spooled);
        return;
      }
      if (emitted.outcome === 'known') session.note('nothing to change: this event is there already');
      else if (emitted.delivered > 1) session.note(`${emitted.delivered - 1} events from the spool were sent too`);
      session.print(`${JSON.stringify({ id: event.id, deployment: event.data.deployment, path: eventPath(event) })}\n`);
      session.finish();
    });
