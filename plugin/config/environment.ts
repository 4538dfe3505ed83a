/**
 * What waybill.yaml says about one environment, after inheritance, values and templates: the plain facts that the
 * stages of a render work with. Made by resolve.ts.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import type { JsonObject } from '../resources/json.ts';
import type { Overlay } from '../resources/overlay.ts';
import type { AppContext } from './application.ts';

/** A value of waybill.yaml's `values`: integers beyond 2^53 are bigints. */
export type Scalar = null | boolean | number | bigint | string;

/** A path that an author wrote, and where. */
export interface PathEntry {
  /** Tree path (relative to the root, normalised, never outside). */
  readonly path: string;
  readonly location: Location;
}

/** How Argo CD reads a directory of plain manifests. */
export interface DirectoryReading {
  /** Absent: nobody said, and subfolders are left out. */
  readonly recurse?: boolean;
  /** Globs of Argo CD's (expressions/argocd-glob.ts), for paths from the directory. */
  readonly include?: string;
  readonly exclude?: string;
  /** The directory as waybill.yaml has it, or would have it. */
  readonly written: string;
  readonly locate: (key: 'include' | 'exclude') => Location;
}

/** Where manifests come from. Never undecided: without `source` the directory's files decide. */
export type Source =
  | {
      readonly kind: 'manifests';
      /** Directories, files, or globs (`*`, `**`, `?`, `[…]`, `{a,b}`: files/glob.ts) as tree paths. */
      readonly paths: readonly PathEntry[];
      /** How the one directory of `paths` is read. Absent: everything below it. */
      readonly reading?: DirectoryReading;
    }
  | { readonly kind: 'kustomize' /** The kustomization's directory. */; readonly directory: PathEntry }
  | {
      readonly kind: 'helm';
      /** The chart's directory. */
      readonly chart: PathEntry;
      /** Absent: the application's name (`app.name`). */
      readonly releaseName?: string;
      /** Where the release name stands; absent as above. */
      readonly releaseNameLocation?: Location;
      /** In order; later ones win. Not yet checked to exist. */
      readonly valueFiles: readonly PathEntry[];
      /** Win over the values files. */
      readonly values: JsonObject;
    }
  | {
      /** Somewhere else: Argo CD fetches and renders it. Nothing here can. */
      readonly kind: 'external';
      /** Values files of this repository; in order, later ones win. */
      readonly valueFiles: readonly PathEntry[];
      readonly location: Location;
    };

/** What is written into Git where Argo CD renders without the sidecar. */
export interface NativeRendering {
  /** The file of the record; undefined: no record is written. */
  readonly record: PathEntry | undefined;
}

/** Which tags of an image a strategy considers. */
export interface TagFilter {
  /** RE2, to be found somewhere in the tag; not yet compiled. Absent: every tag. */
  readonly allowTags?: string;
  /** Globs with the meaning of Go's `path.Match`; not yet checked. */
  readonly ignoreTags: readonly string[];
}

/** What all strategies have. */
interface StrategyBase {
  /** `os/architecture` or `os/architecture/variant`, well-formed; empty: any platform will do. */
  readonly platforms: readonly string[];
  /** Where a key of the strategy is written; for one that is not, the entry's name. */
  readonly locate: (key: StrategyKey) => Location;
}

/** The keys of an entry of `images` that make its strategy. */
export type StrategyKey = 'strategy' | 'constraint' | 'tag' | 'allowTags' | 'ignoreTags' | 'platforms';

/** How the image to run is chosen in its registry, when neither an override nor the lock says. */
export type Strategy =
  /** The greatest version that satisfies the constraint (Masterminds/semver's syntax, not yet parsed; absent: `*`). */
  | (StrategyBase & TagFilter & { readonly kind: 'semver'; readonly constraint?: string })
  /** The tag whose image was created last. */
  | (StrategyBase & TagFilter & { readonly kind: 'newest-build' })
  /** The tag that sorts last. */
  | (StrategyBase & TagFilter & { readonly kind: 'alphabetical' })
  /** What this one tag points to now. */
  | (StrategyBase & { readonly kind: 'digest'; readonly tag: string });

