/**
 * The variables of messages that depend on the configuration, and what is said about states and problems.
 */
import type { NotificationsFile } from '../../schemas/notifications.generated.ts';
import { catalogueFile, catalogueFolder } from './catalogue.ts';
import type { NotificationsConfig } from './config.ts';
import { environmentURL } from './environment.ts';
import { goString, goText } from './go-text.ts';
import { providers } from './providers.ts';
import type { Definitions } from './values.ts';

/** `$words`: what is said about a state or a problem, from the files of a folder. */
function words(folder: string): string {
  const branches = [...catalogueFolder(folder)].map(([name, text]) => `if eq $state "${name}" -}}${text.trim()}`);
  return `{{- $words := dict -}}{{- ${branches.join('{{- else ')}{{- end -}}`;
}

/** `$sources`: name and page of each source commit, as far as its owner is configured. */
function sources(file: NotificationsFile): string {
  const branches = providers(file).map(({ owner, commitPage }) => {
    const exactly = `eq $o ${goString(owner.name)}`;
    const is = owner.below ? `or (${exactly}) (hasPrefix ${goString(`${owner.name}/`)} $o)` : exactly;
    return `if ${is} -}}{{- $u = printf ${goString(commitPage)} ($o | replace " " "%20") ($r | replace " " "%20") $c -}}`;
  });
  return [
    '{{- $sources := list -}}{{- range $commits -}}',
    '{{- $o := index . 1 -}}{{- $r := index . 2 -}}{{- $c := index . 5 -}}{{- $u := "" -}}',
    branches.length === 0 ? '' : `{{- ${branches.join('{{- else ')}{{- end -}}`,
    '{{- $sources = append $sources (dict "repository" (printf "%s/%s" $o $r) "commit" $c',
    ' "name" (printf "%s/%s@%s" $o $r (trunc 7 $c)) "url" $u) -}}{{- end -}}',
  ].join('');
}

/** The rules for commit statuses, or undefined when there are to be none. */
export function commitStatusRules(file: NotificationsFile): { readonly context: string } | undefined {
  const rules = file.report?.commitStatus;
  if (rules === false) return undefined;
  const context = typeof rules === 'object' ? rules.context : undefined;
  return { context: context ?? 'deployment/{{ application }}' };
}

/** Definitions for messages about one source commit. Failure for texts that use unknown names. */
export function definitionsOf({ file, locate }: NotificationsConfig): Definitions {
  const context = goText(
    commitStatusRules(file)?.context ?? 'deployment/{{ application }}',
    { application: '$application', environment: '$environment', namespace: '$namespace' },
    'the context of commit statuses',
    locate(['report', 'commitStatus', 'context']),
  );
  return {
    words: words('states'),
    sources: sources(file),
    environmentURL: environmentURL(file.environments, locate),
    context: `{{- $context := ${context} -}}`,
  };
}

/** What is different in messages about a problem, which concerns a whole Application. */
export function problemDefinitions(definitions: Definitions): Definitions {
  return { ...definitions, words: words('problems'), records: catalogueFile('values/all-records.tmpl') };
}
