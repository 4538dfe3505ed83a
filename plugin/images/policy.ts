/**
 * What the operator's policy demands of images. It is checked on what is printed (plugin/checks/images.ts), so that
 * nothing in a repository gets around it.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { matchesImage, matchesName } from '../policy/patterns.ts';
import { type Policy, policySource } from '../policy/policy.ts';
import { parseReference } from '../references/reference.ts';
import type { ResolvedImage } from './resolve.ts';

function refuse(image: ResolvedImage, problem: string, help: string, policy: Policy): Error {
  return failure('policy-image', `${image.reference} ${problem}`, {
    location: image.cause?.location ?? image.origin.location,
    help: [help, policySource(policy)],
  });
}

function checkRegistry(image: ResolvedImage, policy: Policy): void {
  const allowed = policy.registries.images;
  if (allowed === undefined) return;
  const name = parseReference(image.reference)?.name;
  if (name !== undefined && allowed.some((pattern) => matchesImage(pattern, name))) return;
  const problem =
    name === undefined
      ? 'is not a well-formed image, so its origin is unknown'
      : 'is from a registry that is not allowed';
  throw refuse(image, problem, `Allowed registries: ${allowed.join(', ') || 'nowhere'}.`, policy);
}

function checkPinned(image: ResolvedImage, policy: Policy, environment: string | undefined): void {
  const { tag, digest } = parseReference(image.reference) ?? {};
  if (digest !== undefined) return;
  // Only `*` matches where there is no environment, so that leaving the environments out escapes no rule for all.
  const rules = policy.environments.filter(({ names }) => names.some((one) => matchesName(one, environment ?? '')));
  const where = environment === undefined ? '' : ` in environment ${environment}`;
  if (rules.some((rule) => rule.requireDigest)) {
    throw refuse(
      image,
      `has no digest, which is required${where}`,
      'Let CI lock the digest: waybill images set NAME=:TAG@DIGEST.',
      policy,
    );
  }
  const forbidden = rules.flatMap((rule) => rule.forbiddenTags ?? []).find((one) => matchesName(one, tag ?? 'latest'));
  if (forbidden === undefined) return;
  const problem =
    tag === undefined
      ? 'has neither tag nor digest, so it is latest, which is forbidden'
      : `has a tag that is forbidden`;
  throw refuse(
    image,
    `${problem}${where}`,
    `Forbidden without a digest: ${forbidden}. Lock a tag that does not move, or a digest.`,
    policy,
  );
}

/** Whether the policy says anything of images. */
export function hasImageRules(policy: Policy): boolean {
  return (
    policy.registries.images !== undefined ||
    policy.environments.some((rule) => rule.requireDigest === true || rule.forbiddenTags !== undefined)
  );
}

/**
 * Passes when the policy allows every image; each image and reason is reported once.
 * @param environment the environment's name; without one only rules for `*` apply
 * @throws Failure `policy-image`
 */
export function checkImagePolicy(
  resolved: readonly ResolvedImage[],
  policy: Policy,
  environment: string | undefined,
): void {
  const seen = new Set<string>();
  const distinct = resolved.filter(({ reference }) => !seen.has(reference) && seen.add(reference));
  attemptAll(
    distinct.flatMap((image) => [() => checkRegistry(image, policy), () => checkPinned(image, policy, environment)]),
    (check) => check(),
  );
}
