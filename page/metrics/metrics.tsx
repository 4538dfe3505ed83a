/**
 * The four keys.
 */
import type { PageData } from '../../plugin/page/data.ts';
import { Empty } from '../components/bits.tsx';

/** To be filled from the metrics of the fleet. */
export function MetricsView({ data }: { readonly data: PageData }) {
  return <Empty title={data.hasMetrics ? 'Loading' : 'No metrics were computed for this page'} />;
}
