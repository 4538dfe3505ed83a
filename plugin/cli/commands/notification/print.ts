/**
 * A simulation as text: what happened to the Applications with what was sent in between, then a table of what was sent.
 */
import { describeApplication } from '../../../notifications/replay/changes.ts';
import type { Simulation, SimulatedMessage } from '../../../notifications/replay/simulate.ts';
import { inOneLine } from '../../../diagnostics/format.ts';
import { table } from '../../table.ts';

const clock = (at: number): string => new Date(at).toISOString().slice(11, 23);

const destination = ({ service, recipient }: SimulatedMessage): string =>
  recipient === '' ? service : `${service}:${recipient}`;

function because({ trigger, condition, why }: SimulatedMessage): string {
  return `${trigger}[${condition}]${why === '' ? '' : ` ${why}`}`;
}

function results({ requests, problems }: SimulatedMessage): string {
  const statuses = requests.map(({ status }) => (status === 0 ? 'no answer' : String(status)));
  return [...new Set([...statuses, ...(problems.length > 0 ? ['failed'] : [])])].join(', ');
}

interface Line {
  readonly at: number;
  readonly text: string;
}

/** Changes of the Applications; an event in which nothing changes that can be seen is left out. */
function changes({ events }: Simulation): Line[] {
  const before = new Map<string, string>();
  return events.flatMap(({ at, key, type, application }) => {
    const now = type === 'DELETED' ? 'gone' : describeApplication(application);
    if (before.get(key) === now) return [];
    before.set(key, now);
    return [{ at, text: inOneLine(`${clock(at)}  ${key}: ${now}`) }];
  });
}

function sends({ messages }: Simulation): Line[] {
  return messages.flatMap((message) => {
    const lines = message.requests.map(({ what, status }) => `${what} -> ${status === 0 ? 'no answer' : status}`);
    const said = lines.length === 0 && message.problems.length === 0 ? ['(leaves a mark)'] : lines;
    const indent = ' '.repeat(14);
    const text = [
      `${indent}* ${destination(message)}, because of ${because(message)}`,
      ...said.map((line) => `${indent}    ${line}`),
      ...message.problems.map((line) => `${indent}    ! ${line}`),
    ]
      .map(inOneLine)
      .join('\n');
    return [{ at: message.at, text }];
  });
}

/**
 * Why triggers were silent, once until the reason changes. A trigger with several conditions sends when one of them is
 * true; notes that Waybill's own triggers leave for themselves have nothing to say about silence.
 */
function silences({ silences: all }: Simulation): Line[] {
  const before = new Map<string, string>();
  return all.flatMap(({ at, application, trigger, condition, because: reasons }) => {
    if (trigger === 'waybill' && condition > 0) return [];
    const key = `${application} ${trigger} ${condition}`;
    const text = reasons.join('; ');
    if (text === '' || before.get(key) === text) return [];
    before.set(key, text);
    const name = trigger === '' ? 'nothing' : `${trigger}[${condition}] nothing`;
    return [{ at, text: inOneLine(`${' '.repeat(14)}- ${name}: ${text}`) }];
  });
}

/** The timeline and the table of one recording. Times are UTC. */
export function formatSimulation(name: string, simulation: Simulation): string {
  const { events, messages, problems } = simulation;
  const day = new Date(events[0]?.at ?? 0).toISOString().slice(0, 10);
  // A message comes after the change that led to it; both lists are in order.
  const lines = [...changes(simulation), ...sends(simulation), ...silences(simulation)].toSorted((a, b) => a.at - b.at);
  const rows = messages.flatMap((message) =>
    (message.requests.length > 0 ? message.requests.map(({ what }) => what) : ['']).map((what) => [
      clock(message.at),
      message.application,
      what,
      destination(message),
      because(message),
      results(message),
    ]),
  );
  return [
    `${inOneLine(name)}: ${events.length} events, ${messages.length} messages (${day}, UTC)`,
    '',
    ...lines.map(({ text }) => text),
    ...(problems.length > 0
      ? ['', 'The controller also logged:', ...problems.map((line) => inOneLine(`  ${line}`))]
      : []),
    '',
    table(['MOMENT', 'APPLICATION', 'MESSAGE', 'TO', 'WHY', 'RESULT'], rows),
  ].join('\n');
}

/** One JSON object a line for each message, and for each trigger whose silence was asked for. */
export function jsonLines({ messages, silences: all }: Simulation): string {
  return [...messages, ...all]
    .toSorted((a, b) => a.at - b.at)
    .map((line) => `${JSON.stringify({ ...line, at: new Date(line.at).toISOString() })}\n`)
    .join('');
}
