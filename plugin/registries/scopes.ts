/**
 * Scopes of bearer tokens (https://distribution.github.io/distribution/spec/auth/scope/): `repository:acme/a:pull`.
 */

/**
 * Scopes as few as possible: the actions of one resource are joined (`repository:acme/a:metadata_read,pull`, as Azure's
 * registry wants for tags and manifests), other scopes stay as they are.
 */
export function mergeScopes(scopes: Iterable<string>): string[] {
  const actions = new Map<string, Set<string>>();
  const others = new Set<string>();
  for (const scope of [...scopes].flatMap((one) => one.split(' ')).filter((one) => one !== '')) {
    const colon = scope.lastIndexOf(':');
    if (scope.indexOf(':') === colon) {
      others.add(scope);
      continue;
    }
    const resource = scope.slice(0, colon);
    const known = actions.get(resource) ?? new Set();
    for (const action of scope.slice(colon + 1).split(',')) known.add(action);
    actions.set(resource, known);
  }
  const joined = [...actions].map(([resource, set]) => `${resource}:${[...set].sort().join(',')}`);
  return [...others, ...joined].sort();
}

/** The scope to read a repository. */
export function pullScope(repository: string): string {
  return `repository:${repository}:pull`;
}
