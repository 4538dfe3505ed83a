/**
 * Whose images are these? A lock is for images that the team builds: one that others build would stay at today's tag
 * when its chart moves on. The registry and the owner in the name tell, where they do.
 */
import { parseReference, registryOf } from '../references/reference.ts';

/** `own`: built by this team; `third-party`: by others; `unknown`: the name does not say. */
export type Ownership = 'own' | 'third-party' | 'unknown';

/** Registries in which everybody's images are. */
const shared = new Set(['docker.io', 'ghcr.io', 'quay.io', 'gcr.io', 'registry.gitlab.com', 'public.ecr.aws']);

/** Registries with images of one company or project, and the library of Docker Hub. */
const others =
  /^(?:docker\.io\/library|registry\.k8s\.io|k8s\.gcr\.io|gcr\.io\/(?:distroless|google-containers|google-samples)|mcr\.microsoft\.com|docker\.elastic\.co|nvcr\.io|registry\.access\.redhat\.com|registry\.redhat\.io|public\.ecr\.aws\/(?:docker|aws-\w+|eks-\w+))\//u;

/**
 * @param name without tag and digest
 * @param owner of this repository at its provider, such as `acme`; undefined when it has no remote
 */
export function ownershipOf(name: string, owner: string | undefined): Ownership {
  const reference = parseReference(name);
  if (reference === undefined) return 'unknown';
  if (others.test(`${reference.name}/`)) return 'third-party';
  const registry = registryOf(reference);
  if (!shared.has(registry)) return 'own';
  const parts = reference.name.toLowerCase().split('/').slice(1);
  if (owner !== undefined) return parts.includes(owner.toLowerCase()) ? 'own' : 'unknown';
  return registry === 'ghcr.io' || registry === 'registry.gitlab.com' ? 'own' : 'unknown';
}
