/**
 * From notifications.yaml to the data of argocd-notifications-cm. Each service of the catalogue has one file in
 * services/; this is the one place that lists them.
 */
import type { NotificationsConfig } from './config.ts';
import { definitionsOf } from './definitions.ts';
import type { Destination } from './destination.ts';
import { transientRules } from './environment.ts';
import { destinations as github } from './services/github.ts';
import { type Settings, settings } from './settings.ts';
import type { Definitions } from './values.ts';

const services: readonly ((config: NotificationsConfig, definitions: Definitions) => Destination[])[] = [github];

/** The ConfigMap's data, in a fixed order. Failure for texts that use unknown names, and for services of one name. */
export function generate(config: NotificationsConfig): Settings {
  const { file } = config;
  const definitions = definitionsOf(config);
  return settings({
    argocdURL: file.argocdURL,
    selector: file.applications?.selector ?? '',
    transient: transientRules(file.environments),
    destinations: services.flatMap((destinations) => destinations(config, definitions)),
    decisions: {
      slots: file.report?.maxRepositories ?? 3,
      afterSuccess: file.report?.afterSuccess ?? false,
      problems: false,
      outOfSyncAfter: file.alerts?.outOfSyncAfter ?? '1h',
    },
  });
}
