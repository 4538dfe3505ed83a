/**
 * The operator's policy with every default filled in. It stands above everything in a repository: it is read from
 * the machine alone, never from the received files or the Application.
 */
import type { Confinement } from '../binaries/binaries.ts';
import type { FileLimits } from '../files/limits.ts';
import { unlimited } from '../limits/watch.ts';
import type {
  PolicyEnvironmentRule,
  PolicyFile,
  PolicyKustomize,
  PolicyLimits,
  PolicyRegistries,
  PolicyRemote,
  PolicySourceRepositoryRule,
} from '../schemas/policy.generated.ts';

/** What renders a policy's limits: the sidecar inside Argo CD, or a person's command line. */
export type Caller = 'plugin' | 'cli';

/** The policy that applies to a render. */
export interface Policy {
  /** In the sidecar, what is not known is not allowed; on a command line it is not judged. */
  readonly place: Caller;
  /** The file it was read from; undefined for the defaults. */
  readonly file: string | undefined;
  readonly sources: ReadonlySet<'manifests' | 'kustomize' | 'helm'>;
  readonly remote: Readonly<Required<PolicyRemote>>;
  readonly kustomize: Readonly<Required<PolicyKustomize>>;
  /** Whether helm and kustomize run behind a boundary of the kernel. */
  readonly confinement: Confinement;
  readonly registries: {
    /** Hosts that strategies may ask while Argo CD renders. */
    readonly ask: readonly string[];
    /** Where images may come from; undefined: anywhere. */
    readonly images: readonly string[] | undefined;
  };
  readonly environments: readonly Readonly<PolicyEnvironmentRule>[];
  /** Undefined: every application may report to every source repository. */
  readonly sourceRepositories: readonly Readonly<PolicySourceRepositoryRule>[] | undefined;
  /** Prefix of stamped annotations and labels, without the slash. */
  readonly stampPrefix: string;
  /** `seconds` and `memory` are Infinity on a command line. */
  readonly limits: Readonly<Required<PolicyLimits>>;
}

/** The defaults of policy.schema.json; a test holds the two equal. */
const defaultLimits: Required<PolicyLimits> = {
  bytes: 128 * 1024 * 1024,
  fileBytes: 32 * 1024 * 1024,
  files: 100_000,
  resources: 20_000,
  nodes: 2_000_000,
  aliasExpansion: 100_000,
  seconds: 50,
  memory: 900 * 1024 * 1024,
  programMemory: 640 * 1024 * 1024,
  outputBytes: 96 * 1024 * 1024,
};

function registriesOf(registries: PolicyRegistries | undefined): Policy['registries'] {
  return { ask: registries?.ask ?? [], images: registries?.images };
}

/** Fills in the defaults of what a policy file says. */
export function completePolicy(parsed: Partial<PolicyFile>, file: string | undefined, place: Caller): Policy {
  const limits = { ...defaultLimits, ...parsed.limits };
  return {
    place,
    file,
    sources: new Set(parsed.sources ?? ['manifests', 'kustomize', 'helm']),
    remote: { kustomizeBases: false, helmDependencies: false, ...parsed.remote },
    kustomize: { helmCharts: false, inProcess: true, ...parsed.kustomize },
    // YAML reads off as false.
    confinement: parsed.confinement === false ? 'off' : (parsed.confinement ?? 'preferred'),
    registries: registriesOf(parsed.registries),
    environments: parsed.environments ?? [],
    sourceRepositories: parsed.sourceRepositories,
    stampPrefix: parsed.stampPrefix ?? 'waybill.dev',
    limits: place === 'cli' ? { ...limits, ...unlimited } : limits,
  };
}

/** The sentence that tells who made a rule. */
export function policySource(policy: Policy): string {
  return `This is the operator's policy${policy.file === undefined ? '' : ` (${policy.file})`}.`;
}

/** The limits of the policy as a FileTree counts them. */
export function fileLimits(policy: Policy): FileLimits {
  const { bytes, fileBytes, files } = policy.limits;
  return { totalBytes: bytes, fileBytes, files };
}
