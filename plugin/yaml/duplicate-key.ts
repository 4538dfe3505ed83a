/**
 * The diagnostic for a key that stands twice in one mapping. Both readers make it here, so it always reads the same.
 */
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts';
import type { ReadOptions } from './document.ts';

/** `second` is where the key stands again, `first` where it stood before. */
export function duplicateKey(
  key: string,
  first: Location | undefined,
  second: Location | undefined,
  duplicateKeys: ReadOptions['duplicateKeys'],
): Diagnostic {
  const before = first?.line === undefined ? '' : `; the first is on line ${first.line}`;
  return {
    severity: duplicateKeys === 'error' ? 'error' : 'warning',
    code: 'yaml-duplicate-key',
    message: `the key ${JSON.stringify(key)} stands twice in one mapping${before}`,
    ...(second ? { location: second } : {}),
    help: [
      duplicateKeys === 'error'
        ? 'Kubernetes would silently take the last one. Remove one of the two.'
        : 'The last one wins, as in Argo CD.',
    ],
  };
}