/** What is said about one image: the entry of `images`, with what the environment's own `images` change in it. */
export interface DeclaredImage {
  /** As the manifests write it, without tag and digest. */
  readonly name: string;
  readonly sourceRepository?: string;
  /** `sha-{commit}`: holds `{commit}` exactly once. */
  readonly commitFromTag?: string;
  /** Somebody else builds it: nobody waits for reports. */
  readonly thirdParty?: true;
  readonly strategy?: Strategy;
  readonly location: Location;
}

/** One entry of `imagePaths`: an image field of a custom kind. Absent group or version: any. */
export interface ImagePath {
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  /** In kustomize's replacement syntax. */
  readonly path: string;
  readonly location: Location;
}

/** What is stamped; the defaults are filled in. */
export interface StampOptions {
  readonly resources: 'workloads' | 'all' | 'none';
  readonly podTemplates: boolean;
  /** `required`: an image whose source commit is not known is an error, not a warning. */
  readonly record: boolean | 'required';
}

/** Where the hooks write events, and with what. */
export interface EventHooks {
  readonly repository: string;
  readonly branch: string;
  /** The image that has the `waybill` command. */
  readonly image: string;
  /** The Secret whose key `authorization` holds git's HTTP header. */
  readonly secret: string;
  /** Where waybill.yaml names the image. */
  readonly location: Location;
}

/** A pull request, as a preview is rendered for it. */
export interface PullRequest {
  readonly number: number;
  readonly branch: string;
  /** The head commit: 40 hexadecimal digits; 12 from Bitbucket Cloud. */
  readonly commit: string;
}

/** A preview that runs only what a pull request changes: other services are those of another environment, the base. */
export interface PartialPreview {
  /** The pull request's. */
  readonly number: number;
  /** The branch as an RFC 1123 label: what requests of this preview have in their baggage. */
  readonly slug: string;
  /** `<slug>.<domain>` */
  readonly host: string;
  /** Where the changed services run. Never that of the base. */
  readonly namespace: string;
  readonly baseNamespace: string;
  readonly gateway: { readonly name: string; readonly namespace: string };
  /** The Service that requests enter by, as it is named in the namespace of the base. */
  readonly entry: { readonly service: string; readonly port: number };
  readonly location: Location;
}

/** A preview of one pull request. */
export interface Preview {
  readonly pullRequest: PullRequest;
  /** The images that are built from its commits, by name, with the tag of the head commit. Never empty. */
  readonly images: readonly {
    readonly image: string;
    readonly sourceRepository: string;
    readonly tag: string;
    readonly location: Location;
  }[];
  /** Undefined: the preview runs everything. */
  readonly partial: PartialPreview | undefined;
}

/** One environment of an application, ready to render. */
export interface Environment {
  /** Undefined only when there is none to choose: no `-e`, and waybill.yaml has no environments or does not exist. */
  readonly name: string | undefined;
  /** The environment's name at GitHub; undefined when there is no name. */
  readonly reportAs: string | undefined;
  /** The Application: as it was asked for, or by the name that waybill.yaml gives it. */
  readonly app: AppContext;
  readonly source: Source;
  /** Undefined: the sidecar renders. */
  readonly native: NativeRendering | undefined;
  /** Fills `metadata.namespace` where absent; undefined when waybill.yaml gives none. */
  readonly namespace: string | undefined;
  /** Resolved and overridden, by name. Values that were declared `null` and not given are left out. */
  readonly values: ReadonlyMap<string, Scalar>;
  readonly images: readonly DeclaredImage[];
  /** Undefined: the environment is no preview. */
  readonly preview: Preview | undefined;
  readonly imagePaths: readonly ImagePath[];
  /** Additional manifests, globs expanded: existing files, inherited ones first, each once. */
  readonly resources: readonly PathEntry[];
  /** In the order in which they apply; `file` overlays are replaced by what the files hold. */
  readonly overlays: readonly Overlay[];
  readonly stamp: StampOptions;
  /** Undefined: no hooks. */
  readonly events: EventHooks | undefined;
  readonly allowEmpty: boolean;
  /**
   * Tree paths of every file that waybill.yaml refers to in any environment (and waybill.yaml itself): what a plain
   * source that walks the directory must leave out.
   */
  readonly referencedFiles: ReadonlySet<string>;
}
