/**
 * What became of a deployment, by GitHub: https://docs.github.com/rest/deployments
 */
import { getKey, isObject, type Json } from '../resources/json.ts';
import { stringAt } from '../resources/read-fields.ts';
import type { GitHub } from './github.ts';

/** The last word on a deployment. */
interface DeploymentWord {
  /** In GitHub's words: `success`, `failure`, `in_progress` … */
  readonly state: string;
  /** When it was said; invalid when GitHub does not say. */
  readonly at: Date;
}

/**
 * The last word on the newest deployment of a source commit to an environment; undefined when there is none.
 * @throws Failure `statuses-unreadable`
 */
export type ReadDeployment = (
  repository: string,
  commit: string,
  environment: string,
) => Promise<DeploymentWord | undefined>;

function idOf(item: Json): bigint {
  const id = isObject(item) ? getKey(item, 'id') : undefined;
  return typeof id === 'number' || typeof id === 'bigint' ? BigInt(id) : 0n;
}

function newest(items: readonly Json[]): Json | undefined {
  return items.toSorted((one, other) => (idOf(one) < idOf(other) ? 1 : -1))[0];
}

/** Reads from GitHub. */
export function deploymentsFromGitHub(github: GitHub): ReadDeployment {
  return async (repository, commit, environment) => {
    if (!github.mayHave(repository)) return undefined;
    const of = `${github.repository(repository)}/deployments`;
    const deployment = newest(await github.list(of, { sha: commit, environment }));
    if (deployment === undefined) return undefined;
    const statuses = await github.list(`${of}/${idOf(deployment)}/statuses`, {});
    // A later success of another commit makes a deployment inactive: that says nothing about how it went.
    const latest = newest(statuses.filter((status) => stringAt(status, 'state') !== 'inactive'));
    if (latest === undefined) return undefined;
    return { state: stringAt(latest, 'state'), at: new Date(stringAt(latest, 'created_at')) };
  };
}
