/**
 * The matrix: services down, environments across. A grid as WAI-ARIA describes it: Tab reaches one cell, arrows lead to
 * the others. Only the rows that can be seen are made, so that thousands of services are as quick as ten.
 */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Fleet, FleetCell } from '../../plugin/schemas/fleet.generated.ts';
import { stateWords } from '../../plugin/fleet/views/cells.ts';
import { worstFirst } from '../../plugin/fleet/states.ts';
import { toneOf } from '../components/state.tsx';
import { addressOf, type Filter, noFilter } from '../route.ts';
import { Cell, hasBadges } from './cell.tsx';
import { countStates, type Row, rowsOf, shownEnvironments } from './filter.ts';
import { offsetsOf, windowOf } from './window.ts';

/** Heights in pixels, the same as in matrix.css. */
const sizes = { row: 88, head: 52, cell: 62, cellWithBadges: 84 };
const narrow = '(max-width: 720px)';

/** The height of a cell where environments stand below each other. */
function narrowHeight(cell: FleetCell | undefined): number {
  if (!cell) return 0;
  return hasBadges(cell) ? sizes.cellWithBadges : sizes.cell;
}

/** Whether a media query holds, now and later. */
function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const update = () => setMatches(list.matches);
    list.addEventListener('change', update);
    return () => list.removeEventListener('change', update);
  }, [query]);
  return matches;
}

/** How many of a column's cells are in which state, as a bar. */
function Share({ cells }: { readonly cells: readonly FleetCell[] }) {
  const counts = countStates([{ name: '', cells: [...cells] }]);
  const shown = worstFirst.filter((state) => counts.has(state));
  let at = 0;
  const parts = shown.map((state) => {
    const width = ((counts.get(state) ?? 0) / cells.length) * 100;
    at += width;
    return (
      <rect key={state} class={toneOf(state)} x={at - width} width={Math.max(width - 0.6, 0.6)} height="4" rx="0.8" />
    );
  });
  const words = shown.map((state) => `${counts.get(state)} ${stateWords[state]}`).join(', ');
  return (
    <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label={words}>
      <title>{words}</title>
      {parts}
    </svg>
  );
}

interface Position {
  readonly row: number;
  /** 0: the service's name. */
  readonly column: number;
}

function moved({ row, column }: Position, event: KeyboardEvent, last: Position, page: number): Position | undefined {
  const far = event.ctrlKey || event.metaKey;
  switch (event.key) {
    case 'ArrowDown':
      return { row: Math.min(row + 1, last.row), column };
    case 'ArrowUp':
      return { row: Math.max(row - 1, 0), column };
    case 'ArrowRight':
      return { row, column: Math.min(column + 1, last.column) };
    case 'ArrowLeft':
      return { row, column: Math.max(column - 1, 0) };
    case 'PageDown':
      return { row: Math.min(row + page, last.row), column };
    case 'PageUp':
      return { row: Math.max(row - page, 0), column };
    case 'Home':
      return { row: far ? 0 : row, column: 0 };
    case 'End':
      return { row: far ? last.row : row, column: last.column };
    default:
      return undefined;
  }
}

function RowView(props: {
  readonly row: Row;
  readonly index: number;
  readonly environments: readonly string[];
  readonly now: number;
  /** The column that Tab reaches; undefined in other rows. */
  readonly active: number | undefined;
  readonly isNarrow: boolean;
}) {
  const { row, index, environments, now, active, isNarrow } = props;
  const { service, cells, matches } = row;
  return (
    <div role="row" class="row" aria-rowindex={index + 2} data-row={index}>
      <div role="rowheader" class="service" data-column={0}>
        <a
          href={addressOf({ view: 'service', service: service.name, environment: '', tab: 'history' })}
          tabIndex={active === 0 ? 0 : -1}
        >
          {service.name}
        </a>
        <span class="directory" title={service.directory}>
          {service.directory === service.name ? '' : service.directory}
        </span>
      </div>
      {cells.map((cell, column) => {
        const isActive = active === column + 1;
        const found = matches.size > 0 ? (matches.has(column) ? 'found' : 'not-found') : '';
        if (!cell && isNarrow) return null;
        return (
          <div
            key={environments[column]}
            role="gridcell"
            class={`cell ${found} ${cell ? `cell-${cell.state} ${hasBadges(cell) ? '' : 'cell-short'}` : 'cell-none'}`}
            data-column={column + 1}
            aria-colindex={column + 2}
            {...(cell ? {} : { tabIndex: isActive ? 0 : -1 })}
          >
            {isNarrow ? <span class="cell-environment">{environments[column]}</span> : null}
            {cell ? (
              <Cell service={service.name} cell={cell} now={now} isActive={isActive} />
            ) : (
              <span class="none" aria-label="not there">
                ·
              </span>
            )}
          </div>
        );
      })}
    </div>
  );
}

