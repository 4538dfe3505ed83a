/**
 * A chart of one key by week. The only file that knows uPlot. Those who do not see it have the table of weeks.
 */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';

/** What is drawn. */
export interface ChartProps {
  /** What it shows, in words. */
  readonly label: string;
  /** Seconds since 1970, the end of each week. */
  readonly times: readonly number[];
  /** A gap where there is nothing. */
  readonly values: readonly (number | undefined)[];
  /** A colour of the style sheet: `--accent`. */
  readonly colour: string;
  readonly isBars: boolean;
  /** Distances of the lines of the axis, the smallest first; undefined: of decimal numbers. */
  readonly distances?: readonly number[];
  /** A value as the axis has it. */
  readonly text: (value: number) => string;
}

const height = 150;

/** `Nov 3`, the same for everyone who reads it. */
const dayOf = (seconds: number): string =>
  new Date(seconds * 1000).toLocaleDateString('en-US', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** Shows the value under the pointer, inside the chart. */
function show(plot: uPlot, label: HTMLElement, { times, values, text }: ChartProps): void {
  const { idx, left = -1 } = plot.cursor;
  const time = times[idx ?? -1];
  const value = values[idx ?? -1];
  label.hidden = left < 0 || time === undefined || value === undefined;
  if (time === undefined || value === undefined) return;
  label.textContent = `${text(value)} in the week until ${dayOf(time)}`;
  const at = plot.over.offsetLeft + plot.valToPos(time, 'x');
  const most = plot.root.clientWidth - label.offsetWidth;
  label.style.left = `${Math.max(0, Math.min(most, at - label.offsetWidth / 2))}px`;
}

function draw(element: HTMLElement, label: HTMLElement, props: ChartProps): uPlot {
  const { times, values, colour, isBars, distances, text } = props;
  // Asked for at each drawing: the theme may have changed.
  const property = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
  const axis = {
    stroke: () => property('--text-2'),
    grid: { stroke: () => property('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  const bars = uPlot.paths.bars?.({ size: [0.7, 28], radius: 0.15 });
  const named = times.filter((_time, index) => (times.length - 1 - index) % 3 === 0);
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  return new uPlot(
    {
      width: Math.max(160, element.clientWidth),
      height,
      legend: { show: false },
      cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false } },
      hooks: { setCursor: [(plot) => show(plot, label, props)] },
      select: { show: false, left: 0, top: 0, width: 0, height: 0 },
      padding: [8, 10, 0, 0],
      scales: {
        x: { time: true, range: (_plot, from, to) => [from - 302_400, to + 302_400] },
        y: { range: [0, most > 0 ? most * 1.12 : 1] },
      },
      series: [
        {},
        {
          stroke: () => property(colour),
          fill: () => (isBars ? property(colour) : ''),
          width: isBars ? 0 : 2,
          ...(isBars && bars ? { paths: bars } : {}),
          points: { show: !isBars, size: 6, fill: () => property(colour) },
        },
      ],
      axes: [
        { ...axis, grid: { show: false }, size: 26, splits: () => named, values: (_plot, splits) => splits.map(dayOf) },
        {
          ...axis,
          ...(distances ? { incrs: [...distances] } : {}),
          size: 58,
          space: 34,
          values: (_plot, splits) => splits.map(text),
        },
      ],
    },
    [[...times], values.map((value) => value ?? null)],
    element,
  );
}

/** The chart. */
export function Chart(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const label = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const { current } = place;
    if (!current || !label.current) return undefined;
    const plot = draw(current, label.current, props);
    const resized = new ResizeObserver(() => plot.setSize({ width: Math.max(160, current.clientWidth), height }));
    resized.observe(current);
    const redraw = () => plot.redraw(false);
    const themed = new MutationObserver(redraw);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', redraw);
    return () => {
      resized.disconnect();
      themed.disconnect();
      system.removeEventListener('change', redraw);
      plot.destroy();
    };
  }, [props]);
  return (
    <div class="chart">
      <div ref={place} role="img" aria-label={props.label} />
      <p ref={label} class="chart-value" aria-hidden="true" hidden />
    </div>
  );
}
