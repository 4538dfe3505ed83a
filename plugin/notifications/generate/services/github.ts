/**
 * GitHub: deployments, commit statuses, check runs and repository_dispatch, each in triggers of its own, since the
 * engine sends the rest of a message only when the part before was accepted. One installation for each organisation.
 */
import type { GitHubOrganization } from '../../../schemas/notifications.generated.ts';
import type { NotificationsConfig } from '../config.ts';
import { commitStatusRules } from '../definitions.ts';
import { type Decision, type Destination, identifier, type Message, type Service, states } from '../destination.ts';
import { goText } from '../go-text.ts';
import { messageContent } from '../message.ts';
import type { Definitions } from '../values.ts';
import { day } from '../retry-windows.ts';
import { commitStates, reportedStates } from '../reported.ts';

function serviceOf(one: GitHubOrganization): Service {
  return {
    key: `service.github.${identifier(one.organization)}`,
    options: {
      appID: one.appID,
      installationID: one.installationID,
      privateKey: one.privateKey,
      ...(one.enterpriseURL === undefined ? {} : { enterpriseBaseURL: one.enterpriseURL }),
    },
  };
}

interface Kind {
  readonly suffix: string;
  readonly events: readonly Decision[];
  readonly message: Message;
  readonly transientMessage?: Message | undefined;
}

function kinds({ file, locate }: NotificationsConfig, definitions: Definitions): Kind[] {
  const message = (name: string, more: Definitions = {}): Message => ({
    name,
    content: messageContent(name),
    definitions: { ...definitions, ...more },
  });
  const made: Kind[] = [];
  if (file.report?.deployments !== false) {
    const deployment = message('github-deployment');
    const transientMessage = { ...deployment, name: 'github-deployment-transient', transient: true };
    const reported = reportedStates(file, states);
    const events: Decision[] = reported.includes('success') ? [...reported, 'again'] : reported;
    made.push({ suffix: '', events, message: deployment, transientMessage });
  }
  if (commitStatusRules(file)) {
    made.push({
      suffix: '-status',
      events: reportedStates(file, commitStates),
      message: message('github-commit-status'),
    });
  }
  if (file.report?.checkRuns) {
    made.push({ suffix: '-check', events: reportedStates(file, commitStates), message: message('github-check-run') });
  }
  const dispatch = file.report?.repositoryDispatch;
  if (dispatch) {
    const type = goText(
      dispatch.eventType,
      { state: '$state', application: '$application', environment: '$environment' },
      'the event type of repository_dispatch',
      locate(['report', 'repositoryDispatch', 'eventType']),
    );
    made.push({
      suffix: '-dispatch',
      events: dispatch.states ?? ['success', 'failure', 'error'],
      message: message('github-dispatch', { eventType: `{{- $eventType := ${type} -}}` }),
    });
  }
  return made.filter(({ events }) => events.length > 0);
}

/** What GitHub is told. */
export function destinations(config: NotificationsConfig, definitions: Definitions): Destination[] {
  return (config.file.github ?? []).flatMap((organization) =>
    kinds(config, definitions).map(({ suffix, events, message, transientMessage }) => ({
      id: `${identifier(organization.organization)}${suffix}`,
      service: serviceOf(organization),
      owner: { name: organization.organization },
      retrySeconds: day,
      events,
      message,
      transientMessage,
    })),
  );
}
