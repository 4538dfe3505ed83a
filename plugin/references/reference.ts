/**
 * Image references, read as the container runtimes read them: the grammar and the normalisation of
 * github.com/distribution/reference (ParseNormalizedNamed), which kubelet, containerd and docker share.
 * The npm packages for this are unkept or need a native regular expression engine; test/oracle holds this one
 * against the Go library.
 */

/** A parsed image reference. */
export interface ImageReference {
  /** The normalised name: registry and repository, such as `docker.io/library/nginx`. Compare this. */
  readonly name: string;
  /** The name as written, such as `nginx`. Print this. */
  readonly written: string;
  readonly tag?: string;
  /** `sha256:` and 64 hexadecimal digits; sha384 and sha512 alike. */
  readonly digest?: string;
}

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const path = new RegExp(`^${component}(?:/${component})*$`, 'u');
const hostPart = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domain = new RegExp(`^(?:${hostPart}(?:\\.${hostPart})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`, 'u');
const tagPattern = /^\w[\w.-]{0,127}$/u;
const digestPattern = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/u;

/** RepositoryNameTotalLengthMax of the Go library, without the registry. */
const longestPath = 255;

/** The text of a reference taken apart at its separators, nothing checked. */
export interface ReferenceParts {
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Splits `name:tag@digest`. A colon before the last slash belongs to the registry's port. Always succeeds. */
export function splitReference(text: string): ReferenceParts {
  const at = text.indexOf('@');
  const rest = at < 0 ? text : text.slice(0, at);
  const colon = rest.lastIndexOf(':');
  const tagged = colon > rest.lastIndexOf('/');
  return {
    name: tagged ? rest.slice(0, colon) : rest,
    ...(tagged ? { tag: rest.slice(colon + 1) } : {}),
    ...(at < 0 ? {} : { digest: text.slice(at + 1) }),
  };
}

/** Registry and repository of a name, by the Go library's splitDockerDomain: no dot, colon or capital, no registry. */
function normalise(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(0, slash));
  const isRegistry = slash > 0 && (first === 'localhost' || /[.:]/u.test(first) || first !== first.toLowerCase());
  const registry = !isRegistry || first === 'index.docker.io' ? 'docker.io' : first;
  const repository = isRegistry ? name.slice(slash + 1) : name;
  return {
    registry,
    repository: registry === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository,
  };
}

/** Reads a reference; undefined when a container runtime would refuse it ({@link referenceProblem} says why). */
export function parseReference(text: string): ImageReference | undefined {
  if (referenceProblem(text) !== undefined) return undefined;
  const { name, tag, digest } = splitReference(text);
  const { registry, repository } = normalise(name);
  return {
    name: `${registry}/${repository}`,
    written: name,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** What is wrong with a reference, as the end of a sentence; undefined when it is well-formed. */
export function referenceProblem(text: string): string | undefined {
  const { name, tag, digest } = splitReference(text);
  if (name === '') return 'it has no name';
  if (/^[a-f0-9]{64}$/u.test(text)) return 'a name of 64 hexadecimal digits would be read as an image id';
  const { registry, repository } = normalise(name);
  if (!domain.test(registry)) return `${JSON.stringify(registry)} is not a registry's host name`;
  if (repository !== repository.toLowerCase())
    return `the repository ${JSON.stringify(repository)} must be in lower case`;
  if (repository.length > longestPath) return `the repository has more than ${longestPath} characters`;
  if (!path.test(repository)) return `${JSON.stringify(repository)} is not a repository's name`;
  if (tag !== undefined && !isTag(tag)) return `${JSON.stringify(tag)} is not a tag`;
  if (digest !== undefined && !isDigest(digest))
    return `${JSON.stringify(digest)} is not a digest (sha256: and 64 digits)`;
  return undefined;
}

/** True for 1 to 128 letters, digits, `_`, `.` and `-`, not beginning with `.` or `-`. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** True for `sha256:`, `sha384:` or `sha512:` and as many lower-case hexadecimal digits as the algorithm gives. */
export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}

/** The text of a reference: the name as written, then `:tag` and `@digest` where given. */
export function formatReference(reference: Omit<ImageReference, 'name'>): string {
  const { written, tag, digest } = reference;
  return `${written}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/**
 * What names are compared by: the normalised name, so that `nginx` is `docker.io/library/nginx`. A name that no
 * runtime would accept (a placeholder such as `USER_SERVICE_IMAGE`) stands for itself.
 */
export function nameKey(name: string): string {
  return parseReference(name)?.name ?? name;
}

/** The registry of a reference's normalised name: `docker.io`, `ghcr.io`, `localhost:5000`. */
export function registryOf(reference: Pick<ImageReference, 'name'>): string {
  return reference.name.slice(0, reference.name.indexOf('/'));
}
