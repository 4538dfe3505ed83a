/**
 * The commander program: registers the commands and turns their results into an exit code.
 */
import { statSync } from 'node:fs';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';

import { describeOption, guardOptions, refuseEmptyArguments, UsageError } from './command.ts';
import { commands } from './commands.ts';
import { refuseAlone } from './companions.ts';
import { inOneLine, visibleLines } from '../diagnostics/format.ts';
import { unlimited, watch } from '../limits/watch.ts';
import { endWith } from './ended.ts';
import { Session } from './session.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Streams } from './streams.ts';
import { version } from './version.ts';

const COMPLETE = 'complete';

/** An error of commander, which repeats what was typed: in CI that may be somebody's text, and stays in its line. */
function repeated(text: string, args: readonly string[] | 'all'): string {
  const words = args === 'all' ? [] : args.filter((word) => word.includes('\n'));
  return words.reduce((said, word) => said.replaceAll(word, inOneLine(word)), text);
}

function goTo(session: Session, directory: string): void {
  const path = session.path(directory);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`-C ${directory}: there is no such directory`);
  }
  session.cwd = path;
}

/**
 * Every subcommand ends by throwing, never by ending the process, writes to the session's streams, and refuses an empty
 * option, and one that is given twice and holds one value.
 */
function adopt(command: CommandUnknownOpts, program: Command, path: string): void {
  const name = `${path} ${command.name()}`;
  command.copyInheritedSettings(program).showHelpAfterError(`(${name} --help lists what it takes)`);
  guardOptions(command);
  for (const nested of command.commands) adopt(nested, program, name);
}

/**
 * The program for one session. Commands that `args` do not name are registered by name and summary only;
 * pass `all` for the complete tree (documentation, completion).
 */
export async function createProgram(
  session: Session,
  streams: Streams,
  args: readonly string[] | 'all',
): Promise<Command> {
  const program = new Command('waybill')
    .description(
      'Render Argo CD applications with deployment metadata, and report every deployment to its source commit.',
    )
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .configureHelp({ showGlobalOptions: true, optionDescription: describeOption })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(visibleLines(text)),
      outputError: (text, write) => write(repeated(text, args)),
      getErrHasColors: () => session.color,
    })
    .hook('preAction', (_program, action) => {
      const { directory } = action.optsWithGlobals();
      if (typeof directory === 'string') goTo(session, directory);
      // The shell passes on the word that is being typed, which may have no letter yet.
      if (action.name() !== COMPLETE) refuseEmptyArguments(action);
      refuseAlone(action);
    });
  program.option('-C, --directory <dir>', 'do everything as if started in <dir>');
  guardOptions(program);
  const isCompletion = args !== 'all' && args[0] === COMPLETE;
  for (const row of commands) {
    // A word that names a command may also be something else (a directory): loading one too many does no harm.
    const wanted = args === 'all' || isCompletion || args.includes(row.name);
    const command = wanted ? (await row.load(isCompletion ? 'all' : args)).define(session) : new Command(row.name);
    adopt(command, program, 'waybill');
    program.addCommand(command.summary(row.summary));
  }
  if (isCompletion)
    (await import('./completion.ts')).addCompletion(program, session.cwd, (text) => session.print(text));
  else
    program.addCommand(
      new Command(COMPLETE)
        .argument('<shell>')
        .summary('print the completion script for bash, zsh, fish or powershell')
        .description('Print the completion script for a shell (bash, zsh, fish, powershell).'),
    );
  return program;
}

/** Runs one command line (without `node` and the script) and returns the exit code. Never throws. */
export async function run(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const session = new Session(streams);
  try {
    const program = await createProgram(session, streams, args);
    await watch(unlimited, () => program.parseAsync(args, { from: 'user' }));
    await session.flush();
    return session.exitCode;
  } catch (error) {
    return endWith(error, session);
  }
}
