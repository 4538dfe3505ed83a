/**
 * The list of commands. A row loads its file only when the command is asked for: `waybill render` is on the path of
 * every deployment and must not pay for what it does not run.
 */
import type { Define } from './command.ts';

/** One command: its name, its line in `waybill --help`, and its file. */
export interface CommandRow {
  readonly name: string;
  readonly summary: string;
  /** `args`: the command line, for commands that load only what it names. */
  readonly load: (args: readonly string[] | 'all') => Promise<{ define: Define }>;
}

/** In the order of `waybill --help`. */
export const commands: readonly CommandRow[] = [
  {
    name: 'render',
    summary: 'print the resources of an application as Argo CD gets them',
    load: () => import('./commands/render.ts'),
  },
  {
    name: 'explain',
    summary: 'show the origin of fields: every value, with file and line',
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'diff',
    summary: 'compare two environments, or a git revision with the current files',
    load: () => import('./commands/diff.ts'),
  },
  {
    name: 'record',
    summary: 'print the record of an environment, for Applications that Argo CD renders itself',
    load: () => import('./commands/record.ts'),
  },
  {
    name: 'validate',
    summary: 'render every environment of every application below a directory',
    load: () => import('./commands/validate.ts'),
  },
  {
    name: 'init',
    summary: 'write a first waybill.yaml from the existing files',
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'new',
    summary: 'write a repository from a template',
    load: () => import('./commands/new.ts'),
  },
  {
    name: 'vendor',
    summary: 'copy remote charts and bases into the repository, pinned by digest',
    load: () => import('./commands/vendor.ts'),
  },
  {
    name: 'adopt',
    summary: "write the operator's side for existing applications: sidecar, policy, notifications, CI",
    load: () => import('./commands/adopt.ts'),
  },
  {
    name: 'plugin',
    summary: 'the commands that the sidecar of Argo CD runs',
    load: () => import('./commands/plugin.ts'),
  },
  {
    name: 'serve',
    summary: "serve Argo CD's plugin protocol in the sidecar, in one long-running process",
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'doctor',
    summary: 'check the installation, and show how to fix problems',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'event',
    summary: 'deployment events as files in a Git repository',
    load: () => import('./commands/event.ts'),
  },
  {
    name: 'handback',
    summary: 'start tests after a deployment: write the files of a pattern, compare the patterns',
    load: () => import('./commands/handback.ts'),
  },
  {
    name: 'images',
    summary: 'record which images an environment runs',
    load: async (args) => await (await import('./commands/images.ts')).load(args),
  },
  {
    name: 'notifications',
    summary: "settings of Argo CD's notifications controller: generate, validate and simulate them",
    load: () => import('./commands/notifications.ts'),
  },
  {
    name: 'promote',
    summary: 'copy the images of one environment to another, if its gates allow it',
    load: () => import('./commands/promote.ts'),
  },
  {
    name: 'rollback',
    summary: 'restore an earlier state of an environment',
    load: () => import('./commands/rollback.ts'),
  },
  {
    name: 'hold',
    summary: 'block a version of an image in an environment, or keep the current one',
    load: () => import('./commands/hold.ts'),
  },
  {
    name: 'release',
    summary: 'remove a hold',
    load: () => import('./commands/release.ts'),
  },
  {
    name: 'status',
    summary: 'show what runs where, since when, and whether it is healthy',
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'page',
    summary: 'show the fleet as a page: services, environments, histories, differences',
    load: () => import('./commands/page.ts'),
  },
  {
    name: 'where',
    summary: 'show where a commit, pull request, tag, digest or image runs, and where it does not yet',
    load: () => import('./commands/where.ts'),
  },
  {
    name: 'wait',
    summary: 'wait until a commit is deployed, has failed or was superseded',
    load: () => import('./commands/wait.ts'),
  },
  {
    name: 'trace',
    summary: 'follow a commit from the lock to its status, and show the broken step',
    load: () => import('./commands/trace.ts'),
  },
  {
    name: 'metrics',
    summary: 'print the four keys: how often, how fast and how well services are deployed',
    load: () => import('./commands/metrics.ts'),
  },
  {
    name: 'preview',
    summary: "the pipeline's part of a preview of a pull request",
    load: () => import('./commands/preview.ts'),
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of a file that Waybill reads or writes',
    load: () => import('./commands/schema.ts'),
  },
];
