/**
 * How a command line that threw ends: what is said on stderr, and the exit code.
 */
import { CommanderError } from '@commander-js/extra-typings';
import { Failure } from '../diagnostics/failure.ts';
import { isSystemError, systemFailure } from '../diagnostics/system-error.ts';
import { SaidAlready } from '../limits/watcher.ts';
import { UsageError } from './command.ts';
import type { Session } from './session.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { version } from './version.ts';

/** A remote refused, where that is all that went wrong: with another mistake beside it, the input is to be corrected first. */
function exitCodeOf({ diagnostics }: Failure): ExitCode {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return errors.length > 0 && errors.every(({ code }) => code.startsWith('remote-'))
    ? exitCodes.remoteRefused
    : exitCodes.wrongInput;
}

/** Says on stderr what `error` means and gives the exit code. An error that nobody foresaw is an internal one. */
export function endWith(error: unknown, session: Session): ExitCode {
  session.progress('');
  // commander has printed its message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof SaidAlready) return exitCodes.wrongInput;
  if (error instanceof UsageError) {
    session.note(`error: ${error.message}`);
    return exitCodes.usage;
  }
  const known = isSystemError(error) ? systemFailure(error) : error;
  if (known instanceof Failure) {
    session.report(known.diagnostics);
    return exitCodeOf(known);
  }
  session.note(`waybill ${version}: internal error. Please report it with the command you ran.`);
  const about = known instanceof Error ? (known.stack ?? known.message) : String(known);
  for (const line of about.split('\n')) session.note(line);
  return exitCodes.internalError;
}
