/**
 * What the helper program is asked to play: a configuration, a world and what happens in it
 * (engine/server/scenario.go is the other side).
 */
import type { JsonObject } from '../../resources/json.ts';

/** The data of argocd-notifications-cm and of argocd-notifications-secret. */
export interface EngineConfig {
  readonly configMap: Readonly<Record<string, string>>;
  readonly secret?: Readonly<Record<string, string>>;
  /** Gives every key that the ConfigMap refers to and the Secret lacks a value that works. @default false */
  readonly fillSecret?: boolean;
}

/** What goes wrong with requests to the outside. */
export interface Fault {
  /** A regular expression for `METHOD URL`; empty: any request but one for an access token. */
  readonly match?: string;
  /** The answer's status and headers, in place of the real answer. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Holds the request for so many real milliseconds, then drops the connection. */
  readonly hangMs?: number;
  /** Closes the connection without an answer. */
  readonly drop?: boolean;
  /** Does the work first: the answer is what gets lost. */
  readonly after?: boolean;
  /** @default 1 */
  readonly count?: number;
}

/** What exists at GitHub. Empty parts mean that everything exists. */
export interface GitHubWorld {
  /** Owners that an installation (by id) may touch. */
  readonly installations?: Readonly<Record<string, readonly string[]>>;
  /** What repositories (`owner/name`) hold. */
  readonly repositories?: Readonly<
    Record<
      string,
      {
        readonly commits?: readonly string[];
        /** Contexts that are not green, by commit. */
        readonly failingContexts?: Readonly<Record<string, readonly string[]>>;
        /** Commit statuses that every context of a commit already has. */
        readonly statusCount?: Readonly<Record<string, number>>;
      }
    >
  >;
  /** Hosts of GitHub Enterprise Server. */
  readonly enterpriseHosts?: readonly string[];
}

/** What happens at one moment, in the order of the fields. */
export interface Step {
  /** Seconds after the start; never less than the step before. */
  readonly at: number;
  /** The controller is down while this step's changes happen, and sees only the last state. */
  readonly restart?: boolean;
  /** The controller is down since the step before. */
  readonly down?: boolean;
  /** Replaces the ConfigMap's data. */
  readonly data?: Readonly<Record<string, string>>;
  /** In the place of the faults that still wait for a request; an empty list ends all. */
  readonly faults?: readonly Fault[];
  /** Whole Applications, as Argo CD's other controllers write them. */
  readonly put?: readonly JsonObject[];
  /** Applications (`namespace/name`) that are gone. */
  readonly delete?: readonly string[];
}

/** A whole history. */
export interface Scenario extends EngineConfig {
  /** The time at which the controller is started, RFC 3339. */
  readonly start: string;
  readonly steps: readonly Step[];
  readonly world?: {
    readonly github?: GitHubWorld;
    /** Hosts in whose place a server on this machine answers: `http://127.0.0.1:PORT` by host. */
    readonly passOn?: Readonly<Record<string, string>>;
  };
  readonly projects?: readonly JsonObject[];
  /** Commits of manifests' repositories that the repo-server knows, by hash. */
  readonly commits?: Readonly<Record<string, { readonly message: string; readonly author?: string }>>;
  readonly controller?: {
    /** `--application-namespaces` */
    readonly applicationNamespaces?: readonly string[];
    /** `--app-label-selector` */
    readonly selector?: string;
    /** `--processors-count` @default 1 */
    readonly processors?: number;
    /** Requests a second to the API server, and how long it takes to answer. None: no limits. */
    readonly limits?: { readonly qps: number; readonly burst: number; readonly answerMs: number };
  };
  /** Milliseconds that each answer of a provider takes. The report then has `asked` in place of messages. */
  readonly answerMs?: number;
  /** Asks for the reasons of conditions that are not true. @default false */
  readonly explain?: boolean;
}
