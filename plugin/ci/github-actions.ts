/**
 * GitHub Actions: https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 *
 * For pull requests GITHUB_SHA is a merge commit that exists for the run only, and for workflow_run it is the tip of
 * the default branch: the commit that was built stands in the event's payload.
 */
import { isObject, type Json } from '../resources/json.ts';
import { valueAt } from '../resources/pointer.ts';
import { stringAt } from '../resources/read-fields.ts';
import { type CiFacts, type CiSystem, pullRequestNumber, type ReadFile, type Variables, valueOf } from './facts.ts';

function eventOf(variables: Variables, readFile: ReadFile): Json {
  const path = valueOf(variables, 'GITHUB_EVENT_PATH');
  const text = path === undefined ? undefined : readFile(path);
  if (text === undefined) return null;
  try {
    const event: unknown = JSON.parse(text);
    return toJson(event);
  } catch {
    return null;
  }
}

/** JSON.parse gives nothing else than JSON. */
function toJson(value: unknown): Json {
  return isJson(value) ? value : null;
}

function isJson(value: unknown): value is Json {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}

function built(variables: Variables, event: Json): CiFacts {
  const name = valueOf(variables, 'GITHUB_EVENT_NAME') ?? '';
  const ref = valueOf(variables, 'GITHUB_REF');
  if (name.startsWith('pull_request') && isObject(event)) {
    const head = stringAt(event, 'pull_request', 'head', 'ref') || undefined;
    const number = valueAt(event, ['pull_request', 'number']);
    return {
      commit: stringAt(event, 'pull_request', 'head', 'sha') || undefined,
      ref: head === undefined ? ref : `refs/heads/${head}`,
      pullRequest: typeof number === 'number' ? number : undefined,
    };
  }
  if (name === 'workflow_run' && isObject(event)) {
    const branch = stringAt(event, 'workflow_run', 'head_branch') || undefined;
    return {
      commit: stringAt(event, 'workflow_run', 'head_sha') || undefined,
      ref: branch === undefined ? undefined : `refs/heads/${branch}`,
    };
  }
  const merged = /^refs\/pull\/(\d+)\/merge$/u.exec(ref ?? '')?.[1];
  // Without the payload the head of a pull request is not known, and the merge commit is nobody's.
  return merged === undefined
    ? { commit: valueOf(variables, 'GITHUB_SHA'), ref }
    : { pullRequest: pullRequestNumber(merged) };
}

/** @see CiSystem */
export const githubActions: CiSystem = {
  name: 'GitHub Actions',
  detect: (variables) => valueOf(variables, 'GITHUB_ACTIONS') === 'true',
  facts(variables, readFile) {
    const server = valueOf(variables, 'GITHUB_SERVER_URL') ?? 'https://github.com';
    const repository = valueOf(variables, 'GITHUB_REPOSITORY');
    const url = repository === undefined ? undefined : `${server}/${repository}`;
    const run = valueOf(variables, 'GITHUB_RUN_ID');
    return {
      repository: url,
      ...built(variables, eventOf(variables, readFile)),
      run: url === undefined || run === undefined ? undefined : `${url}/actions/runs/${run}`,
      checkout: valueOf(variables, 'GITHUB_WORKSPACE'),
    };
  },
};
