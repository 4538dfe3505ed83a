/**
 * The commander program: registers the commands and turns their results into an exit code.
 */
import { Command, CommanderError } from 'commander';
import { Failure } from '../diagnostics/failure.ts';
import { formatDiagnostics } from '../diagnostics/format.ts';
import { type ExitCode, exitCodes, type Streams } from './streams.ts';

/** Runs one command line (without `node` and the script) and returns the exit code. Never throws for user errors. */
export async function run(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const program = new Command('waybill')
    .description(
      'Render Argo CD applications with deployment metadata, and report every deployment to its source commit.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (error instanceof Failure) {
      streams.stderr.write(formatDiagnostics(error.diagnostics, () => undefined));
      return exitCodes.wrongInput;
    }
    throw error;
  }
}
