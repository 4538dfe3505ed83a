/**
 * The variables of messages that depend on the configuration, and the texts of the states.
 */
import type { NotificationsFile } from '../../schemas/notifications.generated.ts';
import { catalogueFile } from './catalogue.ts';
import type { NotificationsConfig } from './config.ts';
import { states } from './destination.ts';
import { environmentURL } from './environment.ts';
import { goText } from './go-text.ts';
import type { Definitions } from './values.ts';

/** `$text`: what is said about the state, from states/. */
function stateText(): string {
  const branches = states.map((state) => `if eq $state "${state}" -}}${catalogueFile(`states/${state}.tmpl`).trim()}`);
  return `{{- $text := "" -}}{{- ${branches.join('{{- else ')}{{- end -}}`;
}

/** The rules for commit statuses, or undefined when there are to be none. */
export function commitStatusRules(file: NotificationsFile): { readonly context: string } | undefined {
  const rules = file.report?.commitStatus;
  return rules === false ? undefined : { context: rules?.context ?? 'deployment/{{ application }}' };
}

/** Definitions for every message about a source commit. Failure for texts that use unknown names. */
export function definitionsOf({ file, locate }: NotificationsConfig): Definitions {
  const context = goText(
    commitStatusRules(file)?.context ?? 'deployment/{{ application }}',
    { application: '$application', environment: '$environment', namespace: '$namespace' },
    'the context of commit statuses',
    locate(['report', 'commitStatus', 'context']),
  );
  return {
    text: stateText(),
    environmentURL: environmentURL(file.environments, locate),
    context: `{{- $context := ${context} -}}`,
  };
}
