/**
 * The shape of a command file (plugin/cli/commands/NAME.ts): it exports `define`, which makes the commander command
 * with its options, and whose action does one call and prints.
 */
import { Command, type CommandUnknownOpts, Help, type Option } from '@commander-js/extra-typings';
import { type Session } from './session.ts';

/** What every file in commands/ exports as `define`. */
export type Define = (session: Session) => CommandUnknownOpts;

/** Raised by an action when the command line makes no sense; ends with exit code 2 and a pointer to --help. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

const examplesByCommand = new WeakMap<CommandUnknownOpts, readonly string[]>();

/** The examples that the command was made with. */
export function examplesOf(command: CommandUnknownOpts): readonly string[] {
  return examplesByCommand.get(command) ?? [];
}

/** A command of the given name with the examples of its help text (lines without indentation, `$` added). */
export function newCommand(name: string, examples: readonly string[] = []): Command {
  const command = new Command(name);
  if (examples.length > 0) {
    examplesByCommand.set(command, examples);
    command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`);
  }
  return command;
}

/** An option's line in a help text: as commander writes it, without the default of an option that may be repeated. */
export function describeOption(option: Option): string {
  const nothing = Array.isArray(option.defaultValue) && option.defaultValue.length === 0;
  return nothing ? option.description : Help.prototype.optionDescription(option);
}

/** For options that may be given several times: `.option('--image <…>', '…', collect, [])`. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
