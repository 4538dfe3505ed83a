/**
 * The error for a target that matches nothing: what exists, which term is in the way, what was probably meant.
 */
import { type Failure, failure } from '../../diagnostics/failure.ts';
import { listNames, suggest } from '../../diagnostics/suggest.ts';
import type { Overlay } from '../../resources/overlay.ts';
import { shortName } from '../../resources/resource.ts';
import { labelOf } from '../label.ts';
import type { Slot } from './slot.ts';
import { type CompiledTarget, type Term, terms, type Test } from './target.ts';

type Applies = (slot: Slot, test: Test) => boolean;

/** Failure `overlay-no-match` for an overlay whose target matches none of the slots. */
export function noMatch(
  overlay: Overlay,
  target: CompiledTarget,
  slots: readonly Slot[],
  applies: Applies,
  environment: string | undefined,
): Failure {
  const where = environment === undefined ? '' : ` in environment ${environment}`;
  const present = slots.filter((slot) => slot.resource !== undefined);
  return failure('overlay-no-match', `${labelOf(overlay)} matches no resource${where}`, {
    location: overlay.locate(['target'], 'key'),
    help: [...whatExists(overlay, target, present, applies), ...inTheWay(target, present, applies)],
  });
}

function whatExists(
  overlay: Overlay,
  target: CompiledTarget,
  slots: readonly Slot[],
  applies: Applies,
): readonly string[] {
  const { kind, name } = overlay.target;
  const isKind = target.tests.get('kind');
  const ofKind = isKind ? slots.filter((slot) => applies(slot, isKind)) : slots;
  if (kind !== undefined && ofKind.length > 0) {
    const names = unique(ofKind.map(({ id }) => id.name));
    const what = target.onlyKind === undefined ? `Resources of kind ${kind}` : plural(kind);
    return [`${what} in this application: ${listNames(names)}.${didYouMean(name, names)}`];
  }
  const kinds = unique(slots.map(({ id }) => id.kind));
  if (kind !== undefined) return [`Kinds in this application: ${listNames(kinds)}.${didYouMean(kind, kinds)}`];
  const names = unique(slots.map(({ id }) => shortName(id)));
  const meant = name === undefined ? '' : didYouMean(name, unique(slots.map(({ id }) => id.name)));
  return [`Resources in this application: ${listNames(names)}.${meant}`];
}

/** Names the single term without which the target would match, and what it would match then. */
function inTheWay(target: CompiledTarget, slots: readonly Slot[], applies: Applies): readonly string[] {
  if (target.tests.size < 2) return [];
  return terms.flatMap((term: Term) => {
    if (!target.tests.has(term)) return [];
    const others = [...target.tests].filter(([other]) => other !== term).map(([, test]) => test);
    const matched = slots.filter((slot) => others.every((test) => applies(slot, test)));
    // A wrong name or kind is already answered by the names and kinds that exist.
    if (matched.length === 0 || term === 'name' || term === 'kind') return [];
    return [`Without target.${term} it would match ${listNames(matched.map(({ id }) => shortName(id)))}.`];
  });
}

function didYouMean(written: string | undefined, existing: readonly string[]): string {
  const meant = written === undefined ? undefined : suggest(written, existing);
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

/** `Ingresses`, `NetworkPolicies`, `Deployments`; a kind that ends in a single s, such as Endpoints, stays. */
function plural(kind: string): string {
  if (/(?:ss|x|ch)$/u.test(kind)) return `${kind}es`;
  if (/[^aeiou]y$/u.test(kind)) return `${kind.slice(0, -1)}ies`;
  return kind.endsWith('s') ? kind : `${kind}s`;
}
