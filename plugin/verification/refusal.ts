/**
 * What a registry's refusal means for a check: the image is not there, or nobody could tell.
 */
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';

/** The diagnostics of a question that failed. Exceptions that are no Failure pass. */
export function refusalOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof Failure) return error.diagnostics;
  throw error;
}

/** Whether everybody who was asked said that there is no such image. */
export function isMissing(refusal: readonly Diagnostic[]): boolean {
  return refusal.every(({ code }) => code === 'registry-not-found');
}

/** What the refusals say, as lines of help. */
export function saidBy(refusal: readonly Diagnostic[]): string[] {
  return refusal.flatMap(({ message, help = [] }) => [message, ...help]);
}

/** The finding for an image of which nobody could tell. `what` is what was to be verified, such as `the signature of a:1`. */
export function notVerified(what: string, location: Location, refusal: readonly Diagnostic[]): Diagnostic {
  const [first] = refusal;
  const rest = refusal.slice(1).map(({ message }) => message);
  return {
    severity: 'error',
    code: 'image-not-verified',
    message: `${what} could not be verified: ${first?.message ?? 'there was no response'}`,
    location,
    help: [...(first?.help ?? []), ...rest],
  };
}
