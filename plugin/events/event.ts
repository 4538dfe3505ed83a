/**
 * Makes a deployment event from its facts. The same facts give the same id, so a retried emit is no
 * second event; `attempt` is what makes a redeployment of the same commit a new one.
 */
import { createHash } from 'node:crypto';
import { parseRepository } from '../record/repository.ts';
import type { DeploymentEvent, EventType } from '../schemas/event.generated.ts';

/** What is said about a deployment. Repository URLs as people write them; the commit in full. */
export interface EventFacts {
  readonly type: EventType;
  readonly application: string;
  readonly environment: string;
  readonly sourceRepository: string;
  readonly sourceCommit: string;
  readonly attempt?: string | undefined;
  readonly image?: string | undefined;
  readonly outcome?: 'success' | 'failure' | undefined;
  readonly details?: Readonly<Record<string, string>> | undefined;
}

function digest(parts: readonly unknown[], length: number): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, length);
}

/**
 * A repository as events name it: its page, `https://host/owner/name`. CI systems write one repository in several ways (with
 * `.git`, for ssh), and whoever asks, deploys and tests must mean the same. What is no URL of a Git host stays as it is.
 */
export function repositoryName(url: string): string {
  return parseRepository(url)?.webURL ?? url;
}

/**
 * The id that correlates the events of one deployment: 16 hex digits for application, environment, source
 * repository and commit, then `-` and 8 for the attempt when there is one. CI, which asks for a deployment
 * before any attempt exists, knows the first part; `--deployment` selects by either (see {@link isDeployment}).
 */
export function deploymentId(
  facts: Pick<EventFacts, 'application' | 'environment' | 'sourceRepository' | 'sourceCommit' | 'attempt'>,
): string {
  const repository = repositoryName(facts.sourceRepository).toLowerCase();
  const base = digest([facts.application, facts.environment, repository, facts.sourceCommit], 16);
  return facts.attempt === undefined ? base : `${base}-${digest([facts.attempt], 8)}`;
}

/** Whether an event's deployment is the one asked for: the same id, or an attempt of it. */
export function isDeployment(eventDeployment: string, asked: string): boolean {
  return eventDeployment === asked || eventDeployment.startsWith(`${asked}-`);
}

/** The event's id: 32 hex digits over everything that is said, the time left out. */
export function eventId(facts: EventFacts): string {
  const details = Object.entries(facts.details ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return digest(
    [facts.type, deploymentId(facts), facts.attempt ?? null, facts.image ?? null, facts.outcome ?? null, details],
    32,
  );
}

/** The event as it is written (CloudEvents 1.0, JSON event format). `time` is the emitter's clock. */
export function makeEvent(facts: EventFacts, time: Date): DeploymentEvent {
  const { type, application, environment, sourceCommit, attempt, image, outcome, details } = facts;
  const sourceRepository = repositoryName(facts.sourceRepository);
  return {
    specversion: '1.0',
    id: eventId(facts),
    source: sourceRepository,
    type,
    subject: `${application}/${environment}`,
    time: time.toISOString(),
    datacontenttype: 'application/json',
    dataschema: 'https://waybill.dev/schemas/v1/event.schema.json',
    data: {
      deployment: deploymentId(facts),
      application,
      environment,
      sourceRepository,
      sourceCommit,
      ...(attempt === undefined ? {} : { attempt }),
      ...(image === undefined ? {} : { image }),
      ...(outcome === undefined ? {} : { outcome }),
      ...(details === undefined || Object.keys(details).length === 0 ? {} : { details }),
    },
  };
}

/** The folder of all events. */
export const EVENTS = 'events';

type EventLine = Pick<EventFacts, 'application' | 'environment'>;

/** Where the events of one application, environment and type are kept; no slash at the end. */
export function eventFolder({ application, environment }: EventLine, type: EventType): string {
  return `${EVENTS}/${application}/${environment.replaceAll('/', '%2F')}/${type}`;
}

/**
 * Where an event is kept: `events/<application>/<environment>/<type>/<id>.json`. A slash in the environment's
 * name (`preview/12`) is written `%2F`, so that the folder depth stays fixed and two names never meet.
 */
export function eventPath(event: DeploymentEvent): string {
  return `${eventFolder(event.data, event.type)}/${event.id}.json`;
}

/** The file's text: indented JSON with a final newline, for people who read it in a web page of the Git provider. */
export function formatEvent(event: DeploymentEvent): string {
  return `${JSON.stringify(event, null, 2)}\n`;
}
