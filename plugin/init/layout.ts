/**
 * What an application directory looks like before there is a waybill.yaml: where its manifests come from, and which
 * environments its folders and file names speak of. The usual layouts of kustomize and helm repositories are known.
 */
import type { LeftOut } from '../applications/find.ts';
import { Failure } from '../diagnostics/failure.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { byPromotion, environmentName } from './environments.ts';

/** An environment that was found. */
export interface LayoutEnvironment {
  readonly name: string;
  /** What stands for it in the source's path: `Prod_EU` of `overlays/Prod_EU`. */
  readonly raw: string;
}

/** Where the manifests come from. Paths are relative to the application directory; `*` stands for the environment. */
type LayoutSource =
  /** `recurse` is given where there are subfolders with manifests: whether an Application reads them. */
  | { readonly kind: 'manifests'; readonly path: string; readonly recurse?: boolean }
  | { readonly kind: 'kustomize'; readonly path: string }
  /** `releaseName` is given where the Applications give one; `{{ environment }}` may stand in it. */
  | {
      readonly kind: 'helm';
      readonly chart: string;
      readonly valueFiles: readonly string[];
      readonly releaseName?: string;
    };

/** What was found. */
export interface Layout {
  readonly source: LayoutSource;
  /** In the order of promotion; empty when nothing speaks of environments. */
  readonly environments: readonly LayoutEnvironment[];
  /** Folders and files that look like environments and are none here. */
  readonly leftOut: readonly LeftOut[];
  /** Folders right in the directory that are no part of this: there may be applications in them. @default none */
  readonly apart?: readonly string[];
}

/** An application directory, as the layouts look at it. Names that begin with a dot are not seen. */
export class Folder {
  readonly #tree: FileTree;
  readonly #directory: string;

  constructor(tree: FileTree, directory: string) {
    this.#tree = tree;
    this.#directory = directory;
  }

  /** The tree path of a name. */
  at(name: string): string {
    return joinPath(this.#directory, name);
  }

  hasFile(name: string): boolean {
    return this.#kind(name) === 'file';
  }

  text(name: string): string {
    return this.#tree.readText(this.at(name));
  }

  /** Names of files in a folder below; none when there is no such folder. */
  files(name = ''): readonly string[] {
    return this.#names(name, 'file');
  }

  folders(name = ''): readonly string[] {
    // What `waybill vendor` fetched belongs to those who build on it.
    const isVendor = (one: string): boolean =>
      one === 'vendor' && this.hasFile(joinPath(name, 'vendor/waybill-vendor.yaml'));
    return this.#names(name, 'directory').filter((one) => one !== 'node_modules' && !isVendor(one));
  }

  /** Broken links and what leads out of the repository are not there: rendering says what is wrong with them. */
  #kind(name: string): 'file' | 'directory' | undefined {
    try {
      return this.#tree.kind(this.at(name));
    } catch (error) {
      if (error instanceof Failure) return undefined;
      throw error;
    }
  }

  #names(name: string, kind: 'file' | 'directory'): readonly string[] {
    if (this.#kind(name) !== 'directory') return [];
    return this.#tree
      .list(this.at(name))
      .filter((one) => !one.startsWith('.') && this.#kind(joinPath(name, one)) === kind);
  }
}

/**
 * What is written for texts that belong to environments: the one that all have, or the pattern that they follow;
 * undefined when they have nothing in common.
 * @param texts environment and text
 */
export function commonText(texts: readonly (readonly [environment: string, text: string])[]): string | undefined {
  const [first] = texts;
  if (first === undefined) return undefined;
  const [environment, text] = first;
  if (texts.every(([, one]) => one === text)) return text;
  const pattern = environment === '' ? text : text.replaceAll(environment, '{{ environment }}');
  return texts.every(([name, one]) => pattern.replaceAll('{{ environment }}', name) === one) ? pattern : undefined;
}

/** The kinds of the manifests in a file; none when it holds none; undefined when it cannot be read. */
export function manifestKinds(folder: Folder, file: string): readonly string[] | undefined {
  try {
    const text = folder.text(file);
    // At the top of a document, or of an object in one line.
    if (!/^(?:\s*\{(?:[^{}]*,)?\s*|\s+(?="))?"?apiVersion"?\s*:/mu.test(text)) return [];
    return Array.from(
      text.matchAll(/^(?:\s*\{(?:[^{}]*,)?\s*|\s+(?="))?"?kind"?\s*:\s*["']?(\w+)/gmu),
      ([, kind = '']) => kind,
    );
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** One kind of layout; undefined when the directory is none of it. */
export type Detect = (folder: Folder) => Layout | undefined;

/** The environments of raw names, in the order of promotion; two of one name cannot both be. */
export function nameEnvironments(
  raws: readonly string[],
  pathOf: (raw: string) => string,
): { readonly environments: readonly LayoutEnvironment[]; readonly leftOut: readonly LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const named = new Map<string, string>();
  // Those that keep their name come first: prod-eu is not to lose it to Prod_EU.
  const sorted = raws.toSorted((a, b) => Number(environmentName(b) === b) - Number(environmentName(a) === a));
  for (const raw of sorted) {
    const name = environmentName(raw);
    const other = name === undefined ? undefined : named.get(name);
    if (name === undefined) leftOut.push({ directory: pathOf(raw), reason: 'its name can be no environment' });
    else if (other === undefined) named.set(name, raw);
    else leftOut.push({ directory: pathOf(raw), reason: `would be the environment ${name}, as ${pathOf(other)}` });
  }
  const environments = Array.from(named, ([name, raw]) => ({ name, raw }));
  return { environments: environments.toSorted((a, b) => byPromotion(a.name, b.name)), leftOut };
}
