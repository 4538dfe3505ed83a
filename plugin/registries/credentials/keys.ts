/**
 * The keys under which credentials are kept: a host, a URL as `docker login` writes it, a host with a path
 * (containers-auth.json(5), Kubernetes), or a host with `*` (Kubernetes).
 */

/** The key that docker login writes for Docker Hub, and that helpers are asked for. */
const dockerHubURL = 'https://index.docker.io/v1/';

/** Host and path of a key: without scheme, API version and trailing slashes; Docker Hub by its one name. */
function normalise(key: string): string {
  const text = key
    .trim()
    .replace(/^https?:\/\//u, '')
    .replace(/\/+$/u, '')
    .replace(/\/v[12]$/u, '');
  const slash = text.indexOf('/');
  const host = (slash < 0 ? text : text.slice(0, slash)).toLowerCase();
  const path = slash < 0 ? '' : text.slice(slash);
  return `${host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host}${path}`;
}

function matchesHost(pattern: string, host: string): boolean {
  if (!pattern.includes('*')) return pattern === host;
  const [parts, names] = [pattern.split('.'), host.split('.')];
  return (
    parts.length === names.length &&
    parts.every((part, index) => {
      const [before = '', ...rest] = part.split('*');
      const name = names[index] ?? '';
      if (rest.length === 0) return part === name;
      // One star a label is what people write.
      const after = rest.join('*');
      return name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after);
    })
  );
}

/** Whether the key is for the repository at the host (`docker.io`), and how exactly: a higher number wins; 0 is no. */
function exactness(key: string, host: string, repository: string): number {
  const text = normalise(key);
  const slash = text.indexOf('/');
  const pattern = slash < 0 ? text : text.slice(0, slash);
  const path = slash < 0 ? '' : text.slice(slash + 1);
  if (!matchesHost(pattern, host)) return 0;
  if (path !== '' && repository !== path && !repository.startsWith(`${path}/`)) return 0;
  return 2 + 2 * path.length - (pattern.includes('*') ? 1 : 0);
}

/** The key among `keys` that is most exactly for the repository at the host; undefined when none is. */
export function bestKey(keys: readonly string[], host: string, repository: string): string | undefined {
  const ranked = keys.map((key) => ({ key, rank: exactness(key, host, repository) })).filter(({ rank }) => rank > 0);
  return ranked.sort((a, b) => b.rank - a.rank)[0]?.key;
}

/** What a helper is asked for. */
export function helperServer(host: string): string {
  return host === 'docker.io' ? dockerHubURL : host;
}
