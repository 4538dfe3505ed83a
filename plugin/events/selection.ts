/**
 * Which events a command speaks of. Application, environment and type are in the path, so most events are passed
 * over without reading them.
 */
import type { DeploymentEvent, EventType } from '../schemas/event.generated.ts';
import { EVENTS, isDeployment } from './event.ts';

/** All given terms must hold; none selects every event. */
export interface Selection {
  readonly application?: string | undefined;
  readonly environment?: string | undefined;
  readonly type?: EventType | undefined;
  /** A deployment's id, with or without the attempt. */
  readonly deployment?: string | undefined;
}

/** The types of events, in the order in which they happen. */
export const eventTypes = [
  'deployment-requested',
  'deployment-complete',
  'deployment-failed',
  'tests-complete',
] as const;

/** Whether a path below `events/` can be of a selected event. Paths that are no event's (poison) are not left out. */
export function selectsPath(selection: Selection, path: string): boolean {
  const [folder, application, environment, type] = path.split('/');
  if (folder !== EVENTS || type === undefined) return folder === EVENTS;
  return (
    (selection.application === undefined || selection.application === application) &&
    (selection.environment === undefined || selection.environment.replaceAll('/', '%2F') === environment) &&
    (selection.type === undefined || selection.type === type)
  );
}

/** Whether an event is selected. */
export function selects(selection: Selection, event: DeploymentEvent): boolean {
  const { application, environment, deployment } = event.data;
  return (
    (selection.application === undefined || selection.application === application) &&
    (selection.environment === undefined || selection.environment === environment) &&
    (selection.type === undefined || selection.type === event.type) &&
    (selection.deployment === undefined || isDeployment(deployment, selection.deployment))
  );
}
