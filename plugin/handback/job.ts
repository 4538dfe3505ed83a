/**
 * A job of the CI system, before it is written in that system's language: patterns make jobs, systems write them.
 */
import type { Request } from './request.ts';

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
  /** A JSON request: of the Git provider, or of Argo CD's notifications controller. */
  | { readonly kind: 'requested'; readonly request: Request }
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
