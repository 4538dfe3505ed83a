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

/** Whether an option takes each of the values that it is given; others hold one. */
function isRepeatable(option: Option): boolean {
  return option.variadic || option.parseArg === collect;
}

/**
 * Makes every option refuse an empty text, which is what a variable of a pipeline that is not set leaves (`-C "$DIR"`
 * would be the current directory), and an option that holds one value refuse a second: commander would keep the last and
 * forget the others. Applied to every command in one place (program.ts), so that no option can be left out.
 */
export function guardOptions(command: CommandUnknownOpts): void {
  for (const option of command.options) {
    // A flag without a value says the same however often it is given.
    if (!option.required && !option.optional) continue;
    const before: unknown[] = [];
    command.on(`option:${option.name()}`, (value: unknown) => {
      if (value === '') throw new UsageError(`${option.long ?? option.flags} is given an empty text`);
      before.push(value);
      if (before.length < 2 || isRepeatable(option)) return;
      throw new UsageError(
        `${option.long ?? option.flags} is given twice (${before.join(', ')}), but accepts one value`,
      );
    });
  }
}

/** Refuses an empty argument, as {@link guardOptions} does for options. The words of another program's command are its own. */
export function refuseEmptyArguments(command: CommandUnknownOpts): void {
  const [last] = command.registeredArguments.slice(-1);
  const own = last?.variadic && last.name() === 'command' ? command.registeredArguments.length - 1 : undefined;
  const index = command.args.slice(0, own).indexOf('');
  if (index < 0) return;
  const argument = command.registeredArguments[index] ?? last;
  throw new UsageError(`the argument ${argument?.name() ?? index + 1} is an empty text`);
}
