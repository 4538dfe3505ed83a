/**
 * `waybill notifications …`: what Argo CD's notifications controller tells the source commit and people.
 */
import { Command } from '@commander-js/extra-typings';
import type { Define } from '../command.ts';
import { define as githubApp } from './notification/github-app.ts';
import { define as generate } from './notification/generate.ts';
import { define as simulate } from './notification/simulate.ts';
import { define as validate } from './notification/validate.ts';

export const define: Define = (session) => {
  const command = new Command('notifications').description(
    "Settings of Argo CD's notifications controller: generate, validate and simulate them.",
  );
  for (const one of [generate, githubApp, validate, simulate]) command.addCommand(one(session));
  return command;
};
