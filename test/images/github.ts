/**
 * A GitHub that answers what is reported about commits. Requests and answers are held against GitHub's published
 * description, whose own examples the answers are made of.
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { githubDescription } from '../conformance/github-api.ts';
import { type Answer, type Arrived, listen } from '../handback/loopback.ts';

/** What is reported about one commit; the newest first, as GitHub has it. */
interface Reported {
  readonly statuses?: readonly { readonly context: string; readonly state: string }[];
  readonly runs?: readonly { readonly name: string; readonly status: string; readonly conclusion: string | null }[];
  /** States of the newest deployment to an environment. */
  readonly deployments?: Readonly<Record<string, readonly string[]>>;
}

/** A running GitHub. */
export interface FakeGitHub {
  readonly url: string;
  /** By commit. */
  readonly reported: Map<string, Reported>;
  /** What was not as GitHub describes it. */
  readonly problems: string[];
  /** Paths with queries, in order. */
  readonly asked: string[];
  /** Answers before any other, first to last, from the path that is asked. */
  readonly first: ((path: string) => Answer)[];
  close(): void;
}

export const token = 't0ken';

function examples(): (name: string) => JsonObject {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  const [document] = readJsonObjects(readFileSync(file, 'utf8'), 'api');
  return (name) => {
    const value = valueAt(document?.value ?? null, ['components', 'examples', name, 'value']);
    const one = isArray(value) ? value[0] : value;
    if (!isObject(one)) throw new Error(`there is no example ${name}`);
    return one;
  };
}

function first(value: Json | undefined, key: string): JsonObject {
  const found = valueAt(value ?? null, [key, 0]);
  return isObject(found) ? found : {};
}

/** Starts it. Any repository; one token. */
export async function startGitHub(): Promise<FakeGitHub> {
  const { check, matches } = githubDescription();
  const example = examples();
  const [combined, runList] = [example('combined-commit-status'), example('check-run-paginated')];
  const [deployment, deploymentStatus] = [example('deployment-items'), example('deployment-status-items')];
  const reported = new Map<string, Reported>();
  const problems: string[] = [];
  const asked: string[] = [];
  const ready: ((path: string) => Answer)[] = [];
  const ids: { commit: string; environment: string }[] = [];

  function described(schema: string, values: readonly Json[], json: Json): Answer {
    problems.push(...values.flatMap((value) => matches(schema, value)));
    return { status: 200, json };
  }

  function answer({ pathname, searchParams }: URL): Answer {
    const page = <Item>(items: readonly Item[]): readonly Item[] => {
      const size = Number(searchParams.get('per_page') ?? 30);
      const at = (Number(searchParams.get('page') ?? 1) - 1) * size;
      return items.slice(at, at + size);
    };
    const [, commit = '', what = ''] = /\/commits\/([0-9a-f]{40})\/(status|check-runs)$/u.exec(pathname) ?? [];
    const about = reported.get(commit) ?? {};
    if (what === 'status') {
      const all = about.statuses ?? [];
      const statuses = page(all).map((one) => Object.assign({}, first(combined, 'statuses'), one));
      const json = { ...combined, sha: commit, total_count: all.length, statuses };
      return described('combined-commit-status', [json], json);
    }
    if (what === 'check-runs') {
      const all = about.runs ?? [];
      const runs = page(all).map((one) => Object.assign({}, first(runList, 'check_runs'), one));
      return described('check-run', runs, { total_count: all.length, check_runs: runs });
    }
    if (pathname.endsWith('/deployments')) {
      const [sha, environment] = [searchParams.get('sha') ?? '', searchParams.get('environment') ?? ''];
      if (!reported.get(sha)?.deployments?.[environment]) return { status: 200, json: [] };
      const id = ids.push({ commit: sha, environment });
      const json = { ...deployment, id, sha, ref: sha, environment };
      return described('deployment', [json], [json]);
    }
    const { commit: of, environment } = ids[Number(/\/deployments\/(\d+)\/statuses$/u.exec(pathname)?.[1]) - 1] ?? {};
    const states = reported.get(of ?? '')?.deployments?.[environment ?? ''];
    if (states === undefined) return { status: 404, json: { message: 'Not Found' } };
    const list = states.map((state, index) =>
      Object.assign({}, deploymentStatus, { id: states.length - index, state }),
    );
    return described('deployment-status', list, list);
  }

  const server = await listen(({ method, path, headers }: Arrived): Answer => {
    asked.push(path);
    problems.push(...check({ method, url: `https://api.github.com${path}`, headers: {}, status: 200 }));
    const next = ready.shift();
    if (next) return next(path);
    if (headers['authorization'] !== `Bearer ${token}`) return { status: 401, json: { message: 'Bad credentials' } };
    return answer(new URL(path, 'https://api.github.com'));
  });
  return { url: server.url, reported, problems, asked, first: ready, close: () => server.close() };
}
