/**
 * Events as text: one JSON object a line with everything, or a table that fits a terminal.
 */
import type { Poison } from '../../../events/read.ts';
import type { Placed } from '../../../events/store.ts';
import type { Session } from '../../session.ts';
import { age } from '../../age.ts';
import { table } from '../../table.ts';

/** The text of events in the asked format. */
export function formatEvents(events: readonly Placed[], format: 'table' | 'json'): string {
  const good = events.flatMap((one) => one.event ?? []);
  if (format === 'json') return good.map((event) => `${JSON.stringify(event)}\n`).join('');
  return table(
    ['AGE', 'TYPE', 'APPLICATION', 'ENVIRONMENT', 'COMMIT', 'OUTCOME', 'DEPLOYMENT'],
    good.map(({ time, type, data }) => [
      age(time, Date.now()),
      type,
      data.application,
      data.environment,
      data.sourceCommit.slice(0, 8),
      data.outcome ?? '',
      data.deployment,
    ]),
  );
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
