/**
 * Waits until a commit is deployed to an environment, has failed there, or another commit has taken its place: by what is
 * reported at its Git provider, and nothing else.
 */
import { type Budget, Refused, Unavailable } from './providers/ask.ts';
import type { Ask, Provider, Report, Wanted } from './providers/provider.ts';

/** How it ended. */
export type WaitResult =
  | { readonly end: 'deployed'; readonly reports: readonly Report[] }
  | { readonly end: 'failed'; readonly reports: readonly Report[] }
  | { readonly end: 'superseded'; readonly by: string | undefined; readonly reports: readonly Report[] }
  | { readonly end: 'time'; readonly reports: readonly Report[]; readonly problem: string | undefined };

/** What is waited for, and how. */
export interface WaitRequest {
  readonly provider: Provider;
  readonly ask: Ask;
  readonly wanted: Wanted;
  /** Applications whose commit statuses count; none: those that name the environment. */
  readonly applications: readonly string[];
  /** The whole contexts of commit statuses that count; none: those that Waybill's notifications have. */
  readonly contexts: readonly string[];
  readonly budget: Budget;
  /** Milliseconds since 1970 when time is over. */
  readonly deadline: number;
  /** Milliseconds between two looks. */
  readonly interval: number;
  readonly clock: Clock;
  /** A line for people: something has changed. */
  readonly note: (line: string) => void;
}

/** Time, for tests. */
interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Looks at newer commits only each so many looks: they cost requests. */
const looksPerSearch = 4;
/** So much of the limit is left to others. */
const reserve = 20;
/** Seconds by which a report may be older than the first answer and still be about this deployment. */
const slack = 60_000;

/** The last part of `deployment/<application>/<environment>`, and the application. */
function partsOf(context: string): { application: string; environment: string | undefined } | undefined {
  const [, application, environment] = /^deployment\/([^/]+)(?:\/(.+))?$/u.exec(context) ?? [];
  return application === undefined ? undefined : { application, environment };
}

function namesEnvironment(application: string, environment: string): boolean {
  const name = environment.toLowerCase().replaceAll('/', '-');
  return application === name || application.endsWith(`-${name}`) || application.startsWith(`${name}-`);
}

/** Which reports count. */
type Counting = Pick<WaitRequest, 'wanted' | 'applications' | 'contexts'>;

function isWanted({ environment, context }: Report, { wanted, applications, contexts }: Counting): boolean {
  if (context === undefined) return environment !== undefined;
  if (contexts.length > 0) return contexts.includes(context);
  const parts = partsOf(context);
  if (!parts) return false;
  const own = wanted.environment.toLowerCase();
  if (parts.environment !== undefined && parts.environment.toLowerCase() !== own) return false;
  if (applications.length > 0) return applications.includes(parts.application);
  return parts.environment !== undefined || namesEnvironment(parts.application.toLowerCase(), own);
}

/** The reports that count. A status that names neither the environment nor an application counts where it is alone. */
export function wantedReports(all: readonly Report[], request: Counting): Report[] {
  const named = all.filter((one) => isWanted(one, request));
  if (named.length > 0 || request.applications.length > 0 || request.contexts.length > 0) return named;
  const others = all.filter(({ context }) => context !== undefined && partsOf(context)?.environment === undefined);
  const deployments = others.filter(({ context }) => context !== undefined && partsOf(context) !== undefined);
  return deployments.length === 1 ? deployments : [];
}

/** What one report comes to; undefined: not ended. */
function endOf(
  { state, succeededAt }: Report,
  started: number | undefined,
): 'deployed' | 'failed' | 'replaced' | undefined {
  if (state === 'success') return 'deployed';
  if (state === 'failure' || state === 'error') return 'failed';
  if (state !== 'inactive') return undefined;
  // It was a success while we looked away, or long before we began to wait.
  return succeededAt !== undefined && started !== undefined && succeededAt > started - slack ? 'deployed' : 'replaced';
}

/** What all reports come to; undefined: not ended. */
function verdict(
  reports: readonly Report[],
  started: number | undefined,
): 'deployed' | 'failed' | 'replaced' | undefined {
  if (reports.length === 0) return undefined;
  const ends = new Set(reports.map((one) => endOf(one, started)));
  if (ends.has('failed')) return 'failed';
  if (ends.has(undefined)) return undefined;
  return ends.has('replaced') ? 'replaced' : 'deployed';
}

function keyOf(reports: readonly Report[]): string {
  return reports.map(({ environment, context, state }) => `${environment ?? context ?? ''}: ${state}`).join(', ');
}

/** A newer commit that is deployed where this one was to be. */
async function supersededBy(request: WaitRequest): Promise<string | undefined> {
  const { provider, ask, wanted } = request;
  for (const commit of await provider.newer(ask, wanted)) {
    const reports = wantedReports(await provider.reports(ask, { ...wanted, commit }), request);
    if (reports.length > 0 && reports.every(({ state }) => state === 'success')) return commit;
  }
  return undefined;
}

/** How long to pause: as asked, or longer where the limit would not last. */
function pauseOf({ interval, budget, clock }: WaitRequest, perLook: number): number {
  const { remaining, reset } = budget;
  if (remaining === undefined || reset === undefined) return interval;
  const left = Math.max(0, reset - clock.now());
  const looks = Math.max(1, (remaining - reserve) / Math.max(1, perLook));
  return remaining <= reserve
    ? Math.max(interval, Math.min(left, 60_000))
    : Math.max(interval, Math.min(left / looks, 60_000));
}

/** @throws Refused when the provider does not let the commit be read */
export async function waitForDeployment(request: WaitRequest): Promise<WaitResult> {
  const { provider, ask, wanted, budget, deadline, clock, note } = request;
  let reports: readonly Report[] = [];
  let problem: string | undefined;
  let before = '';
  for (let look = 0; ; look += 1) {
    let pause: number | undefined;
    const sent = budget.sent;
    try {
      reports = wantedReports(await provider.reports(ask, wanted), request);
      problem = undefined;
      const key = keyOf(reports);
      if (key !== before && key !== '') note(key);
      before = key;
      const end = verdict(reports, budget.startedAt);
      if (end === 'deployed') return { end, reports };
      if (end === 'failed') return { end, reports };
      if (end === 'replaced' || look % looksPerSearch === 0) {
        const by = await supersededBy(request);
        if (by !== undefined || end === 'replaced') return { end: 'superseded', by, reports };
      }
    } catch (error) {
      // Once it has let us read, a refusal may pass: a proxy, a token that is renewed.
      if (error instanceof Refused && budget.startedAt !== undefined && look > 0) problem = error.message;
      else if (error instanceof Unavailable) {
        problem = error.message;
        if (error.until !== undefined) pause = Math.max(error.until - clock.now(), 1000);
      } else throw error;
      if (problem !== before) note(`${problem}; asking again`);
      before = problem;
    }
    pause ??= pauseOf(request, budget.sent - sent);
    if (clock.now() + pause >= deadline) {
      const left = deadline - clock.now();
      // One last look when time is over, unless the provider said that there is no use in it.
      if (left <= 0 || pause > left + 60_000) return { end: 'time', reports, problem };
      pause = left;
    }
    await clock.sleep(pause);
  }
}
