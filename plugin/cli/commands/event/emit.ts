/**
 * `waybill event emit TYPE`: adds an event to the repository, or keeps it in the spool until the next emit.
 */
import { Argument, Option } from '@commander-js/extra-typings';
import { emit } from '../../../events/emit.ts';
import { type EventFacts, eventPath, makeEvent } from '../../../events/event.ts';
import { readEvent } from '../../../events/read.ts';
import { eventTypes } from '../../../events/selection.ts';
import { Spool } from '../../../events/spool.ts';
import { factsOfRecord } from '../../../events/record-facts.ts';
import type { DeploymentEvent } from '../../../schemas/event.generated.ts';
import { collect, type Define, newCommand, UsageError } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { remoteOf, spoolFolder, withRemote } from './options.ts';
import { readRecords } from './records.ts';

function details(pairs: readonly string[]): Record<string, string> {
  const said = new Map<string, string>();
  for (const pair of pairs) {
    const equal = pair.indexOf('=');
    if (equal < 1) throw new UsageError(`--data ${pair}: expected key=value`);
    const key = pair.slice(0, equal);
    if (said.has(key)) throw new UsageError(`--data ${pair}: ${key} was given before, as ${said.get(key)}`);
    said.set(key, pair.slice(equal + 1));
  }
  return Object.fromEntries(said);
}

const required = {
  application: '--application',
  environment: '--environment',
  sourceRepository: '--source-repository',
  sourceCommit: '--source-commit',
} as const;

type Name = keyof typeof required;

/** The facts that every event has. UsageError that names the missing flags. */
function complete(facts: { [Key in Name]: string | undefined }): { [Key in Name]: string } {
  const { application, environment, sourceRepository, sourceCommit } = facts;
  if (
    application === undefined ||
    environment === undefined ||
    sourceRepository === undefined ||
    sourceCommit === undefined
  ) {
    const known = new Set(Object.entries(facts).flatMap(([key, value]) => (value === undefined ? [] : [key])));
    const flags = Object.entries(required).flatMap(([key, flag]) => (known.has(key) ? [] : [flag]));
    throw new UsageError(`missing ${flags.join(', ')}; or use --record PATH, which contains all of them`);
  }
  return { application, environment, sourceRepository, sourceCommit };
}

/** The event itself when its facts follow the schema. */
function checked(event: DeploymentEvent): DeploymentEvent {
  const { poison } = readEvent(eventPath(event), JSON.stringify(event));
  if (poison === undefined) return event;
  throw new UsageError(`these facts make no event: ${poison.reason.replace(/^does not follow the schema: /u, '')}`);
}

export const define: Define = (session) =>
  withRemote(
    newCommand('emit', [
      'waybill event emit deployment-complete --repository https://github.com/acme/deployment-events --application user-service --environment production --source-repository https://github.com/acme/user-service --source-commit 8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706 --outcome success',
    ]).description(
      'Add an event to the repository. Repeated emits with the same content are one event; --attempt makes a redeployment of the same commit a new one.',
    ),
  )
    .addArgument(new Argument('<type>', 'what happened').choices(eventTypes))
    .option('--record <path>', 'read the fields from a record: a deployment.json, or a folder of mounted records')
    .option('--application <name>', 'the application')
    .option('--environment <name>', 'the reported name of the environment')
    .option('--source-repository <url>', 'the source repository of the deployed code')
    .option('--source-commit <sha>', 'the full source commit')
    .option('--image <reference>', 'the image')
    .option('--attempt <id>', 'an identifier of this attempt, such as the UID of a Job or the number of a CI run')
    .addOption(
      new Option('--outcome <outcome>', 'the result; tests-complete needs it').choices(['success', 'failure'] as const),
    )
    .option('--data <key=value>', 'additional data (repeatable)', collect, [])
    .action(async (type, options) => {
      if (type === 'tests-complete' && options.outcome === undefined) {
        throw new UsageError(
          'tests-complete needs --outcome success or --outcome failure: gates let only success through',
        );
      }
      const recorded: Partial<EventFacts>[] =
        options.record === undefined ? [{}] : readRecords(session.path(options.record)).map(factsOfRecord);
      const events = recorded.map((facts) => {
        const said = complete({
          application: options.application ?? facts.application,
          environment: options.environment ?? facts.environment,
          sourceRepository: options.sourceRepository ?? facts.sourceRepository,
          sourceCommit: options.sourceCommit ?? facts.sourceCommit,
        });
        const { attempt, outcome, image = facts.image } = options;
        const more = { ...facts.details, ...details(options.data) };
        return checked(makeEvent({ type, ...said, attempt, outcome, image, details: more }, new Date()));
      });
      const remote = remoteOf(session, options);
      const emitted = await emit(events, remote, new Spool(spoolFolder(session), remote));
      if (emitted.outcome === 'spooled') {
        session.report(emitted.refusal.diagnostics);
        session.note(`  Nothing is lost: the next emit to this repository sends it (${emitted.waiting} waiting).`);
        session.finish(emitted.refusal.reason === 'rejected' ? exitCodes.remoteRefused : exitCodes.spooled);
        return;
      }
      const others = emitted.delivered - events.length;
      if (emitted.outcome === 'known') session.note('nothing to change: this was emitted before');
      else if (others > 0) session.note(`sent from the spool too: ${others}`);
      for (const event of events) {
        const { id, data } = event;
        session.print(`${JSON.stringify({ id, deployment: data.deployment, path: eventPath(event) })}\n`);
      }
      session.finish();
    });
