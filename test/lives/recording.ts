/**
 * A life as a recording, which `waybill notifications simulate` replays.
 */
import type { Life } from './life.ts';
import { begin } from './model/argocd.ts';

/** One event of a watch a line, each with its moment. */
export function recordingOf(life: Life): string {
  let last: object | undefined;
  const lines = life.steps.map(({ at, put }) => {
    const t = new Date(begin + Math.round(at * 1000)).toISOString();
    const [object] = put ?? [];
    last = object ?? last;
    return JSON.stringify({ type: object ? 'MODIFIED' : 'DELETED', t, object: last });
  });
  return `${lines.join('\n')}\n`;
}
