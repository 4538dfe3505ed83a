/**
 * `waybill event …`: deployment events as files in a Git repository.
 */
import { Command } from '@commander-js/extra-typings';
import type { Define } from '../command.ts';
import { define as emit } from './event/emit.ts';
import { define as list } from './event/list.ts';
import { define as next } from './event/next.ts';
import { define as prune } from './event/prune.ts';
import { define as reconcile } from './event/reconcile.ts';
import { define as replay } from './event/replay.ts';
import { define as show } from './event/show.ts';
import { define as validate } from './event/validate.ts';
import { define as wait } from './event/wait.ts';

export const define: Define = (session) => {
  const command = new Command('event').description(
    'Deployment events as files in a Git repository: CI and the cluster exchange them without a network path between them.',
  );
  for (const one of [emit, list, show, wait, next, replay, prune, validate, reconcile])
    command.addCommand(one(session));
  return command;
};
