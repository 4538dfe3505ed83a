/**
 * Applications as an origin: a file or standard input of `kubectl get applications -A -o json`, the Kubernetes API, or
 * Argo CD's own API. One that cannot be read is missing in the fleet, and says why; the others are shown.
 */
import { redact } from '../../diagnostics/redact.ts';
import type { RetryingTransport } from '../../http/retry.ts';
import { NoAnswer } from '../../http/transport.ts';
import { type ApiServer, listPages } from '../../kubernetes/api.ts';
import { getKey, isArray, isObject, type Json } from '../../resources/json.ts';
import { type ArgoApplication, readApplication } from '../argocd/application.ts';
import type { ApplicationsReading } from '../assemble.ts';

/** A fleet of 10,000 Applications is about 300 MB. */
const mostBytes = 1024 * 1024 * 1024;

function missing(name: string, reason: string): ApplicationsReading {
  return {
    origin: { kind: 'applications', name, read: false, reason },
    problems: [],
    applications: [],
    argocd: undefined,
  };
}

/** True for what JSON.parse gives. */
function isJson(value: unknown): value is Json {
  return value !== undefined;
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The objects of a List, of a list, or one object. */
function itemsOf(value: Json): readonly Json[] | undefined {
  if (isArray(value)) return value;
  if (!isObject(value)) return undefined;
  const items = getKey(value, 'items');
  if (isArray(items)) return items;
  // An Application alone; Argo CD says null for no items.
  if (getKey(value, 'metadata') === undefined) return undefined;
  return getKey(value, 'kind') === 'Application' ? [value] : [];
}

function reading(name: string, pages: readonly Json[], argocd: string | undefined): ApplicationsReading {
  const items = pages.flatMap((page) => itemsOf(page) ?? []);
  const applications: ArgoApplication[] = items.flatMap((item) => readApplication(item) ?? []);
  const others = items.length - applications.length;
  const reason = others === 0 ? undefined : `${others} of ${items.length} objects are no Applications`;
  return {
    origin: { kind: 'applications', name, read: true, ...(reason === undefined ? {} : { reason }) },
    problems: [],
    applications,
    argocd,
  };
}

/**
 * Applications from a text.
 * @param name what the origin is called: a file, `standard input`
 */
export function applicationsFromText(name: string, text: string): ApplicationsReading {
  const value = parse(text);
  const hint = 'expected what kubectl get applications -A -o json prints';
  if (text.trim() === '') return missing(name, `it is empty; ${hint}`);
  if (value === undefined) return missing(name, `it is not JSON; ${hint}`);
  return itemsOf(value) === undefined
    ? missing(name, `it holds no Applications; ${hint}`)
    : reading(name, [value], undefined);
}

/** What went wrong, in one line without secrets. */
function wordsOf(error: unknown, secrets: readonly string[]): string {
  if (!(error instanceof Error)) throw error;
  return redact(error.message, secrets).replaceAll(/\s+/gu, ' ').slice(0, 300);
}

function nextPage(page: string): string | undefined {
  const value = parse(page);
  const metadata = isObject(value) ? getKey(value, 'metadata') : undefined;
  const token = isObject(metadata) ? getKey(metadata, 'continue') : undefined;
  return typeof token === 'string' && token !== '' ? token : undefined;
}

/**
 * Applications from the Kubernetes API.
 * @param name what the cluster is called
 */
export async function applicationsFromKubernetes(
  name: string,
  server: () => ApiServer | Promise<ApiServer>,
): Promise<ApplicationsReading> {
  const secrets: string[] = [];
  try {
    const api = await server();
    if (api.token !== undefined) secrets.push(api.token);
    const pages = await listPages(api, '/apis/argoproj.io/v1alpha1/applications', '', nextPage);
    const values = pages.map(parse);
    if (values.some((one) => one === undefined || itemsOf(one) === undefined))
      return missing(name, 'the Kubernetes API sent no list');
    return reading(
      name,
      values.flatMap((one) => one ?? []),
      undefined,
    );
  } catch (error) {
    return missing(name, `the Kubernetes API did not serve: ${wordsOf(error, secrets)}`);
  }
}

/** How Argo CD is asked. */
export interface ArgocdAccess {
  /** Its address, as a browser has it. */
  readonly url: URL;
  /** Undefined: nobody is logged in; that is enough where anonymous access is on. */
  readonly token: string | undefined;
  readonly http: RetryingTransport;
}

function refusal(status: number, token: string | undefined): string {
  if (status === 401)
    return token === undefined
      ? 'it requires a token: set ARGOCD_AUTH_TOKEN'
      : 'it does not take the token: ARGOCD_AUTH_TOKEN is expired or of another server';
  if (status === 403) return 'the token may not read Applications (applications, get, */*)';
  if (status === 404) return 'there is no API at this address';
  if (status === 429) return 'it limits requests';
  return `it answered ${status}`;
}

/**
 * Applications from Argo CD's API: one request, for whole objects. Its parameter `fields` selects from a short list, in
 * which the results of an operation, conditions and the revisions of several sources are not.
 */
export async function applicationsFromArgocd({ url, token, http }: ArgocdAccess): Promise<ApplicationsReading> {
  const base = url.href.replace(/\/+$/u, '');
  const name = `${url.host}${url.pathname.replace(/\/+$/u, '')}`;
  const asked = new URL(`${base}/api/v1/applications`);
  try {
    const { status, body } = await http.ask({
      method: 'GET',
      url: asked,
      headers: {
        accept: 'application/json',
        'user-agent': 'waybill',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      maxBytes: mostBytes,
    });
    if (status !== 200) return missing(name, refusal(status, token));
    const value = parse(body.toString());
    if (isObject(value) && getKey(value, 'items') === null) return reading(name, [], base);
    if (value === undefined || itemsOf(value) === undefined)
      return missing(name, 'its response is not a list of Applications');
    return reading(name, [value], base);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return missing(name, wordsOf(error, token === undefined ? [] : [token]));
  }
}
