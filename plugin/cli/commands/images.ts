/**
 * `waybill images …`: which images an environment runs.
 */
import { Command } from '@commander-js/extra-typings';
import type { Define } from '../command.ts';
import { define as importImages } from './images/import.ts';
import { define as list } from './images/list.ts';
import { define as set } from './images/set.ts';
import { define as update } from './images/update.ts';
import { define as verify } from './images/verify.ts';

export const define: Define = (session) => {
  const command = new Command('images').description(
    'Say which images an environment runs, in files that are reviewed: what a pipeline does after it has built one.',
  );
  for (const one of [importImages, list, set, update, verify]) command.addCommand(one(session));
  return command;
};
