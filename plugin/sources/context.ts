/**
 * What every source is given besides itself. A source reads files only through the tree, and starts programs only
 * through plugin/binaries.
 */
import type { Binaries } from '../binaries/binaries.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { FileTree } from '../files/tree.ts';
import type { Policy } from '../policy/policy.ts';
import type { NodeBudget } from '../resources/weight.ts';
import type { Reuse } from '../reuse/reuse.ts';

/** The surroundings of one render. */
export interface SourceContext {
  readonly tree: FileTree;
  /** Tree path of the application directory. */
  readonly directory: string;
  /** The application's name, without Argo CD's `<namespace>_`: helm's default release name. */
  readonly name: string;
  /** Where the resources go, for helm's `.Release.Namespace`; undefined when nobody said. */
  readonly namespace: string | undefined;
  /** The cluster's version, as Argo CD passes it in KUBE_VERSION. */
  readonly kubeVersion: string | undefined;
  /** The cluster's API versions, as Argo CD passes them in KUBE_API_VERSIONS. */
  readonly apiVersions: readonly string[];
  /** Files that are not manifests although they look like it: what waybill.yaml refers to. */
  readonly referencedFiles: ReadonlySet<string>;
  readonly policy: Pick<Policy, 'sources' | 'remote' | 'kustomize' | 'confinement' | 'limits'>;
  readonly binaries: Binaries;
  /** Counts what the manifests hold. */
  readonly budget: NodeBudget;
  /** Runs synchronous work, and ends it when the policy's time is over. */
  readonly run: <Result>(work: () => Result) => Result;
  /** Whether somebody will look at where each resource came from (`explain`), so that it is worth finding out. */
  readonly origins: boolean;
  readonly warn: (diagnostic: Diagnostic) => void;
  /** What was kept of earlier renders. */
  readonly reuse?: Reuse | undefined;
}
