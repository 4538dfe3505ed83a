/**
 * Which texts of a kustomization kustomize would fetch: the rules of its own `NewRepoSpecFromURL`
 * (api/internal/git/repospec.go) and of its file loader (`IsRemoteFile`), which downloads http and https URLs. Both
 * are taken a little wider than kustomize has them: what merely looks like a URL is no path, either.
 */
import type { Location } from '../../diagnostics/diagnostic.ts';
import { failure } from '../../diagnostics/failure.ts';
import type { Path } from '../../resources/pointer.ts';

/** A string of a kustomization and where it is. */
export interface Entry {
  readonly text: string;
  readonly path: Path;
}

/** A URL wherever kustomize opens a file. */
export function isUrl(text: string): boolean {
  return /^\s*https?:/iu.test(text);
}

/**
 * A URL or a git repository wherever kustomize opens a directory. It clones `github.com/…` and `user@…` even where the
 * application has a directory, or a file that is no YAML, of this name.
 */
export function isRemote(text: string): boolean {
  const rest = text.trim().replace(/^git::/iu, '');
  return /^(?:ssh|https?|file):/iu.test(rest) || /^(?:[a-z][a-z0-9-]*@|github\.com[/:])/iu.test(rest);
}

/** Failure `source-remote`. */
export function refuseRemote(text: string, location: Location): never {
  throw failure('source-remote', `${text} would be fetched from the network`, {
    location,
    help: [
      'A render reads nothing but the repository, so that the same commit always gives the same manifests.',
      'Put it into the repository: waybill vendor (a path of such a name begins with ./).',
      'The operator may allow it: remote.kustomizeBases in the policy.',
    ],
  });
}
