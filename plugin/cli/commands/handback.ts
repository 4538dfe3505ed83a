/**
 * `waybill handback …`: the ways in which a deployment gives the pipeline its turn again.
 */
import { Command } from '@commander-js/extra-typings';
import type { Define } from '../command.ts';
import { define as compare } from './handbacks/compare.ts';
import { define as generate } from './handbacks/generate.ts';

export const define: Define = (session) => {
  const command = new Command('handback').description(
    'Start tests, promotion and clean-up after a deployment: five patterns, as files for your CI system.',
  );
  for (const one of [generate, compare]) command.addCommand(one(session));
  return command;
};
