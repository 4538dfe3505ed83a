/**
 * For which source repositories an application may speak (`sourceRepositories`). A record, and the status that
 * follows from it, is a statement about somebody's commit: its author must be somebody who may make it.
 */
import { failure } from '../diagnostics/failure.ts';
import type { Location } from '../diagnostics/diagnostic.ts';
import { listNames } from '../diagnostics/suggest.ts';
import { matchesName } from './patterns.ts';
import { policySource, type Policy } from './policy.ts';

/** Who speaks. */
export interface Speaker {
  /** The AppProject; undefined when it is unknown. */
  readonly project: string | undefined;
  /** The destination's namespace, as Argo CD gives it: the author of waybill.yaml has no say in it. */
  readonly namespace: string | undefined;
}

/**
 * The patterns of the repositories that the speaker may name, in lower case; undefined when the policy has no
 * `sourceRepositories`. An unknown value satisfies no rule in the sidecar, and every rule on a command line.
 */
export function speakableRepositories(policy: Policy, speaker: Speaker): readonly string[] | undefined {
  const allows = (patterns: readonly string[] | undefined, value: string | undefined): boolean => {
    if (patterns === undefined) return true;
    if (value === undefined) return policy.place === 'cli';
    return patterns.some((pattern) => matchesName(pattern, value));
  };
  return policy.sourceRepositories
    ?.filter((rule) => allows(rule.projects, speaker.project) && allows(rule.namespaces, speaker.namespace))
    .flatMap((rule) => rule.repositories.map((pattern) => pattern.toLowerCase()));
}

/** Whether a repository (record/repository.ts `repositoryId`) is one of the patterns. */
export function isSpeakable(patterns: readonly string[], repository: string): boolean {
  return patterns.some((pattern) => matchesName(pattern, repository));
}

/**
 * Whether a repository of which only owner and name are known is one of the patterns: a host that a pattern names
 * in full is taken as given.
 */
export function isSpeakableOnAnyHost(patterns: readonly string[], ownerAndName: string): boolean {
  return patterns.some((pattern) => {
    const slash = pattern.indexOf('/');
    if (slash < 0 || pattern.slice(0, slash).includes('*')) return matchesName(pattern, `?/${ownerAndName}`);
    return matchesName(pattern.slice(slash + 1), ownerAndName);
  });
}

/** The Failure `policy-source-repository` of an application that names somebody else's repository. */
export function mayNotSpeak(
  what: string,
  { policy, speaker, location }: { policy: Policy; speaker: Speaker; location: Location | undefined },
): Error {
  const allowed = speakableRepositories(policy, speaker) ?? [];
  const who = speaker.project === undefined ? 'an application of an unknown project' : `project ${speaker.project}`;
  return failure('policy-source-repository', `${who} may not report to ${what}`, {
    location,
    help: [
      `${allowed.length === 0 ? 'It may report to no source repository' : `Source repositories it may report to: ${listNames(allowed)}`}.`,
      policySource(policy),
    ],
  });
}
