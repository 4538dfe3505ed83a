/**
 * When an environment may be promoted into: windows on days of the week, in a time zone, and a freeze.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import type { ConfigGates, ConfigGateWindow } from '../schemas/config.generated.ts';
import type { Application } from './application.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

type Day = (typeof DAYS)[number];

/** A moment as a wall clock shows it. */
interface LocalTime {
  readonly day: Day;
  /** Since midnight. */
  readonly minutes: number;
}

/** The wall clock of a time zone (IANA) at a moment; undefined for a zone that does not exist. */
function localTime(moment: Date, timeZone: string): LocalTime | undefined {
  let format: Intl.DateTimeFormat;
  try {
    const parts = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    format = new Intl.DateTimeFormat('en-US', { ...parts, timeZone });
  } catch {
    return undefined;
  }
  const part = new Map(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  const day = DAYS.find((one) => one === part.get('weekday')?.toLowerCase());
  return day && { day, minutes: Number(part.get('hour')) * 60 + Number(part.get('minute')) };
}

function minutesOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** Whether a window is open at a moment. One that ends before it begins goes on until that time of the next day. */
export function isActive({ days, from, to, timeZone = 'UTC' }: ConfigGateWindow, moment: Date): boolean {
  const now = localTime(moment, timeZone);
  // Zones are checked when waybill.yaml is read.
  if (!now) return false;
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const isOn = (day: Day | undefined): boolean => day !== undefined && (days ?? DAYS).includes(day);
  if (start < end) return isOn(now.day) && now.minutes >= start && now.minutes < end;
  const yesterday = DAYS[(DAYS.indexOf(now.day) + 6) % 7];
  return (isOn(now.day) && now.minutes >= start) || (isOn(yesterday) && now.minutes < end);
}

/** `fri 12:00 to 24:00 Europe/Berlin` */
function windowText({ days, from, to, timeZone = 'UTC' }: ConfigGateWindow): string {
  return `${days === undefined ? '' : `${days.join(', ')} `}${from} to ${to} ${timeZone}`;
}

/** Why the time is wrong, as the end of a sentence; undefined when it is right. */
export function closedBecause({ windows = [], freeze }: Readonly<ConfigGates>, moment: Date): string | undefined {
  if (freeze && (freeze.until === undefined || moment.getTime() < Date.parse(freeze.until))) {
    return `everything: frozen${freeze.until === undefined ? '' : ` until ${freeze.until}`} (${freeze.reason})`;
  }
  const denying = windows.find((one) => one.kind === 'deny' && isActive(one, moment));
  if (denying) return `everything now: ${windowText(denying)} is closed`;
  const allowing = windows.filter(({ kind }) => kind === 'allow');
  if (allowing.length === 0 || allowing.some((one) => isActive(one, moment))) return undefined;
  return `everything now: it is open ${allowing.map(windowText).join('; ')}`;
}

/**
 * What a schema cannot say about windows and freezes.
 * @throws Failure `config-invalid`
 */
export function checkGateTimes({ config, document, environments }: Application): void {
  attemptAll(environments, (environment) => {
    const gates = config.environments?.[environment]?.gates;
    const at = ['environments', environment, 'gates'];
    if (gates?.freeze?.until !== undefined && Number.isNaN(Date.parse(gates.freeze.until))) {
      throw failure('config-invalid', `${JSON.stringify(gates.freeze.until)} is no date`, {
        location: document.locate([...at, 'freeze', 'until']),
        help: ['Write it as in 2026-12-01 (midnight in UTC) or 2026-12-01T08:00:00+01:00.'],
      });
    }
    attemptAll(gates?.windows ?? [], ({ from, to, timeZone }, index) => {
      const path = [...at, 'windows', index];
      if (timeZone !== undefined && !localTime(new Date(0), timeZone)) {
        throw failure('config-invalid', `there is no time zone ${JSON.stringify(timeZone)}`, {
          location: document.locate([...path, 'timeZone']),
          help: ['Write a name of the IANA database, such as Europe/Berlin or America/New_York. Default: UTC.'],
        });
      }
      if (minutesOf(from) === minutesOf(to)) {
        throw failure('config-invalid', `the window from ${from} to ${to} is empty`, {
          location: document.locate([...path, 'to']),
          help: ['A whole day is from "00:00" to "24:00".'],
        });
      }
    });
  });
}
