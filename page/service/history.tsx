/**
 * What happened to a service: a timeline of all its environments, and the list of the chosen one.
 */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ServiceDetails } from '../../plugin/page/data.ts';
import type { FleetHistoryEntry, FleetService } from '../../plugin/schemas/fleet.generated.ts';
import { Age, Badge, CommitLink, Link } from '../components/bits.tsx';
import { stateWords } from '../../plugin/fleet/views/cells.ts';
import { isState, StateSign, toneOf } from '../components/state.tsx';
import { duration, moment, short } from '../format.ts';
import type { Loaded } from './service.tsx';
import { type Span, spansOf, ticksOf } from './spans.ts';

const lane = { height: 34, bar: 20 };
/** Before the panel is measured, and when it is printed. */
const usualWidth = 1000;

const ranges = [
  ['day', 86_400_000],
  ['week', 604_800_000],
  ['month', 2_592_000_000],
  ['quarter', 7_776_000_000],
] as const;

/** The milliseconds since the oldest of them, and a little more; at least an hour. */
function wholeRange(starts: readonly number[], now: number): number {
  return Math.max(3_600_000, (now - starts.reduce((oldest, one) => Math.min(oldest, one), now)) * 1.02);
}

function Lane(props: {
  readonly name: string;
  readonly spans: readonly Span[];
  readonly y: number;
  /** Where the time begins. */
  readonly label: number;
  readonly x: (time: number) => number;
}) {
  const { name, spans, y, label, x } = props;
  return (
    <g>
      <text x="0" y={y + 14} class="lane-name">
        {name.length > 16 ? `${name.slice(0, 15)}…` : name}
      </text>
      {spans.map(({ state, from, to, commit, entry }) => {
        const [left, right] = [Math.max(x(from), label), x(to)];
        if (right <= label) return null;
        const size = Math.max(right - left, 2);
        const words = `${name}: ${stateWords[state]}, ${commit === undefined ? '' : short(commit)} from ${moment(entry.at)}, ${duration(to - from)}`;
        return (
          <g key={`${from} ${state} ${commit ?? ''}`}>
            <rect
              class={`span ${toneOf(state)}`}
              x={left}
              y={y}
              width={Math.max(size - 1, 1.5)}
              height={lane.bar}
              rx="3"
            >
              <title>{words}</title>
            </rect>
            {size > 66 && commit !== undefined ? (
              <text class="span-text" x={left + 8} y={y + 14}>
                {short(commit)}
              </text>
            ) : null}
          </g>
        );
      })}
    </g>
  );
}

/** The timeline: one lane for each environment. What it shows is in the list, too: it is hidden from screen readers. */
function Timeline({ service, now }: { readonly service: FleetService; readonly now: number }) {
  const lanes = service.cells.map(({ environment, history }) => ({ environment, spans: spansOf(history, now) }));
  const starts = lanes.flatMap(({ spans }) => spans.map(({ from }) => from));
  const [chosen, setRange] = useState<number | undefined>(undefined);
  const [width, setWidth] = useState(usualWidth);
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current } = place;
    if (!current) return undefined;
    // One unit is one pixel, so that text is as large on a phone as elsewhere.
    const measured = new ResizeObserver(() => setWidth(Math.max(240, current.clientWidth || usualWidth)));
    measured.observe(current);
    return () => measured.disconnect();
  }, [starts.length === 0]);
  if (starts.length === 0) return null;
  const range = chosen ?? wholeRange(starts, now);
  const label = Math.min(110, width * 0.32);
  const x = (time: number) => label + ((time - (now - range)) / range) * (width - label);
  const height = lanes.length * lane.height + 22;
  return (
    <figure class="timeline">
      <div class="range" role="group" aria-label="Time that is shown">
        <button type="button" class="chip" aria-pressed={chosen === undefined} onClick={() => setRange(undefined)}>
          all
        </button>
        {ranges.map(([name, length]) => (
          <button
            key={name}
            type="button"
            class="chip"
            aria-pressed={chosen === length}
            onClick={() => setRange(length)}
          >
            {name}
          </button>
        ))}
      </div>
      <div ref={place}>
        <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {ticksOf(now - range, now, Math.max(2, Math.round(width / 140))).map(({ at, label }) => (
            <g key={at}>
              <path class="tick" d={`M${x(at)} 0V${height - 20}`} />
              <text class="tick-text" x={x(at)} y={height - 5}>
                {label}
              </text>
            </g>
          ))}
          {lanes.map(({ environment, spans }, index) => (
            <Lane key={environment} name={environment} spans={spans} y={index * lane.height + 6} label={label} x={x} />
          ))}
        </svg>
      </div>
    </figure>
  );
}

