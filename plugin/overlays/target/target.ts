/**
 * Which resources an overlay changes, with kustomize's meaning (api/resmap Select): every term must hold, a name and a
 * namespace also as they were before the first overlay.
 */
import { type Failure, failure } from '../../diagnostics/failure.ts';
import type { Overlay } from '../../resources/overlay.ts';
import { compilePattern, isLiteral, loadRe2, needsRe2, type Pattern, type Re2 } from './pattern.ts';
import { compileSelector, type Selector } from '../../expressions/label-selector.ts';
import { effectiveNamespace, metadataTexts, type Slot } from './slot.ts';

/** The terms of a target, in the order in which a reader checks them. */
export const terms = ['group', 'version', 'kind', 'name', 'namespace', 'labelSelector', 'annotationSelector'] as const;

/** One of {@link terms}. */
export type Term = (typeof terms)[number];

/** Tells whether a resource satisfies one term. */
export type Test = (slot: Slot, isClusterScoped: (slot: Slot) => boolean) => boolean;

/** A target that is ready to be compared with resources. */
export interface CompiledTarget {
  /** The one kind it can match, when that is known without asking a resource. */
  readonly onlyKind: string | undefined;
  /** The terms that the target has, in the order of {@link terms}. */
  readonly tests: ReadonlyMap<Term, Test>;
}

/** The terms that are written. */
function written(overlay: Overlay): (readonly [Term, string])[] {
  return terms.flatMap((term) => {
    const text = overlay.target[term];
    return text === undefined ? [] : [[term, text] as const];
  });
}

/** Loads RE2 when a target of these overlays needs it. */
export async function loadForTargets(overlays: readonly Overlay[]): Promise<Re2 | undefined> {
  const isNeeded = overlays.some((overlay) =>
    written(overlay).some(([term, text]) => !isSelectorTerm(term) && needsRe2(text)),
  );
  return isNeeded ? await loadRe2() : undefined;
}

function isSelectorTerm(term: Term): term is 'labelSelector' | 'annotationSelector' {
  return term === 'labelSelector' || term === 'annotationSelector';
}

/**
 * Compiles the target of an overlay. Failure `overlay-target` when a term is no expression or no selector.
 * @param re2 what {@link loadForTargets} gave for this overlay
 */
export function compileTarget(overlay: Overlay, re2: Re2 | undefined): CompiledTarget {
  const tests = new Map<Term, Test>();
  for (const [term, text] of written(overlay)) {
    // Only a group can be empty. kustomize would match everything, which a value that expands to nothing must not do.
    if (text === '' && term !== 'group') throw emptyTerm(overlay, term);
    try {
      tests.set(term, compileTerm(term, text, re2));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw invalidTerm(overlay, term, text, error);
    }
  }
  const { kind } = overlay.target;
  return { onlyKind: kind !== undefined && isLiteral(kind) ? kind : undefined, tests };
}

function compileTerm(term: Term, text: string, re2: Re2 | undefined): Test {
  if (term === 'labelSelector') return selects(compileSelector(text), 'labels');
  if (term === 'annotationSelector') return selects(compileSelector(text), 'annotations');
  return matches(term, compilePattern(text, re2));
}

function selects(selector: Selector, field: 'labels' | 'annotations'): Test {
  return ({ resource }) => resource !== undefined && selector(metadataTexts(resource.body, field));
}

function matches(term: 'group' | 'version' | 'kind' | 'name' | 'namespace', pattern: Pattern): Test {
  switch (term) {
    case 'name':
      return ({ id, original }) => pattern(id.name) || pattern(original.name);
    case 'namespace':
      return (slot, isClusterScoped) => {
        const clusterScoped = isClusterScoped(slot);
        return (
          pattern(effectiveNamespace(slot.id, clusterScoped)) ||
          pattern(effectiveNamespace(slot.original, clusterScoped))
        );
      };
    case 'group':
    case 'version':
    case 'kind':
      return ({ id }) => pattern(id[term]);
    default:
      return term;
  }
}

function emptyTerm(overlay: Overlay, term: Term): Failure {
  return failure('overlay-target', `target.${term} is empty`, {
    location: overlay.locate(['target', term]),
    help: ['Leave it out to match every resource.'],
  });
}

function invalidTerm(overlay: Overlay, term: Term, text: string, error: SyntaxError): Failure {
  const isSelector = isSelectorTerm(term);
  return failure(
    'overlay-target',
    `target.${term} is no ${isSelector ? 'selector' : 'regular expression'}: ${error.message}`,
    {
      location: overlay.locate(['target', term]),
      help: [
        isSelector
          ? `"${text}" must have Kubernetes' selector syntax: app=web,tier in (a,b),!canary.`
          : `"${text}" is read as Go (RE2) reads regular expressions, for the whole text.`,
      ],
    },
  );
}
