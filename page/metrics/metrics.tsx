/**
 * The four keys: figures, charts by week, the same as tables, and the deployments that they are made from.
 */
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import type { FourKeys, Quantiles } from '../../plugin/fleet/metrics/metrics.ts';
import { lengthText, type Row } from '../../plugin/fleet/metrics/views.ts';
import type { MetricsData } from '../../plugin/page/data.ts';
import { Empty } from '../components/bits.tsx';
import { FilesContext } from '../files.ts';
import { count, moment } from '../format.ts';
import { type Route, spans } from '../route.ts';
import { Chart, type ChartProps } from './chart.tsx';
import { Deployments } from './deployments.tsx';
import {
  chosen,
  failureRate,
  keysOf,
  lately,
  leadTime,
  type List,
  perDay,
  restored,
  type Week,
  weeksOf,
} from './figures.ts';

type MetricsRoute = Extract<Route, { view: 'metrics' }>;

/** One of the four. */
interface Key extends Pick<ChartProps, 'colour' | 'isBars' | 'distances'> {
  readonly title: string;
  readonly figure: (keys: FourKeys) => string;
  /** What it is made from. */
  readonly from: (keys: FourKeys) => string;
  readonly list: List;
  readonly value: (keys: FourKeys) => number | undefined;
  readonly text: (value: number) => string;
}

const nine = (value: Quantiles | undefined): string =>
  value === undefined ? '' : `, nine of ten below ${lengthText(value.p90)}`;

/** Minutes, hours and days that people count in, in milliseconds. */
const lengths = [1, 5, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080, 20_160, 40_320, 80_640, 161_280].map(
  (minutes) => minutes * 60_000,
);

const keys: readonly Key[] = [
  {
    title: 'Deployments a day',
    figure: perDay,
    from: ({ succeeded, superseded }) =>
      `${count(succeeded, 'deployment')}${superseded > 0 ? `, ${superseded} overtaken before healthy` : ''}`,
    list: 'healthy',
    value: (each) => each.perDay,
    text: (value) => String(Number(value.toFixed(2))),
    colour: '--accent',
    isBars: true,
  },
  {
    title: 'Lead time',
    figure: leadTime,
    from: ({ leadTime: time, leadTimeUntil }) =>
      time === undefined
        ? 'no time of a source commit is known'
        : `until ${leadTimeUntil === 'locked' ? 'the lock named it' : 'healthy'}${nine(time)}`,
    list: 'healthy',
    value: (each) => each.leadTime?.median,
    text: lengthText,
    distances: lengths,
    colour: '--progress',
    isBars: false,
  },
  {
    title: 'Change failure rate',
    figure: failureRate,
    from: ({ failed, rollbacks, reverts }) => `${failed} failed, ${rollbacks + reverts} taken back`,
    list: 'failed',
    value: (each) => (each.failureRate === undefined ? undefined : each.failureRate * 100),
    text: (value) => `${Number(value.toFixed(1))} %`,
    colour: '--failure',
    isBars: true,
  },
  {
    title: 'Time to restore',
    figure: restored,
    from: ({ timeToRestore: time, open }) =>
      `${count(time?.count ?? 0, 'failure')} ended${nine(time)}${open > 0 ? `, ${open} open` : ''}`,
    list: 'failed',
    value: (each) => each.timeToRestore?.median,
    text: lengthText,
    distances: lengths,
    colour: '--queued',
    isBars: false,
  },
];

function KeyPanel(props: {
  readonly one: Key;
  readonly all: FourKeys;
  readonly weeks: readonly Week[];
  readonly onList: (list: List) => void;
}) {
  const { one, all, weeks, onList } = props;
  const chart = useMemo(
    (): ChartProps => ({
      label: `${one.title} by week: the table "By week" has the same figures`,
      times: weeks.map(({ to }) => to / 1000),
      values: weeks.map((week) => one.value(week.keys)),
      colour: one.colour,
      isBars: one.isBars,
      ...(one.distances ? { distances: one.distances } : {}),
      text: one.text,
    }),
    [one, weeks],
  );
  return (
    <section class="panel key">
      <h2>{one.title}</h2>
      <p class="key-figure">{one.figure(all)}</p>
      <p class="key-from">
        <span class="muted">{one.from(all)}</span>{' '}
        <a
          class="key-list"
          href="#deployments"
          onClick={(event) => {
            event.preventDefault();
            onList(one.list);
          }}
        >
          show these<span class="visually-hidden"> deployments behind: {one.title}</span>
        </a>
      </p>
      <Chart {...chart} />
    </section>
  );
}

const columns = ['Deployments', 'A day', 'Lead time', 'Failed', 'Restored in', 'Taken back'];

const figures = (each: FourKeys): readonly string[] => [
  String(each.deployments),
  perDay(each),
  leadTime(each),
  failureRate(each),
  each.open > 0 ? `${restored(each)}, ${each.open} open` : restored(each),
  String(each.rollbacks + each.reverts),
];

