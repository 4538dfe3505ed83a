/**
 * Events as text: one JSON object a line with everything, or a table that fits a terminal.
 */
import type { Poison } from '../../../events/read.ts';
import type { Placed } from '../../../events/store.ts';
import type { Session } from '../../session.ts';
import { age } from '../../age.ts';
import { table } from '../../table.ts';

/** Prints events in the asked format. */
export function printEvents(session: Session, events: readonly Placed[], format: 'table' | 'json'): void {
  const good = events.flatMap((one) => one.event ?? []);
  if (format === 'json') {
    session.print(good.map((event) => `${JSON.stringify(event)}\n`).join(''));
    return;
  }
  const rows = good.map(({ time, type, data }) => [
    age(time, Date.now()),
    type,
    data.application,
    data.environment,
    data.sourceCommit.slice(0, 8),
    data.outcome ?? '',
    data.deployment,
  ]);
  session.show(table(['AGE', 'TYPE', 'APPLICATION', 'ENVIRONMENT', 'COMMIT', 'OUTCOME', 'DEPLOYMENT'], rows));
}

/** Says on stderr which files are no events. */
export function warnOfPoison(session: Session, poison: readonly Poison[]): void {
  session.report(
    poison.map(({ path, reason }) => ({
      severity: 'warning',
      code: 'event-invalid',
      message: `this file ${reason}`,
      location: { file: path },
      help: ['It is passed over. Correct it, or delete it from the repository.'],
    })),
  );
}
