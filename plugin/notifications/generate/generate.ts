/**
 * From notifications.yaml to the data of argocd-notifications-cm. Each service of the catalogue has one file in
 * services/; this is the one place that lists them.
 */
import type { NotificationsConfig } from './config.ts';
import { definitionsOf } from './definitions.ts';
import { type Destination, states } from './destination.ts';
import { transientRules } from './environment.ts';
import { destinations as azureDevOps } from './services/azure-devops.ts';
import { destinations as bitbucket } from './services/bitbucket.ts';
import { destinations as email } from './services/email.ts';
import { destinations as gitea } from './services/gitea.ts';
import { destinations as github } from './services/github.ts';
import { destinations as gitlab } from './services/gitlab.ts';
import { destinations as jenkins } from './services/jenkins.ts';
import { destinations as opsgenie } from './services/opsgenie.ts';
import { destinations as pagerduty } from './services/pagerduty.ts';
import { destinations as slack } from './services/slack.ts';
import { destinations as teams } from './services/teams.ts';
import { destinations as webhook } from './services/webhook.ts';
import { type Settings, settings } from './settings.ts';
import type { Definitions } from './values.ts';

const services: readonly ((config: NotificationsConfig, definitions: Definitions) => Destination[])[] = [
  github,
  gitlab,
  bitbucket,
  azureDevOps,
  gitea,
  slack,
  teams,
  pagerduty,
  opsgenie,
  email,
  webhook,
  jenkins,
];

/** The ConfigMap's data, in a fixed order. Failure for texts that use unknown names, and for services of one name. */
export function generate(config: NotificationsConfig): Settings {
  const { file } = config;
  const definitions = definitionsOf(config);
  const all = services.flatMap((destinations) => destinations(config, definitions));
  return settings({
    argocdURL: file.argocdURL,
    selector: file.applications?.selector ?? '',
    transient: transientRules(file.environments),
    destinations: all,
    decisions: {
      records: file.report?.maxRepositories ?? 3,
      afterSuccess: file.report?.afterSuccess ?? false,
      problems: all.some(({ events }) =>
        events.some((event) => event !== 'again' && !states.some((state) => state === event)),
      ),
      trust: file.trust,
      outOfSyncAfter: file.alerts?.outOfSyncAfter ?? '1h',
    },
  });
}
