/**
 * The shape of a Git provider that source repositories are at (plugin/handback/providers/NAME.ts): each file exports
 * `provider`.
 */
import type { JsonObject } from '../../resources/json.ts';
import type { Repository } from '../../record/repository.ts';
import type { HandbackApplication, HandbackFile } from '../../schemas/handback.generated.ts';
import type { ProviderName } from '../possible.ts';
import type { Request } from '../request.ts';

/** How scripts speak to a provider. */
export interface ProviderScript {
  /** What the scripts find in their environment, besides the secret STATUS_TOKEN. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Shell functions: `report STATE CONTEXT DESCRIPTION` (pending, success, failure), `deployed CONTEXT`, which prints
   * success while that is the provider's last word on the deployment, and `credentials`, which prints the header that
   * git and curl send. They need curl, jq and RUN_URL; the token is never an argument of a process. Every command
   * substitution ends with `|| return`: bash does not stop at errors inside one, and no answer would read as a no.
   */
  readonly functions: string;
}

/** A Git provider. */
export interface Provider {
  /** Its key in handback.yaml. */
  readonly key: keyof HandbackFile;
  readonly title: string;
  /** Which of the provider's products it is. */
  readonly kind: (file: HandbackFile) => ProviderName;
  /** The host that handback.yaml says it has; undefined when handback.yaml does not name it. */
  readonly host: (file: HandbackFile) => string | undefined;
  /** Whose repositories Argo CD reports to, as its block says; none when there is no block. */
  readonly owners: (file: HandbackFile) => readonly string[];
  /** Its block of notifications.yaml, a list. */
  readonly notifications: (file: HandbackFile) => JsonObject[];
  readonly statusScript: (file: HandbackFile, repository: Repository) => ProviderScript;
  /** Whether what starts the tests is a commit status, whose name must then say the environment. */
  readonly byStatus: (file: HandbackFile) => boolean;
  /** What it sends when a deployment's status is set; undefined when it sends no event. */
  readonly statusRequest: (file: HandbackFile, application: HandbackApplication) => Request | undefined;
}

/** `curl` with what all requests share: an error is an error, transient ones are tried again, nothing hangs. */
export const curl = 'curl --fail --silent --show-error --retry 5 --retry-all-errors --max-time 30';

/** The host of a URL in lower case, with its port. */
export function hostOf(url: string): string {
  return new URL(url).host.toLowerCase();
}

/** `url` without slashes at its end. */
export function withoutSlash(url: string): string {
  return url.replace(/\/+$/u, '');
}
