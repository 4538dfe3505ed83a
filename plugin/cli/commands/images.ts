/**
 * `waybill images …`: which images an environment runs.
 */
import { Command } from '@commander-js/extra-typings';
import type { Define } from '../command.ts';

/** A pipeline waits for `images set`: it must not wait for the code that asks registries too. */
const files: Readonly<Record<string, () => Promise<{ define: Define }>>> = {
  import: async () => await import('./images/import.ts'),
  list: async () => await import('./images/list.ts'),
  set: async () => await import('./images/set.ts'),
  update: async () => await import('./images/update.ts'),
  verify: async () => await import('./images/verify.ts'),
};

/** The command with those of its commands that `args` name, and with all when they name none. */
export async function load(args: readonly string[] | 'all'): Promise<{ define: Define }> {
  const named = Object.keys(files).filter((name) => args !== 'all' && args.includes(name));
  const wanted = named.length === 0 ? Object.values(files) : named.flatMap((name) => files[name] ?? []);
  const loaded = await Promise.all(wanted.map(async (file) => await file()));
  return {
    define: (session) => {
      const command = new Command('images').description(
        'Record which images an environment runs, in reviewed files: the step of a pipeline after it has built an image.',
      );
      for (const { define } of loaded) command.addCommand(define(session));
      return command;
    },
  };
}
