/**
 * The rules for environments: which one counts for a name, and what they mean in expressions and Go templates.
 */
import type { NotificationsFile } from '../../schemas/notifications.generated.ts';
import type { Locate } from '../../schemas/problems.ts';
import { goString, goText } from './go-text.ts';
import type { TransientRules } from './triggers.ts';

/** `*` stands for any characters; `^…$` in the syntax that JavaScript and Go share. */
function regExpOf(name: string): string {
  const parts = name.split('*').map((part) => part.replace(/[$()*+./?[\\\]^{|}]/gu, '\\$&'));
  return `^${parts.join('.*')}$`;
}

/** Whether an environment's name matches a rule's; letters have no case. */
export function matchesName(rule: string, name: string): boolean {
  return new RegExp(regExpOf(rule), 'iu').test(name);
}

type Rules = NonNullable<NotificationsFile['environments']>;

/** Names before patterns; otherwise as written. */
function ordered(rules: Rules): [string, Rules[string]][] {
  const all = Object.entries(rules);
  return [...all.filter(([name]) => !name.includes('*')), ...all.filter(([name]) => name.includes('*'))];
}

/** Environments that will not exist for long, and those that rules before them except. */
export function transientRules(rules: Rules = {}): TransientRules {
  const all = ordered(rules);
  const last = all.findLastIndex(([, rule]) => rule.transient === true);
  const before = all.slice(0, last + 1);
  const names = (transient: boolean): string[] =>
    before.filter(([, rule]) => (rule.transient === true) === transient).map(([name]) => name);
  return { patterns: names(true), except: names(false) };
}

/** A Go condition: whether `$environment` matches a rule's name. */
function goMatch(name: string): string {
  const lower = name.toLowerCase();
  if (!lower.includes('*')) return `eq $environment ${goString(lower)}`;
  return `regexMatch ${goString(regExpOf(lower))} $environment`;
}

/** What a pattern's `*` stands for. */
function wildcard(name: string): string {
  const [before = '', ...rest] = name.toLowerCase().split('*');
  return `($environment | trimPrefix ${goString(before)} | trimSuffix ${goString(rest.join('*'))})`;
}

const variables = {
  application: '$application',
  namespace: '$namespace',
  environment: '$environment',
  repository: '$repository',
  commit: '$commit',
};

/** The definition of `$environmentURL`. Failure for a URL that uses unknown names. */
export function environmentURL(rules: Rules = {}, locate: Locate): string {
  const branches = ordered(rules).map(([name, rule]) => {
    const known = { ...variables, ...(name.includes('*') ? { wildcard: wildcard(name) } : {}) };
    const url =
      rule.url === undefined
        ? ''
        : `{{- $environmentURL = ${goText(rule.url, known, `the URL of ${name}`, locate(['environments', name, 'url']))} -}}`;
    return `if ${goMatch(name)} -}}${url}`;
  });
  const chosen = branches.length === 0 ? '' : `{{- ${branches.join('{{- else ')}{{- end -}}`;
  return (
    `{{- $environmentURL := "" -}}${chosen}{{- if not $environmentURL -}}` +
    '{{- range dig "status" "summary" "externalURLs" list .app -}}{{- if and (not $environmentURL) (regexMatch "(?i)^https?://" .) -}}' +
    '{{- $environmentURL = . -}}{{- end -}}{{- end -}}{{- end -}}'
  );
}
