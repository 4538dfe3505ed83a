/**
 * What the sensor asks of Jenkins: one request to the Generic Webhook Trigger
 * (https://plugins.jenkins.io/generic-webhook-trigger/), or one to `buildWithParameters` of each job
 * (https://www.jenkins.io/doc/book/using/remote-access-api/#RemoteaccessAPI-Submittingjobs).
 */
import type { Json, JsonObject } from '../../resources/json.ts';
import type { HandbackApplication, HandbackJenkins } from '../../schemas/handback.generated.ts';
import { applicationName, applicationNames } from '../applications.ts';
import type { Job } from '../job.ts';
import { recordPrefixes } from '../record-prefixes.ts';
import { DEPENDENCY, fromRecord } from './filter.ts';

const value = (dest: string, text: string): JsonObject => ({ src: { dependencyName: DEPENDENCY, value: text }, dest });
const template = (dest: string, dataTemplate: string): JsonObject => ({
  src: { dependencyName: DEPENDENCY, dataTemplate },
  dest,
});

/** Templates of the facts; `written` is how an environment's name is written where they go. */
function factsOf(
  application: HandbackApplication,
  written: (environment: string) => string = (environment) => environment,
): { application: string; environment: string; commit: string } {
  const prefixes = recordPrefixes(application);
  return {
    application: prefixes
      .map(({ prefix, environment }) => fromRecord(prefix, applicationName(application, environment)))
      .join(''),
    environment: prefixes.map(({ prefix, environment }) => fromRecord(prefix, written(environment))).join(''),
    commit: prefixes
      .map(({ prefix }) => fromRecord(prefix, `{{ trimPrefix ${JSON.stringify(prefix)} .name }}`))
      .join(''),
  };
}

/** The document that Waybill's webhooks send, as far as Argo Events can make it. */
function payload(application: HandbackApplication): Json[] {
  const { application: name, environment, commit } = factsOf(application);
  const [only = '', ...others] = applicationNames(application);
  return [
    value('event', 'success'),
    others.length === 0 ? value('application', only) : template('application', name),
    template('environment', environment),
    template('sources.0.commit', commit),
    value('sources.0.repository', application.sourceRepository),
    template('argocdApplication.name', '{{ .Input.body.metadata.name }}'),
    template('argocdApplication.namespace', '{{ .Input.body.metadata.namespace }}'),
    template('startedAt', '{{ .Input.body.status.operationState.startedAt }}'),
  ];
}

function webhook(application: HandbackApplication, { secret }: HandbackJenkins, base: string): JsonObject {
  return {
    name: 'jenkins',
    http: {
      url: `${base}/generic-webhook-trigger/invoke`,
      method: 'POST',
      timeout: 30,
      headers: { 'Content-Type': 'application/json' },
      secureHeaders: [{ name: 'token', valueFrom: { secretKeyRef: { name: secret, key: 'token' } } }],
      payload: payload(application),
    },
  };
}

/** The facts are parameters in the URL; a user's API token authenticates, which needs no crumb. */
function withParameters(
  application: HandbackApplication,
  { secret, folder }: HandbackJenkins,
  base: string,
  job: Job,
): JsonObject {
  const path = [...(folder?.split('/') ?? []), job.name].map((part) => `job/${encodeURIComponent(part)}`).join('/');
  const url = `${base}/${path}/buildWithParameters`;
  const { environment, commit } = factsOf(application, encodeURIComponent);
  return {
    name: job.name,
    http: {
      url,
      method: 'POST',
      timeout: 30,
      basicAuth: { username: { name: secret, key: 'username' }, password: { name: secret, key: 'token' } },
      parameters: [template('url', `${url}?WAYBILL_ENVIRONMENT=${environment}&WAYBILL_SOURCE_COMMIT=${commit}`)],
    },
  };
}

/** The templates of the sensor's triggers. */
export function jenkinsTriggers(
  application: HandbackApplication,
  jenkins: HandbackJenkins,
  jobs: readonly Job[],
): JsonObject[] {
  const base = jenkins.url.replace(/\/$/u, '');
  return jenkins.start === 'parameters'
    ? jobs.map((job) => withParameters(application, jenkins, base, job))
    : [webhook(application, jenkins, base)];
}

/** The job as Jenkins starts it. */
export function startedBy(jenkins: HandbackJenkins, job: Job): Job {
  return jenkins.start === 'parameters' ? { ...job, start: { kind: 'called' } } : job;
}
