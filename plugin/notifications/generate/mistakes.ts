/**
 * Mistakes in notifications.yaml that its schema cannot see: names that are given twice, owners that no record could
 * tell apart, receivers whose environments no rule mentions, nobody to report to.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { notFoundHelp } from '../../diagnostics/suggest.ts';
import type { Path } from '../../resources/pointer.ts';
import type { NotificationsFile } from '../../schemas/notifications.generated.ts';
import type { Locate } from '../../schemas/problems.ts';
import { selectorProblem } from '../../expressions/label-selector.ts';
import { identifier } from './destination.ts';
import { matchesName } from './environment.ts';
import { providers } from './providers.ts';

interface Named {
  readonly path: Path;
  readonly name: string;
}

function problem(locate: Locate, path: Path, message: string, help: readonly string[]): Diagnostic {
  return { severity: 'error', code: 'notifications-config', message, location: locate(path), help };
}

function twice(named: readonly Named[], key: (name: string) => string, locate: Locate, help: string): Diagnostic[] {
  const seen = new Map<string, Named>();
  return named.flatMap((one) => {
    const first = seen.get(key(one.name));
    seen.set(key(one.name), first ?? one);
    if (!first) return [];
    const line = locate(first.path).line ?? 0;
    return [problem(locate, one.path, `"${one.name}" is here a second time (first in line ${line})`, [help])];
  });
}

interface Receiver extends Named {
  readonly environments: readonly string[];
}

function receiversIn<Item extends { environments?: readonly string[] }>(
  path: Path,
  items: readonly Item[] | undefined,
  key: string,
  name: (item: Item) => string,
): Receiver[] {
  return (items ?? []).map((item, index) => {
    return { path: [...path, index, key], name: name(item), environments: item.environments ?? [] };
  });
}

/** Receivers that people read, by the lists in the file: names must differ within each. */
function receivers({ slack, teams, pagerduty, opsgenie, email, webhooks, jenkins }: NotificationsFile): Receiver[][] {
  return [
    receiversIn(['slack', 'channels'], slack?.channels, 'channel', ({ channel }) => channel),
    receiversIn(['teams', 'channels'], teams?.channels, 'name', ({ name }) => name),
    receiversIn(['pagerduty', 'services'], pagerduty?.services, 'name', ({ name }) => name),
    receiversIn(['opsgenie', 'teams'], opsgenie?.teams, 'team', ({ team }) => team),
    receiversIn(['email', 'recipients'], email?.recipients, 'to', ({ to }) => to),
    receiversIn(['webhooks'], webhooks, 'name', ({ name }) => name),
    receiversIn(['jenkins'], jenkins, 'name', ({ name }) => name),
  ];
}

function withoutRule(file: NotificationsFile, locate: Locate): Diagnostic[] {
  const rules = Object.keys(file.environments ?? {});
  if (rules.length === 0) return [];
  return receivers(file)
    .flat()
    .flatMap(({ path, environments }) =>
      environments.flatMap((name, index) =>
        name.includes('*') || rules.some((rule) => matchesName(rule, name))
          ? []
          : [
              problem(
                locate,
                [...path.slice(0, -1), 'environments', index],
                `there is no rule for the environment "${name}"`,
                notFoundHelp('Under environments', name, rules),
              ),
            ],
      ),
    );
}

/** Owners whose repositories belong to another owner, too: a GitLab group with its subgroups. */
function overlapping(file: NotificationsFile, locate: Locate): Diagnostic[] {
  const all = providers(file);
  return all.flatMap(({ owner, path }) => {
    const above = all.find((other) => other.owner.below && owner.name.startsWith(`${other.owner.name}/`));
    if (!above) return [];
    return [
      problem(locate, path, `"${owner.name}" is below "${above.owner.name}", which is listed`, [
        'Its repositories would get every status twice. List the groups separately, without the one above them.',
      ]),
    ];
  });
}

function selector(file: NotificationsFile, locate: Locate): Diagnostic[] {
  const wrong = selectorProblem(file.applications?.selector ?? '');
  if (wrong === undefined) return [];
  return [
    problem(locate, ['applications', 'selector'], `the selector cannot be read: ${wrong}`, [
      'It is a label selector as kubectl takes it with -l, such as team=payments,tier!=test.',
    ]),
  ];
}

/** All mistakes, in no particular order. */
export function mistakes(file: NotificationsFile, locate: Locate): Diagnostic[] {
  const all = providers(file).map(({ owner, path }) => ({ path, name: owner.name }));
  const people = receivers(file);
  const nobody = all.length === 0 && people.every((list) => list.length === 0);
  return [
    ...twice(
      all,
      (name) => name,
      locate,
      'A record names the owner of a source repository, not its host: one owner can be reported to one place only.',
    ),
    ...people.flatMap((list) =>
      twice(
        list,
        identifier,
        locate,
        'Names that differ in letters and digits only count; give each receiver its own.',
      ),
    ),
    ...overlapping(file, locate),
    ...selector(file, locate),
    ...withoutRule(file, locate),
    ...(nobody
      ? [
          problem(locate, [], 'nothing receives statuses or messages', [
            'Give at least one of github, gitlab, bitbucket, azureDevOps, gitea, slack, teams, pagerduty, opsgenie, email, webhooks, jenkins.',
          ]),
        ]
      : []),
  ];
}
