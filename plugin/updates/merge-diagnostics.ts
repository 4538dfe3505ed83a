/**
 * Errors of many applications: equal messages about the same registry and repository are reported once.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

function withOthers(first: Diagnostic, others: number): Diagnostic {
  if (others === 0) return first;
  const images = others === 1 ? 'one more image' : `${others} more images`;
  return { ...first, help: [...(first.help ?? []), `The same for ${images}.`] };
}

/** Diagnostics with the same code and message as one, at the first place, which says how many others there are. */
export function mergeDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const groups = new Map<string, { readonly first: Diagnostic; others: number }>();
  for (const one of diagnostics) {
    const key = `${one.code} ${one.message}`;
    const group = groups.get(key);
    if (group) group.others += 1;
    else groups.set(key, { first: one, others: 0 });
  }
  return Array.from(groups.values(), ({ first, others }) => withOthers(first, others));
}
