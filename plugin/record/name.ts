/**
 * The record's name: the one channel that tells which source commits a compared revision renders.
 *
 * Argo CD publishes the names of an Application's resources (`status.resources`) from the moment it compares,
 * before, during and after every operation, a failing one included; no annotation reaches it that early. So the
 * name of the ConfigMap carries the facts: `waybill.<owner>.<repository>.<environment>.<application>.<commit>`.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { escapeField, escapedCharacters, isEscapable, unescapeField } from './escapes.ts';

/** What a record's name says. All in lower case. */
export interface RecordFields {
  /** Who owns the source repository; with `/` for GitLab's subgroups. */
  readonly owner: string;
  /** The source repository, without its owner. */
  readonly repository: string;
  /** The environment as it is reported (`reportAs`). */
  readonly environment: string;
  /** The application's name, without Argo CD's `<namespace>_`. */
  readonly application: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
}

/** What every record's name begins with. */
const recordPrefix = 'waybill';

/** The longest name of a Kubernetes object that is a DNS subdomain (k8s.io/apimachinery DNS1123SubdomainMaxLength). */
const longest = 253;

const order = ['owner', 'repository', 'environment', 'application'] as const;
const inMessages = {
  owner: "the source repository's owner",
  repository: 'the source repository',
  environment: 'the environment as reported (reportAs)',
  application: 'the application',
} as const;

/**
 * The name of the record of `fields`. Letters lose their case.
 * @throws Failure `record-name` for a character or an empty field that a name cannot carry, a commit that is not
 * 40 hexadecimal digits, or a name over 253 characters (with what to shorten).
 */
export function recordName(fields: RecordFields, location?: Location): string {
  attemptAll(order, (field) => {
    if (!isEscapable(fields[field])) {
      throw failure(
        'record-name',
        `the record's name cannot carry ${inMessages[field]} ${JSON.stringify(fields[field])}`,
        {
          location,
          help: [
            `It takes letters, digits and ${escapedCharacters.map((one) => (one === ' ' ? 'space' : one)).join(' ')}; it must not be empty.`,
            ...remedies(field),
          ],
        },
      );
    }
  });
  const commit = fields.commit.toLowerCase();
  if (!/^[0-9a-f]{40}$/u.test(commit)) {
    throw failure('record-name', `the source commit ${JSON.stringify(fields.commit)} is not a full commit`, {
      location,
      help: ['Write all 40 hexadecimal digits, as git rev-parse HEAD prints them.'],
    });
  }
  const name = [recordPrefix, ...order.map((field) => escapeField(fields[field])), commit].join('.');
  if (name.length > longest) {
    const lengths = order.map((field) => `${field} ${escapeField(fields[field]).length}`).join(', ');
    throw failure('record-name', `the record's name has ${name.length} characters, ${name.length - longest} too many`, {
      location,
      help: [
        `A Kubernetes name has at most ${longest}; this one spends ${lengths} on its fields: ${name}`,
        ...remedies('environment'),
      ],
    });
  }
  return name;
}

function remedies(field: (typeof order)[number]): string[] {
  return [
    field === 'environment'
      ? 'Set a shorter or plainer reportAs for the environment, or stamp.record: false (then nothing is reported).'
      : 'Set stamp.record: false to do without the record (then nothing is reported).',
  ];
}

/** What `name` says, or undefined when it is not a record's name. */
export function parseRecordName(name: string): RecordFields | undefined {
  const match = /^waybill\.(.+)\.([0-9a-f]{40})$/u.exec(name);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  // A dot before a digit is an escape, before a letter it begins the next field.
  const texts = match[1].split(/\.(?![0-9])/u).map(unescapeField);
  const [owner, repository, environment, application] = texts;
  if (texts.length !== order.length) return undefined;
  if (owner === undefined || repository === undefined || environment === undefined || application === undefined) {
    return undefined;
  }
  return { owner, repository, environment, application, commit: match[2] };
}
