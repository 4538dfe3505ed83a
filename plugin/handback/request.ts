/**
 * The JSON request that starts a job: who sends it, when it is about the job, and where the facts stand in it. Each CI
 * system writes this in its own words: JSONPath, CEL, jq or expressions.
 */

/** Keys and indexes that lead to a value of the body. */
export type BodyPath = readonly (string | number)[];

/** A text of the body that must be one of a few. */
interface Condition {
  /** The environment variable that holds it where a system needs one. */
  readonly variable: string;
  readonly path: BodyPath;
  readonly oneOf: readonly string[];
}

/** What the scripts are told, as environment variables. */
export type Fact = 'WAYBILL_ENVIRONMENT' | 'WAYBILL_CONTEXT' | 'WAYBILL_SOURCE_COMMIT' | 'DEPLOYMENT_ID';

/** A request that starts a job. */
export interface Request {
  /** How it is signed and how its event is named; `argocd` is Argo CD's notifications controller. */
  readonly sender: 'github' | 'gitlab' | 'bitbucket' | 'gitea' | 'argocd';
  /** The sender's names for the events, as its header has them. */
  readonly events: readonly string[];
  /** All of them hold when the job has something to do. */
  readonly conditions: readonly Condition[];
  /** Where the facts are. A commit may be the last part of a URL. */
  readonly facts: Readonly<Partial<Record<Fact, BodyPath>>>;
}

/** `a.b[0].c`, as CEL, expressions, JSONPath (after `$.`) and jq (after `.`) have it. */
export function dotted(path: BodyPath): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index ? '.' : ''}${step}`)).join('');
}

/** The facts as pairs, in the order in which they are declared. */
export function factsOf({ facts }: Request): [Fact, BodyPath][] {
  const names: readonly Fact[] = ['WAYBILL_ENVIRONMENT', 'WAYBILL_CONTEXT', 'WAYBILL_SOURCE_COMMIT', 'DEPLOYMENT_ID'];
  return names.flatMap((name): [Fact, BodyPath][] => {
    const path = facts[name];
    return path === undefined ? [] : [[name, path]];
  });
}
