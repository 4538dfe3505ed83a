/**
 * Who may report to a source repository: `trust` of notifications.yaml as an expression. A record is believed when a
 * rule allows its owner, repository and environment to the Application's project and namespace, and when its application
 * is the Application's own name. The pattern holds the whole name, so a name that decodes in two ways fits nowhere.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { NotificationsFile } from '../../schemas/notifications.generated.ts';
import type { NotificationsConfig } from './config.ts';
import { anyField, fieldPattern } from './pattern.ts';
import { providers } from './providers.ts';

type Rules = NonNullable<NotificationsFile['trust']>;

/** The Application's name as the last field of a record has it: names of Kubernetes hold no other escaped character. */
const ownName = "'.' + (app.metadata.name matches '^[a-wyz]' ? '' : 'x') + replace(app.metadata.name, '.', '.0')";

function quoted(text: string): string {
  return text.replace(/[$()*+./?[\\\]^{|}]/gu, (character) => (character === '*' ? '.*' : `[${character}]`));
}

/** A regular expression for values that one of `globs` allows. */
export function globPattern(globs: readonly string[]): string {
  return `^(?:${globs.map(quoted).join('|')})$`;
}

/** Whether a record's last field names this Application; as {@link ownName}. */
export function isOwnRecord(record: string, application: string): boolean {
  const escaped = `${/^[a-wyz]/u.test(application) ? '' : 'x'}${application.replaceAll('.', '.0')}`;
  return record.slice(0, -41).endsWith(`.${escaped}`);
}

/** Whether `value` is one of `globs`; undefined when all are. */
function oneOf(value: string, globs: readonly string[] | undefined): string | undefined {
  if (globs === undefined || globs.includes('*')) return undefined;
  return `${value} matches '${globPattern(globs)}'`;
}

/** A regular expression for the names of records that a rule allows to somebody. */
export function recordsOfRule({ repositories, environments = ['*'] }: Rules[number]): string {
  const sources = repositories.map((repository) => {
    const end = repository.lastIndexOf('/');
    const owner = fieldPattern(repository.slice(0, end), 'owner');
    return `(?:${owner})[.](?:${fieldPattern(repository.slice(end + 1), 'repository')})`;
  });
  const where = environments.map((glob) => fieldPattern(glob, 'environment')).join('|');
  return `^waybill[.](?:${sources.join('|')})[.](?:${where})[.]${anyField}[.][0-9a-f]{40}$`;
}

/** An expression of type bool: whether the record that the expression `name` names is believed. Empty without rules. */
export function trustOf(rules: Rules | undefined, name: string): string {
  if (rules === undefined) return '';
  const any = rules.map((rule) => {
    const who = [
      oneOf("(app.spec?.project ?? 'default')", rule.projects),
      oneOf('app.metadata.namespace', rule.namespaces),
      `${name} matches '${recordsOfRule(rule)}'`,
    ];
    return who.filter((part) => part !== undefined).join(' and ');
  });
  return `(${any.join(' or ')}) and ${name}[:-41] endsWith ${ownName}`;
}

/** What it means that a configuration has no rules: a warning, or undefined. */
export function withoutTrust({ file }: NotificationsConfig, name: string): Diagnostic | undefined {
  if (file.trust !== undefined || providers(file).length === 0) return undefined;
  return {
    severity: 'warning',
    code: 'notifications-trust',
    message:
      'everyone who can deploy a ConfigMap can report to every repository of the owners here: there is no "trust"',
    location: { file: name, line: 1 },
    help: ['Say under trust which projects may report to which repositories: docs/notifications/configuration.md.'],
  };
}
