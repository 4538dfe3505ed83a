/**
 * `waybill preview …`: what the pipeline of a source repository does for the previews of its pull requests, at providers
 * other than GitHub (whose workflows need no command).
 */
import { Command } from '@commander-js/extra-typings';
import type { Define } from '../command.ts';
import { define as failed } from './previews/failed.ts';
import { define as follow } from './previews/follow.ts';
import { define as start } from './previews/start.ts';
import { define as sweep } from './previews/sweep.ts';

export const define: Define = (session) => {
  const command = new Command('preview').description(
    "The pipeline's part of a preview of a pull request, for GitLab, Gitea, Bitbucket and Azure DevOps: what Argo CD does not report, and the comment in the pull request.",
  );
  for (const one of [start, failed, follow, sweep]) command.addCommand(one(session));
  return command;
};
