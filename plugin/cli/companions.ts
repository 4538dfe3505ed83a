/**
 * Options that have an effect only beside another one. Without it they would be passed over in silence, so a command
 * refuses them. An option is meant only in commands that have one of its companions, such as `--interval` of `status`
 * and `page`, and not of `wait`.
 */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { UsageError } from './command.ts';

/** Names of options, as commander's attributes: one of the companions is to be given, too. */
const companions: Readonly<Record<string, readonly string[]>> = {
  branch: ['push', 'pullRequestBranch'],
  browser: ['githubApp'],
  eventsBranch: ['eventsRepository'],
  exitCode: ['drift'],
  host: ['serve'],
  interval: ['watch', 'serve'],
  listen: ['serve'],
  namespace: ['kube', 'context'],
  remote: ['push', 'pullRequestBranch'],
  replace: ['write'],
};

function isGiven(command: CommandUnknownOpts, attribute: string): boolean {
  return command.getOptionValueSource(attribute) === 'cli';
}

/** @throws UsageError for an option that is given without its companion */
export function refuseAlone(command: CommandUnknownOpts): void {
  const flags = new Map(command.options.map((option) => [option.attributeName(), option.long ?? option.flags]));
  for (const [attribute, flag] of flags) {
    const others = (companions[attribute] ?? []).filter((one) => flags.has(one));
    if (others.length === 0 || !isGiven(command, attribute) || others.some((one) => isGiven(command, one))) continue;
    throw new UsageError(`${flag} needs ${others.map((one) => flags.get(one)).join(' or ')}`);
  }
}