function Weeks({ weeks, onWeek }: { readonly weeks: readonly Week[]; readonly onWeek: (week: Week) => void }) {
  return (
    <section class="panel">
      <h2 id="by-week">By week</h2>
      <div class="table-scroller" tabIndex={0} role="region" aria-labelledby="by-week">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">Week until</th>
              {columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weeks.toReversed().map((week) => (
              <tr key={week.to}>
                <th scope="row">
                  <button type="button" class="text-button" onClick={() => onWeek(week)}>
                    {moment(new Date(week.to).toISOString()).slice(0, 10)}
                    <span class="visually-hidden">: show its deployments</span>
                  </button>
                </th>
                {figures(week.keys).map((text, index) => (
                  <td key={columns[index]}>{text}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Rows that are made; the filters reach the others. */
const most = 200;

function Rows({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <section class="panel">
      <h2 id="by-service">By service and environment</h2>
      <div class="table-scroller" tabIndex={0} role="region" aria-labelledby="by-service">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col" class="word">
                Environment
              </th>
              {columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, most).map((row) => (
              <tr key={`${row.service}\0${row.environment}`}>
                <th scope="row">{row.service}</th>
                <td class="word">{row.environment}</td>
                {figures(row.keys).map((text, index) => (
                  <td key={columns[index]}>{text}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > most ? (
        <p class="muted">And {rows.length - most} more: choose a service or an environment.</p>
      ) : null}
    </section>
  );
}

function Choice(props: {
  readonly label: string;
  readonly all: string;
  readonly names: readonly string[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { label, all, names, value, onChange } = props;
  return (
    <label class="order">
      <span class="visually-hidden">{label}</span>
      <select class="button" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{all}</option>
        {(names.includes(value) || value === '' ? names : [...names, value]).map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

const distinct = (names: readonly (string | undefined)[]): string[] =>
  [...new Set(names)].filter((name) => name !== undefined);

interface ViewProps {
  readonly route: MetricsRoute;
  readonly replace: (route: Route) => void;
}

function Metrics({ data: whole, route, replace }: ViewProps & { readonly data: MetricsData }) {
  const { service, environment, days } = route;
  const data = useMemo(() => lately(whole, days), [whole, days]);
  const [list, setList] = useState<List>('all');
  const [week, setWeek] = useState<Week | undefined>(undefined);
  const rows = useMemo(() => chosen(data, { service, environment }), [data, service, environment]);
  const weeks = useMemo(() => weeksOf(rows, data), [rows, data]);
  const all = useMemo(() => keysOf(rows, data), [rows, data]);
  const show = (next: List, of: Week | undefined) => {
    setList(next);
    setWeek(of);
    document.getElementById('deployments')?.focus();
  };
  return (
    <>
      <div class="choices">
        <Choice
          label="Environment"
          all="All environments"
          names={distinct(data.rows.map((row) => row.environment))}
          value={environment}
          onChange={(value) => replace({ ...route, environment: value })}
        />
        <Choice
          label="Service"
          all="All services"
          names={distinct(data.rows.map((row) => row.service))}
          value={service}
          onChange={(value) => replace({ ...route, service: value })}
        />
        <label class="order">
          <span class="visually-hidden">Time</span>
          <select
            class="button"
            value={String(days)}
            onChange={(event) => {
              setWeek(undefined);
              replace({ ...route, days: Number(event.currentTarget.value) });
            }}
          >
            {spans.map((one) => (
              <option key={one} value={String(one)}>
                the last {one} days
              </option>
            ))}
          </select>
        </label>
        <span class="muted">
          {moment(new Date(data.from).toISOString())} to {moment(new Date(data.to).toISOString())}
        </span>
      </div>
      {rows.length === 0 ? (
        <p class="muted">No deployments in this time.</p>
      ) : (
        <>
          <div class="keys">
            {keys.map((one) => (
              <KeyPanel key={one.title} one={one} all={all} weeks={weeks} onList={(next) => show(next, undefined)} />
            ))}
          </div>
          <Weeks weeks={weeks} onWeek={(of) => show('all', of)} />
          <Rows rows={rows} />
          <Deployments rows={rows} list={list} week={week} onList={setList} onAllWeeks={() => setWeek(undefined)} />
        </>
      )}
    </>
  );
}

/** The view. */
export function MetricsView({ route, replace }: ViewProps) {
  const [data, setData] = useState<MetricsData | Error | undefined>(undefined);
  const files = useContext(FilesContext);
  useEffect(() => {
    let isCurrent = true;
    files.metrics().then(
      (value) => isCurrent && setData(value),
      (error: unknown) => isCurrent && setData(error instanceof Error ? error : new Error(String(error))),
    );
    return () => {
      isCurrent = false;
    };
  }, [files]);
  if (data instanceof Error) {
    return (
      <Empty title="There are no metrics">
        <p>{data.message}</p>
      </Empty>
    );
  }
  return (
    <div class="page-body">
      <div class="title">
        <h1>Metrics</h1>
      </div>
      {data === undefined ? <p class="muted">Loading …</p> : <Metrics data={data} route={route} replace={replace} />}
    </div>
  );
}
