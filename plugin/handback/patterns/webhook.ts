/**
 * Argo CD's notifications controller calls CI itself.
 */
import { applicationNames } from '../applications.ts';
import { checkOwners } from '../providers.ts';
import type { JsonObject } from '../../resources/json.ts';
import { type HandbackConfig, need } from '../config.ts';
import { checkJobs, toldByArgoCD } from '../jobs.ts';
import { environmentsOf, notificationsFile, webhookReceivers } from '../notifications.ts';
import type { Pattern } from '../pattern.ts';
import { provider as github } from '../providers/github.ts';
import type { Request } from '../request.ts';
import type { HandbackApplication } from '../../schemas/handback.generated.ts';
import { writeJob } from '../systems.ts';

const EVENT_TYPE = 'deployed';

/** GitHub's repository_dispatch is a webhook that goes to the Git provider, so it is taken where it can be. */
function dispatches({ file }: HandbackConfig): boolean {
  return file.ci === 'github-actions' && file.github !== undefined;
}

function receiver(config: HandbackConfig): JsonObject {
  const { file } = config;
  const environments = environmentsOf(file.applications);
  const events = ['success'];
  if (dispatches(config)) {
    const repositoryDispatch = { eventType: EVENT_TYPE, states: events };
    checkOwners(config);
    return {
      github: github.notifications(file),
      report: { deployments: false, commitStatus: false, repositoryDispatch },
    };
  }
  if (file.ci === 'jenkins') {
    const { url } = need(config, 'webhook', 'jenkins');
    return { jenkins: [{ name: 'tests', url, token: '$jenkins-token', events, environments }] };
  }
  return { webhooks: webhookReceivers(config, 'webhook') };
}

/** GitHub's repository_dispatch as workflows see it. */
function dispatched(application: HandbackApplication): Request {
  return {
    sender: 'github',
    events: ['repository_dispatch'],
    conditions: [
      { variable: 'WAYBILL_TYPE', path: ['action'], oneOf: [EVENT_TYPE] },
      {
        variable: 'WAYBILL_TOLD_APPLICATION',
        path: ['client_payload', 'application'],
        oneOf: applicationNames(application),
      },
      { variable: 'WAYBILL_ENVIRONMENT', path: ['client_payload', 'environment'], oneOf: application.environments },
    ],
    facts: {
      WAYBILL_ENVIRONMENT: ['client_payload', 'environment'],
      WAYBILL_SOURCE_COMMIT: ['client_payload', 'commit'],
    },
  };
}

/** Argo CD calls CI. */
export const pattern: Pattern = {
  name: 'webhook',
  summary: "Argo CD's notifications controller calls Jenkins or another webhook",
  networkPath: true,
  survivesOutages: false,
  trail: false,
  ratings: {
    security: {
      score: 2,
      why: 'the cluster reaches CI, which must take requests from it (not so with repository_dispatch)',
    },
    effort: { score: 5, why: 'one settings file and one job' },
    latency: { score: 5, why: 'a second or two' },
    audit: { score: 2, why: "nothing but CI's own builds and the controller's log" },
    scale: { score: 3, why: 'one controller sends one request after the other; a slow CI holds up all of them' },
  },
  generate: (config) => {
    const { file } = config;
    return [
      notificationsFile(config, 'webhook', receiver(config)),
      ...file.applications.flatMap((application) => {
        const request = dispatches(config) ? dispatched(application) : toldByArgoCD(application);
        return checkJobs(config, application, request, false).flatMap((job) => writeJob(file, job));
      }),
    ];
  },
};