/** The rows and columns that the filter leaves. */
export function Matrix({
  fleet,
  filter,
  now,
}: {
  readonly fleet: Fleet;
  readonly filter: Filter;
  readonly now: number;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: globalThis.innerHeight });
  const [active, setActive] = useState<Position>({ row: 0, column: 0 });
  const [isPrinting, setPrinting] = useState(false);
  const wantsFocus = useRef(false);
  const isNarrow = useMedia(narrow);
  const environments = useMemo(() => shownEnvironments(fleet, filter), [fleet, filter]);
  const rows = useMemo(() => rowsOf(fleet, filter), [fleet, filter]);
  const offsets = useMemo(
    () =>
      offsetsOf(
        rows.map(({ cells }) =>
          isNarrow ? cells.reduce((sum, cell) => sum + narrowHeight(cell), sizes.head) : sizes.row,
        ),
      ),
    [rows, isNarrow],
  );
  const columns = useMemo(
    () =>
      environments.map((name) =>
        fleet.services.flatMap(({ cells }) => cells.filter((one) => one.environment === name)),
      ),
    [fleet, environments],
  );

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const update = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(update);
    observer.observe(element);
    element.addEventListener('scroll', update, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', update);
    };
  }, []);
  useLayoutEffect(() => {
    // What is printed is made first: every row.
    const before = () => setPrinting(true);
    const after = () => setPrinting(false);
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    return () => {
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
    };
  }, []);

  const last = { row: Math.max(0, rows.length - 1), column: environments.length };
  const place = { row: Math.min(active.row, last.row), column: Math.min(active.column, last.column) };
  const seen = windowOf(offsets, view.top, view.height, 400);
  const shown = isPrinting ? { first: 0, end: rows.length, before: 0, after: 0 } : seen;
  // The row that has the focus is kept, so that the focus is not lost when it is scrolled away.
  const isKept = place.row < shown.first || place.row >= shown.end;

  const focusPlace = () => {
    const cell = scroller.current?.querySelector(`[data-row="${place.row}"] [data-column="${place.column}"]`);
    const target = cell?.querySelector<HTMLElement>('a') ?? cell;
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    focusPlace();
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(view.height / sizes.row) - 1);
    const next = event.altKey ? undefined : moved(place, event, last, page);
    if (!next) return;
    event.preventDefault();
    wantsFocus.current = true;
    setActive(next);
  };
  const onFocusIn = (event: FocusEvent) => {
    const target = event.target instanceof Element ? event.target : undefined;
    const row = target?.closest('[data-row]')?.getAttribute('data-row');
    const column = target?.closest('[data-column]')?.getAttribute('data-column');
    if (typeof row !== 'string' || typeof column !== 'string') return;
    const next = { row: Number(row), column: Number(column) };
    if (next.row !== place.row || next.column !== place.column) setActive(next);
  };

  const rowAt = (index: number) => {
    const row = rows[index];
    return row ? (
      <RowView
        key={row.service.name}
        row={row}
        index={index}
        environments={environments}
        now={now}
        active={index === place.row ? place.column : undefined}
        isNarrow={isNarrow}
      />
    ) : null;
  };
  const indices = Array.from({ length: shown.end - shown.first }, (_none, at) => shown.first + at);

  return (
    <div class="scroller" ref={scroller} style={{ '--columns': String(environments.length) }}>
      <div
        role="grid"
        class="matrix"
        aria-label="Services and environments"
        aria-rowcount={rows.length + 1}
        aria-colcount={environments.length + 1}
        onKeyDown={onKeyDown}
        onFocusIn={onFocusIn}
      >
        <div role="row" class="row columns" aria-rowindex={1}>
          <div role="columnheader" class="service">
            {rows.length === fleet.services.length ? '' : `${rows.length} of `}
            {fleet.services.length} services
          </div>
          {environments.map((name, index) => (
            <div key={name} role="columnheader" class="column" aria-colindex={index + 2}>
              <span class="column-name">{name}</span>
              <Share cells={columns[index] ?? []} />
            </div>
          ))}
        </div>
        <div role="presentation" style={{ height: `${shown.before}px` }} />
        {isKept && place.row < shown.first ? (
          <div class="kept" role="presentation">
            {rowAt(place.row)}
          </div>
        ) : null}
        {indices.map(rowAt)}
        {isKept && place.row >= shown.end ? (
          <div class="kept" role="presentation">
            {rowAt(place.row)}
          </div>
        ) : null}
        <div role="presentation" style={{ height: `${shown.after}px` }} />
      </div>
      {rows.length === 0 ? (
        <p class="empty">
          Nothing fits these filters.
          <a class="button" href={addressOf({ view: 'matrix', filter: noFilter })}>
            Show all services
          </a>
        </p>
      ) : null}
    </div>
  );
}
