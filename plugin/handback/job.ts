/**
 * A job of the CI system, before it is written in that system's language: patterns make jobs, systems write them.
 */

/** A generated file. */
export interface HandbackFileText {
  /**
   * Where it goes: the first folder says to which repository (`source/<application>`, `manifests/<application>`,
   * `events`) or system (`cluster`, `jenkins`) it belongs, the rest is its path there.
   */
  readonly path: string;
  readonly text: string;
}

/** What starts a job. */
export type Start =
  /** New event files, and every five minutes in case a start was lost. */
  | { readonly kind: 'events-pushed' }
  /** Once a day. */
  | { readonly kind: 'daily' }
  /** The Git provider's word that an environment runs a commit. */
  | { readonly kind: 'deployed'; readonly environments: readonly string[]; readonly by: 'deployment_status' | 'status' }
  /** GitHub's repository_dispatch. */
  | { readonly kind: 'dispatched'; readonly type: string; readonly environments: readonly string[] }
  /** The JSON document of Waybill's webhooks. */
  | { readonly kind: 'told'; readonly environments: readonly string[] }
  /** Another pipeline, which built and delivered the commit. */
  | { readonly kind: 'called' };

/** One job: one shell script with what it finds in its environment. */
export interface Job {
  /** File name without extension: lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly title: string;
  /** The folder of the repository the job lives in, such as `source/user-service`. */
  readonly home: string;
  /** The application that the job is for; undefined for all. */
  readonly application: string | undefined;
  readonly start: Start;
  readonly image: string;
  /** Plain environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Environment variables whose values are secrets of the CI system, which bear the same name. */
  readonly secrets: readonly string[];
  /** POSIX shell. Ends with 0 when the job succeeded. */
  readonly script: string;
}
