/**
 * What Waybill asks image registries: tags, digests, and what an image says of itself. The protocol is the OCI
 * distribution specification (https://github.com/opencontainers/distribution-spec), version 2 of Docker's registry API.
 *
 * Every failure is a thrown Failure: `registry-unreachable`, `registry-unauthorised`, `registry-rate-limited`,
 * `registry-not-found`, `registry-answer`, `registry-credentials`, `registries-invalid`. Nothing is ever guessed from
 * an answer that failed.
 */

/** What an image runs on, in Go's words: `linux`, `amd64`. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  /** Of an architecture, such as `v8`. */
  readonly variant?: string;
}

/** What a registry knows of one image. */
export interface ImageFacts {
  /** `sha256:…` of what was asked for: the index (multi-platform image) or the manifest. */
  readonly digest: string;
  /** By tag: the registry has just said what the tag points to, so that {@link Registry.digest} would say the same. */
  readonly confirmed?: true;
  /** Of an index those it lists, without attestations; of a single manifest its config's. */
  readonly platforms: readonly Platform[];
  /** RFC 3339: the annotation org.opencontainers.image.created, else the config's `created`. */
  readonly created?: string;
  /** Of the config (for an index: of the chosen platform's). */
  readonly labels: ReadonlyMap<string, string>;
  /** Of the index and the manifest; the manifest's win. */
  readonly annotations: ReadonlyMap<string, string>;
}

/** How {@link Registry.image} asks. */
export interface ImageOptions {
  /**
   * Whose labels and time to read from an index. Where the index has none for it, those of the default are read: look
   * into {@link ImageFacts.platforms}. @default linux/amd64, else the first of the index
   */
  readonly platform?: Platform;
  /**
   * The tag never moves (build tags): the digest that it had in an earlier run is taken from the disk cache, so that
   * a known tag costs no request. Confirm the digest of the tag that you choose by {@link Registry.digest}.
   * @default false
   */
  readonly immutableTag?: boolean;
  /**
   * Only digest and time are wanted: where an annotation of the manifest says the time, the configuration is not read,
   * and labels and a single image's platform are missing. @default false
   */
  readonly onlyTime?: boolean;
}

/** Image registries. Names are as manifests write them: `nginx` is `docker.io/library/nginx`. */
export interface Registry {
  /** All tags of a repository, all pages, each once, in the registry's order (which means nothing). */
  tags(name: string): Promise<readonly string[]>;
  /** The digest that a tag points to now. */
  digest(name: string, tag: string): Promise<string>;
  /** What an image says of itself. `reference` is a tag or a digest; by digest the disk cache answers when it can. */
  image(name: string, reference: string, options?: ImageOptions): Promise<ImageFacts>;
}

/** How registries are asked. */
export interface RegistryOptions {
  /** The process's variables: proxies, places of credentials, `WAYBILL_REGISTRIES`, `WAYBILL_PULL_SECRETS`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of the disk cache; made when needed. Undefined: nothing is kept between runs. */
  readonly cacheFolder?: string | undefined;
  /** The operator's hosts file. @default the variable WAYBILL_REGISTRIES, else none */
  readonly hostsFile?: string | undefined;
  /** Requests under way at once to one host. @default 8 */
  readonly concurrency?: number;
  /** Milliseconds for one request, its answer included. @default 30000 */
  readonly timeoutMs?: number;
  /** How often a request is tried again after a passing error. @default 4 */
  readonly retries?: number;
  /** Milliseconds before the first further try; doubled each time, with jitter. @default 500 */
  readonly backoffMs?: number;
  /** Milliseconds that a registry's Retry-After may make a command wait; more is a failure at once. @default 60000 */
  readonly longestWaitMs?: number;
  /**
   * Milliseconds for everything that this client is asked, from its making on: then what is under way fails, and what is
   * asked later. @default no end
   */
  readonly totalMs?: number;
}
