/**
 * What the operator's policy forbids a render, apart from kinds of source (plugin/sources/read.ts), images
 * (plugin/images/policy.ts), source repositories (speakers.ts) and reading (plugin/files/limits.ts).
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { listNames } from '../diagnostics/suggest.ts';
import { matchesName } from './patterns.ts';
import { type Policy, policySource } from './policy.ts';

/** Where and as what an application is deployed. */
export interface Deployment {
  /** Undefined where the application has no environments. */
  readonly environment: string | undefined;
  /** The AppProject; undefined when it is unknown. */
  readonly project: string | undefined;
  /** The destination's namespace; undefined as above. */
  readonly namespace: string | undefined;
}

type Bound = 'projects' | 'namespaces';

const words = { projects: 'project', namespaces: 'namespace' } as const;

function matches(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchesName(pattern, text));
}

/** The rules that bind something, and those of them that are for the environment. */
function rulesOf(policy: Policy, environment: string | undefined, key: Bound) {
  const bound = policy.environments.filter((rule) => rule[key] !== undefined);
  // No rule but one for every environment (*) matches where there is no environment.
  return { bound, ours: bound.filter((rule) => matches(rule.names, environment ?? '')) };
}

function shown(environment: string | undefined): string {
  return environment === undefined ? 'an application without environments' : `environment ${environment}`;
}

/** Binds environments to `projects` (or `namespaces`), both ways. `what` is what message and location are about. */
function checkBinding(
  policy: Policy,
  environment: string | undefined,
  key: Bound,
  value: string,
  about: { readonly resource?: string; readonly location?: Location } = {},
): void {
  const { bound, ours } = rulesOf(policy, environment, key);
  const where = about.resource === undefined ? '' : `: ${about.resource} goes there`;
  const { location } = about;
  const refusing = ours.find((rule) => !matches(rule[key] ?? [], value));
  if (refusing) {
    throw failure(
      'policy-environment',
      `${shown(environment)} may not be rendered for ${words[key]} ${value}${where}`,
      { location, help: [`Allowed ${key}: ${listNames(refusing[key] ?? [])}.`, policySource(policy)] },
    );
  }
  if (ours.length > 0) return;
  const theirs = bound.filter((rule) => matches(rule[key] ?? [], value));
  if (theirs.length === 0) return;
  throw failure('policy-environment', `${words[key]} ${value} may not have ${shown(environment)}${where}`, {
    location,
    help: [`Its environments: ${listNames(theirs.flatMap((rule) => rule.names))}.`, policySource(policy)],
  });
}

/**
 * Failure `policy-environment` unless the environment may be rendered for this project and this destination. In the
 * sidecar, what Argo CD does not say satisfies no rule that binds it. (Which namespaces the resources themselves name
 * is judged when they are known: {@link enforceNamespace}.)
 */
export function enforceEnvironment(policy: Policy, deployment: Deployment): void {
  const { environment, project, namespace } = deployment;
  attemptAll(
    [
      ['projects', project],
      ['namespaces', namespace],
    ] as const,
    ([key, value]) => {
      if (value !== undefined) {
        checkBinding(policy, environment, key, value);
        return;
      }
      if (policy.place === 'cli') return;
      const { bound, ours } = rulesOf(policy, environment, key);
      // An unknown project may be one that is bound to another environment; an unknown namespace may be of no matter.
      if (ours.length === 0 && (key === 'namespaces' || bound.length === 0)) return;
      throw failure('policy-environment', `${shown(environment)} may not be rendered for an unknown ${words[key]}`, {
        help: [
          key === 'projects'
            ? 'Argo CD gives the project as ARGOCD_APP_PROJECT_NAME.'
            : 'Set spec.destination.namespace in the Application.',
          policySource(policy),
        ],
      });
    },
  );
}

/**
 * Failure `policy-environment` unless the environment may have resources in this namespace; undefined is a namespace
 * that nobody knows. `resource` and `location` say which resource goes there.
 */
export function enforceNamespace(
  policy: Policy,
  environment: string | undefined,
  namespace: string | undefined,
  about: { readonly resource: string; readonly location: Location },
): void {
  if (namespace !== undefined) {
    checkBinding(policy, environment, 'namespaces', namespace, about);
    return;
  }
  if (policy.place === 'cli' || rulesOf(policy, environment, 'namespaces').bound.length === 0) return;
  throw failure('policy-environment', `${about.resource} has no namespace, and the destination has none either`, {
    location: about.location,
    help: ['Set spec.destination.namespace in the Application, or metadata.namespace.', policySource(policy)],
  });
}

/** Failure `limit-resources` when a render has more resources than allowed. */
export function enforceResources(policy: Policy, count: number): void {
  const { resources } = policy.limits;
  if (count <= resources) return;
  throw failure('limit-resources', `${count} resources are rendered; at most ${resources} are allowed`, {
    help: [policySource(policy)],
  });
}

/** Failure `limit-output` when more bytes would be printed than allowed. */
export function enforceOutput(policy: Policy, bytes: number): void {
  const { outputBytes } = policy.limits;
  if (bytes <= outputBytes) return;
  throw failure('limit-output', `the output has ${bytes} bytes or more; at most ${outputBytes} are allowed`, {
    help: [policySource(policy), 'Argo CD itself refuses more than 100 MiB.'],
  });
}
