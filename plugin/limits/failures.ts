/**
 * What is said when a command used more time or memory than it may.
 */
import { type Failure, failure } from '../diagnostics/failure.ts';

/** Failure `limit-seconds`. `step` is what took the time, as `reading the source`. */
export function tookTooLong(seconds: number, step?: string): Failure {
  const last = step === undefined ? '' : `; the last step was ${step}`;
  return failure('limit-seconds', `rendering took more than ${seconds} seconds${last}`, {
    help: ["The limit is limits.seconds of the operator's policy. Argo CD's own deadline must be above it."],
  });
}

/** Failure `limit-memory`. */
export function tookTooMuch(bytes: number): Failure {
  const size = Number.isFinite(bytes) ? `more than ${Math.floor(bytes / 2 ** 20)} MiB of memory` : 'too much memory';
  return failure('limit-memory', `the command used ${size} and was stopped`, {
    help: [
      "The limit is limits.memory of the operator's policy, or what Node takes of this machine (node --max-old-space-size).",
    ],
  });
}
