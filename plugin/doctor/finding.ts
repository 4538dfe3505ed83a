/**
 * What one check of `waybill doctor` says.
 */
import { Failure } from '../diagnostics/failure.ts';

/** One thing that was looked at. */
export interface Finding {
  /** `helm`, `policy`, `this directory`. */
  readonly subject: string;
  /** `ok`; `missing`: fine unless it is needed; `wrong`: must be put right. */
  readonly state: 'ok' | 'missing' | 'wrong';
  /** Version, path, or what is wrong, in one line. */
  readonly detail: string;
  /** What to do; absent when nothing is to be done. */
  readonly advice?: readonly string[];
}

/** The finding of a failed check: its Failure's message as the detail, its help as the advice. Other exceptions pass. */
export function failed(subject: string, state: 'missing' | 'wrong', error: unknown): Finding {
  if (!(error instanceof Failure)) throw error;
  const [first, ...rest] = error.diagnostics;
  const { location } = first ?? {};
  const place = location ? `${[location.file, location.line, location.column].filter(Boolean).join(':')}: ` : '';
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : '';
  return { subject, state, detail: `${place}${first?.message ?? ''}${more}`, advice: first?.help ?? [] };
}