const happeningWords: Readonly<Record<string, string>> = {
  locked: 'lock changed',
  requested: 'deployment requested',
  tested: 'tested',
};

function Entry({
  entry,
  lasted,
  now,
}: {
  readonly entry: FleetHistoryEntry;
  readonly lasted: string;
  readonly now: number;
}) {
  const { what } = entry;
  return (
    <li class="happening">
      <span class="happening-sign">
        {isState(what) ? <StateSign state={what} isNamed /> : <span class="dot" aria-hidden="true" />}
      </span>
      <div class="happening-body">
        <p>
          <b class={isState(what) ? toneOf(what) : ''}>
            {isState(what) ? stateWords[what] : (happeningWords[what] ?? what)}
          </b>{' '}
          {entry.commit === undefined ? null : <CommitLink commit={entry.commit} />}{' '}
          {entry.tag === undefined ? null : <code class="muted">{entry.tag}</code>}{' '}
          {entry.isRollback === true ? <Badge tone="hold">rollback</Badge> : null}
          {lasted === '' ? null : <span class="muted"> for {lasted}</span>}
        </p>
        {entry.text === undefined ? null : (
          <p class={isState(what) && what !== 'success' ? 'happening-text' : 'muted'}>{entry.text}</p>
        )}
        <p class="muted">
          {entry.subject === undefined ? null : (
            <>
              <Link to={entry.url}>{entry.subject}</Link>
              {' · '}
            </>
          )}
          {entry.subject === undefined && entry.url !== undefined ? (
            <>
              <Link to={entry.url}>details</Link>
              {' · '}
            </>
          ) : null}
          {entry.by === undefined ? null : (
            <>
              <bdi>{entry.by}</bdi>
              {' · '}
            </>
          )}
          {moment(entry.at)}
          {entry.application === undefined ? '' : ` · ${entry.application}`}
        </p>
      </div>
      <Age at={entry.at} now={now} />
    </li>
  );
}

/** The timeline and the list. */
export function History(props: {
  readonly service: FleetService;
  readonly details: Loaded<ServiceDetails>;
  readonly environment: string;
  readonly now: number;
}) {
  const { service, details, environment, now } = props;
  const history = service.cells.find((cell) => cell.environment === environment)?.history ?? [];
  const spans = new Map(spansOf(history, now).map((span) => [span.entry, duration(span.to - span.from)]));
  if (details === undefined) return <p class="muted">Loading …</p>;
  if (details instanceof Error) return <p class="muted">The history is not there: {details.message}.</p>;
  return (
    <>
      <Timeline service={service} now={now} />
      {history.length === 0 ? (
        <p class="muted">Nothing is known of what happened here.</p>
      ) : (
        <ol class="happenings">
          {history.map((entry) => (
            <Entry
              key={`${entry.at} ${entry.what} ${entry.commit ?? ''} ${entry.image ?? ''} ${entry.from ?? ''}`}
              entry={entry}
              lasted={spans.get(entry) ?? ''}
              now={now}
            />
          ))}
        </ol>
      )}
    </>
  );
}
