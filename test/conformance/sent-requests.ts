/**
 * What GitHub was told: the requests of a report as short lines, and whether anything else left the controller.
 */
import type { EngineMessage, EngineReport, EngineRequest } from '../../plugin/schemas/engine.generated.ts';

/** One request, with the moment of its message in seconds after the start. */
export interface Sent {
  readonly at: number;
  /** The step (of the scenario) during which it was sent; -1 for the start of the controller. */
  readonly step: number;
  readonly message: EngineMessage;
  readonly request: EngineRequest;
}

/** Every request of a report, in order. */
export function sent(report: EngineReport): Sent[] {
  return report.steps.flatMap(({ messages }, index) =>
    messages.flatMap((message) =>
      message.requests.map((request) => ({ at: message.at, step: index - 1, message, request })),
    ),
  );
}

/** Requests of one kind that GitHub accepted. */
export function accepted(requests: readonly Sent[], kind: 'deployment' | 'deployment-status' | 'status'): Sent[] {
  return requests.filter(({ request }) => request.call?.kind === kind && request.status === 201);
}

/** `owner/repository@commit environment state` of a deployment status. */
export function deploymentLine({ request: { call } }: Sent): string {
  return `${call?.repository}@${call?.ref} ${call?.environment} ${call?.state}`;
}

/** `owner/repository@commit context state` of a commit status. */
export function statusLine({ request: { call } }: Sent): string {
  return `${call?.repository}@${call?.ref} ${call?.name} ${call?.state}`;
}

/** The state of a commit status for a state of a deployment; undefined where none is sent. */
export function commitState(state: string): string | undefined {
  if (state === 'queued' || state === 'in_progress') return 'pending';
  return state === 'inactive' ? undefined : state;
}

/** What should not be there: refusals that no fault explains, unknown requests, warnings and errors in the log. */
export function disturbances(report: EngineReport): string[] {
  return report.steps.flatMap(({ messages, problems }) => [
    ...problems,
    ...messages.flatMap((message) => [
      ...message.problems,
      ...message.requests
        .filter(({ status, fault, call }) => (!fault && (status < 200 || status > 299)) || call?.kind === 'unknown')
        .map(({ method, url, status }) => `${method} ${url}: ${status}`),
    ]),
  ]);
}
