/**
 * `waybill notifications simulate`: what a ConfigMap would have sent during recorded histories.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Argument, Option } from '@commander-js/extra-typings';
import { failure } from '../../../diagnostics/failure.ts';
import { dataOf, readSettings } from '../../../notifications/checking/settings.ts';
import { findEngine, startEngine } from '../../../notifications/engine/engine.ts';
import { type RecordedEvent, readRecording } from '../../../notifications/replay/recording.ts';
import { type Simulation, simulate } from '../../../notifications/replay/simulate.ts';
import { type Define, newCommand } from '../../command.ts';
import type { Session } from '../../session.ts';
import { readInput } from './read.ts';
import { formatSimulation, jsonLines } from './print.ts';

const examples = [
  'kubectl get application user-service -n argocd -w -o json --output-watch-events > user-service.json',
  'waybill notifications simulate --cm argocd-notifications-cm.yaml user-service.json',
];

/** One process for each recording: its clock only goes forward. */
async function play(
  session: Session,
  data: Readonly<Record<string, string>>,
  events: readonly RecordedEvent[],
  why: boolean,
): Promise<Simulation> {
  const engine = startEngine(findEngine(session.env), session.env);
  try {
    const { error } = await engine.check({ configMap: data, fillSecret: true });
    if (error !== undefined) {
      throw failure('notifications-refused', `the notifications controller refuses this ConfigMap: ${error}`, {
        help: ['It would send nothing at all. waybill notifications validate FILE finds the line.'],
      });
    }
    return await simulate(engine, data, events, why);
  } finally {
    engine.close();
  }
}

export const define: Define = (session) =>
  newCommand('simulate', examples)
    .description(
      "Replay recorded histories of Applications through Argo CD's own notifications controller, and print what it would send, to whom, when and why. Nothing is sent.",
    )
    .addArgument(
      new Argument('<recordings...>', 'output of kubectl get application -w -o json; may be compressed with gzip'),
    )
    .requiredOption('--cm <file>', 'the ConfigMap argocd-notifications-cm, or values of the argo-cd chart')
    .option('--all', 'also messages that only write an entry into the annotation')
    .option('--why', 'also why a trigger sent nothing: which of its conditions was false')
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['text', 'json'] as const).default('text' as const),
    )
    .action(async (recordings, options) => {
      const settings = readSettings(readInput(session, options.cm).toString(), options.cm);
      session.readSource = (file) => readFileSync(session.path(file), 'utf8');
      for (const file of recordings) {
        const simulation = await play(
          session,
          dataOf(settings),
          readRecording(readInput(session, file), file),
          options.why ?? false,
        );
        const shown = options.all
          ? simulation
          : {
              ...simulation,
              messages: simulation.messages.filter(
                ({ requests, problems }) => requests.length > 0 || problems.length > 0,
              ),
            };
        if (options.output === 'json') session.print(jsonLines(shown));
        else session.show(formatSimulation(basename(file), shown));
      }
      session.finish();
    });
