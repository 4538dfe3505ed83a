/**
 * A request in a few words: what it asks for and of whom.
 */
import { stringAt } from '../../resources/read-fields.ts';
import type { EngineCall, EngineRequest } from '../../schemas/engine.generated.ts';

/** One request that changes something outside. */
export interface RequestSummary {
  readonly method: string;
  readonly url: string;
  /** `deployment status success of acme/web@8f3c0e7 in production`; method and URL where nothing better is known. */
  readonly what: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
}

const short = (ref: string | undefined): string =>
  /^[0-9a-f]{40}$/u.test(ref ?? '') ? (ref ?? '').slice(0, 7) : (ref ?? '');

function gitHub(call: EngineCall): string | undefined {
  const commit = `${call.repository ?? ''}@${short(call.ref)}`;
  switch (call.kind) {
    case 'deployment':
      return `deployment of ${commit} in ${call.environment}`;
    case 'deployment-status':
      return `deployment status ${call.state} of ${commit} in ${call.environment}`;
    case 'status':
      return `commit status ${call.state} of ${commit}, ${call.name}`;
    case 'check-run':
      return `check run ${call.state} of ${commit}, ${call.name}`;
    case 'dispatch':
      return `repository dispatch ${call.name} to ${call.repository}`;
    case 'comment':
      return `comment on ${call.repository}#${call.ref ?? ''}`;
    // What is asked before something is said.
    case 'token':
    case 'list':
    case 'pulls':
      return undefined;
    case 'unknown':
  }
  return '';
}

/** What a request to somebody else than GitHub says. */
function other({ method, url, body, headers }: EngineRequest): string {
  if (method === 'MAIL') return `mail to ${url.slice('mailto:'.length)}: ${headers['subject'] ?? ''}`;
  const { hostname, pathname } = new URL(url);
  if (hostname === 'slack.com') {
    const form = new URLSearchParams(typeof body === 'string' ? body : '');
    return `Slack ${pathname.split('/').at(-1)} in ${form.get('channel') ?? stringAt(body, 'channel')}: ${form.get('text') ?? stringAt(body, 'text')}`;
  }
  return `${method} ${url}`;
}

/** A request in a few words; none for requests that only ask, as long as they are answered. */
export function summarize(request: EngineRequest): RequestSummary[] {
  const { method, url, status, call } = request;
  const what = call ? gitHub(call) : other(request);
  const failed = status < 200 || status > 299;
  if (what === undefined && !failed) return [];
  return [{ method, url, what: what || `${method} ${url}`, status }];
}
