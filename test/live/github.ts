/**
 * What the stand-in of GitHub was told, and what it is to get wrong.
 */
import { at, items, parseJson, text } from './json.ts';
import { ports } from './ports.ts';

const base = `http://127.0.0.1:${ports.github}`;

/** A deployment status that was asked for. */
export interface Status {
  /** When the request came, in milliseconds since 1970. */
  readonly time: number;
  readonly repository: string;
  readonly commit: string;
  readonly environment: string;
  readonly state: string;
  readonly accepted: boolean;
}

async function read(path: string): Promise<string> {
  const response = await fetch(`${base}${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return await response.text();
}

/** Number of requests so far. */
export async function requestCount(): Promise<number> {
  return items(at(parseJson(`{"all":${await read('/_requests?from=0')}}`), 'all')).length;
}

/** The deployment statuses from request number `from` on that speak of the environment. */
export async function statusesOf(environment: string, from: number): Promise<Status[]> {
  const all = items(at(parseJson(`{"all":${await read(`/_requests?from=${from}`)}}`), 'all'));
  return all.flatMap((request) => {
    const call = at(request, 'call');
    if (at(call, 'kind') !== 'deployment-status' || at(call, 'environment') !== environment) return [];
    return [
      {
        time: Number(at(request, 'time')),
        repository: text(call, 'repository'),
        commit: text(call, 'ref'),
        environment,
        state: text(call, 'state'),
        accepted: at(request, 'status') === 201,
      },
    ];
  });
}

/** What goes wrong with the next requests whose `METHOD URL` matches. */
export interface Fault {
  readonly match: string;
  readonly status?: number;
  readonly count?: number;
  /** The work is done, and the answer is lost. */
  readonly after?: boolean;
  readonly drop?: boolean;
  /** The connection is held for so many milliseconds and then closed. */
  readonly hangMs?: number;
}

/** Replaces the faults that wait for their requests. */
export async function setFaults(...faults: readonly Fault[]): Promise<void> {
  const response = await fetch(`${base}/_faults`, { method: 'POST', body: JSON.stringify(faults) });
  if (!response.ok) throw new Error(`faults: ${response.status} ${await response.text()}`);
}
