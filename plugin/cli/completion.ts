/**
 * `waybill complete SHELL`: completion in bash, zsh, fish and PowerShell, by a library that reads the commander program.
 */
import type { Command } from '@commander-js/extra-typings';
import tab from '@bomb.sh/tab/commander';

// It is the same class, but extra-typings' types for it are stricter than commander's own.
const library: { add(program: unknown): unknown } = { add: tab };

/**
 * Adds the command `complete` to a program that has all its commands. It prints by console.log: the shell calls it,
 * nothing else does.
 */
export function addCompletion(program: Command): void {
  library.add(program);
}
