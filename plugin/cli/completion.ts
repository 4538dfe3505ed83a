/**
 * `waybill complete SHELL`: completion in bash, zsh, fish and PowerShell, by a library that reads the commander program.
 * What the library cannot know is found in the files: applications, environments and images.
 */
import type { Command } from '@commander-js/extra-typings';
import tab from '@bomb.sh/tab/commander';
import { environmentNames } from '../applications/environments.ts';
import { findApplications } from '../applications/find.ts';
import { Failure } from '../diagnostics/failure.ts';
import { createDirectoryTree } from '../files/directory.ts';
import { defaultFileLimits } from '../files/limits.ts';
import { knownImages } from '../updates/known-images.ts';

type Complete = (value: string, description: string) => void;
type Handler = (complete: Complete) => void;

// It is the same class, but extra-typings' types for it are stricter than commander's own.
const library: { add(program: unknown): ReturnType<typeof tab> } = { add: tab };

/** A file that cannot be read completes to nothing: the shell shows no errors. */
function attempt<Value>(work: () => Value[]): Value[] {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** Values of all applications below a folder. */
function valuesBelow(
  folder: string,
  find: (directory: string, tree: ReturnType<typeof createDirectoryTree>) => Iterable<string>,
): Handler {
  return (complete) => {
    const tree = createDirectoryTree(folder, defaultFileLimits);
    const applications = attempt(() => [...findApplications(tree, '').applications]);
    const values = new Set(applications.flatMap((directory) => attempt(() => [...find(directory, tree)])));
    for (const value of [...values].sort()) complete(value, '');
  };
}

/**
 * Adds the command `complete` to a program that has all its commands.
 * @param folder where the command line is started
 * @param print gets what the library prints by console.log, which would not report that it could not be written
 */
export function addCompletion(program: Command, folder: string, print: (text: string) => void): void {
  const { log } = console;
  program.hook('preAction', () => {
    console.log = (...words: unknown[]) => print(`${words.join(' ')}\n`);
  });
  program.hook('postAction', () => {
    console.log = log;
  });
  const directories = valuesBelow(folder, (directory) => [directory || '.']);
  const environments = valuesBelow(folder, (directory, tree) => environmentNames(tree, directory) ?? []);
  const images = valuesBelow(folder, (directory, tree) => {
    const { declared, locked } = knownImages(tree, directory);
    return [...[...declared.values()].map(({ name }) => name), ...locked.values()];
  });
  const options = new Map([
    ['environment', environments],
    ['to', environments],
    ['from', environments],
    ['directory', directories],
    ['application', directories],
  ]);
  const words = new Map([
    ['dir', directories],
    ['dirs', directories],
    ['directory', directories],
    ['images', images],
  ]);
  for (const command of library.add(program).commands.values()) {
    for (const [name, option] of command.options) {
      const handler = options.get(name);
      if (handler) option.handler = handler;
    }
    for (const [name, argument] of command.arguments) {
      const handler = words.get(name);
      if (handler) argument.handler = handler;
    }
  }
}
