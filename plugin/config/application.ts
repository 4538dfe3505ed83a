/**
 * An application as its author wrote it, and what is known about its deployment.
 */
import type { FileTree } from '../files/tree.ts';
import type { Config } from '../schemas/config.generated.ts';
import type { GivenPullRequest } from './preview.ts';
import type { AuthoredDocument, YamlLimits } from './document.ts';

/** An application directory as its author wrote it. */
export interface Application {
  readonly tree: FileTree;
  /** Tree path of the application directory; '' for the root. */
  readonly directory: string;
  /** Tree path of waybill.yaml; undefined when there is none, and everything has its default. */
  readonly file: string | undefined;
  readonly config: Config;
  readonly document: AuthoredDocument;
  /** Names of the environments, in the order of the file; empty when there are none. */
  readonly environments: readonly string[];
  /** For the files that are read when an environment is resolved. */
  readonly limits: YamlLimits | undefined;
}

/** What is known about the deployment when templates are expanded. */
export interface AppContext {
  /** `ARGOCD_APP_NAME` without the `<namespace>_` prefix; `--app`; the directory's base name. */
  readonly name: string;
  /** The raw `ARGOCD_APP_NAME`; the same as `name` on a laptop. */
  readonly instance: string;
  /** The destination's namespace; `--namespace`. Undefined when nobody said: using it is then an error. */
  readonly namespace?: string | undefined;
  /** The AppProject; `--project`. */
  readonly project?: string | undefined;
}

/** The second input of an environment, besides the files. */
export interface ResolveContext {
  readonly app: AppContext;
  /** `--value k=v` or the plugin parameter `values`: text that takes the declared default's type. */
  readonly values: Readonly<Record<string, string>>;
  /** The pull request that a preview renders. */
  readonly preview?: GivenPullRequest | undefined;
}
