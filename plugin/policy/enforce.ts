/**
 * What the operator's policy forbids a render, apart from kinds of source (plugin/sources/read.ts), images
 * (plugin/images/policy.ts) and reading (plugin/files/limits.ts).
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { listNames } from '../diagnostics/suggest.ts';
import { matchesName } from './patterns.ts';
import type { Policy } from './policy.ts';

/** Where and as what an application is deployed. */
export interface Deployment {
  /** Undefined where the application has no environments. */
  readonly environment: string | undefined;
  /** The AppProject; undefined when nobody knows, as on a laptop: it is then not judged. */
  readonly project: string | undefined;
  /** The destination's namespace; undefined as above. */
  readonly namespace: string | undefined;
}

function source(policy: Policy): string {
  return `This is the operator's policy${policy.file === undefined ? '' : ` (${policy.file})`}.`;
}

function matches(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchesName(pattern, text));
}

/** Binds environments to `projects` (or `namespaces`), both ways. */
function checkBinding(
  policy: Policy,
  environment: string | undefined,
  key: 'projects' | 'namespaces',
  value: string,
): void {
  const word = key === 'projects' ? 'project' : 'namespace';
  // No rule but one for every environment (*) matches where there is no environment.
  const name = environment ?? '';
  const shown = environment === undefined ? 'an application without environments' : `environment ${environment}`;
  const bound = policy.environments.filter((rule) => rule[key] !== undefined);
  const ours = bound.filter((rule) => matches(rule.names, name));
  const refusing = ours.find((rule) => !matches(rule[key] ?? [], value));
  if (refusing) {
    throw failure('policy-environment', `${shown} may not be rendered for ${word} ${value}`, {
      help: [`Allowed ${key}: ${listNames(refusing[key] ?? [])}.`, source(policy)],
    });
  }
  if (ours.length > 0) return;
  const theirs = bound.filter((rule) => matches(rule[key] ?? [], value));
  if (theirs.length === 0) return;
  throw failure('policy-environment', `${word} ${value} may not have ${shown}`, {
    help: [`Its environments: ${listNames(theirs.flatMap((rule) => rule.names))}.`, source(policy)],
  });
}

/** Failure `policy-environment` unless the environment may be rendered for this project and namespace. */
export function enforceEnvironment(policy: Policy, deployment: Deployment): void {
  const { environment, project, namespace } = deployment;
  attemptAll(
    [
      ['projects', project],
      ['namespaces', namespace],
    ] as const,
    ([key, value]) => {
      if (value !== undefined) checkBinding(policy, environment, key, value);
    },
  );
}

/** Failure `limit-resources` when a render has more resources than allowed. */
export function enforceResources(policy: Policy, count: number): void {
  const { resources } = policy.limits;
  if (count <= resources) return;
  throw failure('limit-resources', `${count} resources are rendered; at most ${resources} are allowed`, {
    help: [source(policy)],
  });
}

/** Failure `limit-output` when more bytes would be printed than allowed. */
export function enforceOutput(policy: Policy, bytes: number): void {
  const { outputBytes } = policy.limits;
  if (bytes <= outputBytes) return;
  throw failure('limit-output', `the output has ${bytes} bytes; at most ${outputBytes} are allowed`, {
    help: [source(policy), 'Argo CD itself refuses more than 100 MiB.'],
  });
}
