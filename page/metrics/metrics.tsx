/**
 * The four keys.
 */
import { Empty } from '../components/bits.tsx';

/** To be filled from the metrics of the fleet. */
export function MetricsView() {
  return <Empty title="No metrics were computed for this page" />;
}
