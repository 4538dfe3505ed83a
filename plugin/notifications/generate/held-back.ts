/**
 * Which records the rules of `trust` hold back, and why, in words: the controller only logs the first one. It says the same
 * as the expressions of trust.ts; a test plays both.
 */
import type { NotificationsFile } from '../../schemas/notifications.generated.ts';
import { parseRecordName } from '../../record/name.ts';
import { globPattern, isOwnRecord, recordsOfRule } from './trust.ts';

type Rules = NonNullable<NotificationsFile['trust']>;

/** What counts of an Application. */
export interface Reporting {
  readonly name: string;
  readonly namespace: string;
  /** As in the spec; empty: absent. */
  readonly project: string;
  /** Names of the ConfigMaps that it deploys and that are called like records. */
  readonly records: readonly string[];
}

/** A record that is not reported. */
export interface HeldBack {
  readonly record: string;
  readonly why: string;
}

function isOneOf(value: string, globs: readonly string[] | undefined): boolean {
  return globs === undefined || globs.includes('*') || new RegExp(globPattern(globs), 'u').test(value);
}

const list = (globs: readonly string[] | undefined): string => (globs ?? ['*']).join(', ');

/** Why a record is held back; undefined when it is reported. */
function why(rules: Rules, { name, namespace, project }: Reporting, record: string): string | undefined {
  const fields = parseRecordName(record);
  if (!fields) return 'its name is none that Waybill writes: something renamed it (namePrefix, nameSuffix, a hash)';
  const { owner, repository, environment, application } = fields;
  const about = rules.filter((rule) => new RegExp(recordsOfRule(rule), 'u').test(record));
  if (about.length === 0) return `no rule of trust names ${owner}/${repository} in the environment ${environment}`;
  const mine = about.filter((rule) => isOneOf(project, rule.projects) && isOneOf(namespace, rule.namespaces));
  if (mine.length === 0) {
    const others = about.map((rule) => `projects ${list(rule.projects)} in namespaces ${list(rule.namespaces)}`);
    return `trust lets ${[...new Set(others)].join(', or ')} report ${owner}/${repository} in ${environment}; this is project ${project || '(none)'} in namespace ${namespace}`;
  }
  if (!isOwnRecord(record, name)) return `it is the record of the application ${application}, and this one is ${name}`;
  return undefined;
}

/** The records of an Application that `rules` hold back, with the reason. */
export function heldBack(rules: Rules, application: Reporting): HeldBack[] {
  return application.records.flatMap((record) => {
    const reason = why(rules, application, record);
    return reason === undefined ? [] : [{ record, why: reason }];
  });
}
