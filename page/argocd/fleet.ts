/**
 * The fleet as Argo CD's own API tells it, with the rights of whoever looks: the browser sends the session along, and
 * Argo CD leaves out what somebody may not see.
 */
import { readApplication } from '../../plugin/fleet/argocd/application.ts';
import { assemble } from '../../plugin/fleet/assemble.ts';
import type { Json } from '../../plugin/resources/json.ts';
import type { Fleet } from '../../plugin/schemas/fleet.generated.ts';

/** True for what JSON.parse gives. */
function isJson(value: unknown): value is Json {
  return value !== undefined;
}

/** The fleet of these Applications, as Kubernetes has them. What is none is left out. */
export function fleetOf(items: readonly unknown[], now: number): Fleet {
  const applications = items.flatMap((item) => (isJson(item) ? (readApplication(item) ?? []) : []));
  return assemble({
    now,
    repository: undefined,
    versions: new Map(),
    texts: new Map(),
    applications: [
      {
        origin: { kind: 'applications', name: location.host, read: true },
        problems: [],
        applications,
        argocd: new URL('.', document.baseURI).href.replace(/\/$/u, ''),
      },
    ],
    witnessed: [],
    missing: [],
    withHistory: true,
  });
}

interface Listed {
  readonly version: string;
  readonly items: readonly unknown[];
}

/** Asks for the list of Applications. @throws Error with what to do */
async function list(parameters: Readonly<Record<string, string>>): Promise<Listed> {
  const url = new URL('api/v1/applications', document.baseURI);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const response = await fetch(url, { headers: { accept: 'application/json' } });
  if (response.status === 401) throw new Error('You are not logged in to Argo CD any more: load the page again.');
  if (!response.ok) throw new Error(`Argo CD answered ${response.status}.`);
  const value: unknown = await response.json();
  if (typeof value !== 'object' || value === null || !('items' in value)) throw new Error('Argo CD sent no list.');
  const metadata = 'metadata' in value ? value.metadata : undefined;
  const hasVersion = typeof metadata === 'object' && metadata !== null && 'resourceVersion' in metadata;
  return {
    version: hasVersion && typeof metadata.resourceVersion === 'string' ? metadata.resourceVersion : '',
    // Argo CD says null where there are none.
    items: Array.isArray(value.items) ? value.items : [],
  };
}

/** Milliseconds for which an answer is taken as new: several components ask at once. */
const FRESH = 5000;
let latest: Listed | undefined;
let asked: { readonly at: number; readonly listed: Promise<Listed> } | undefined;

/**
 * Whole Applications, since Argo CD selects only some fields (the operation's results and the revisions of several
 * sources are not among them). They are asked for again only when the version of the list has changed.
 */
async function read(): Promise<Listed> {
  if (latest && latest.version !== '') {
    const { version } = await list({ fields: 'metadata.resourceVersion' });
    if (version === latest.version) return latest;
  }
  latest = await list({});
  return latest;
}

/** All Applications that the user may see, as they are now. @throws Error with what to do */
export async function readFleet(): Promise<Fleet> {
  if (!asked || Date.now() - asked.at > FRESH) asked = { at: Date.now(), listed: read() };
  try {
    return fleetOf((await asked.listed).items, Date.now());
  } catch (error) {
    asked = undefined;
    throw error;
  }
}
