/**
 * Repositories whose folders name the environment before the application: `overlays/dev/web`, `dev/web`,
 * `environments/dev/web`, `clusters/prod/apps/web`. The folders of one application are in different places, so its
 * waybill.yaml gets a folder of its own, `waybill/web`, and names them from there.
 */
import { isApplication } from '../applications/marks.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { detectLayout } from './detect.ts';
import { speaksOfEnvironment } from './environments.ts';
import { Folder, type Layout, nameEnvironments } from './layout.ts';

/** An application of such a repository. */
interface Spread {
  /** Tree path for its waybill.yaml. */
  readonly directory: string;
  readonly layout: Layout;
}

/** What was found in a directory. */
interface EnvironmentFirst {
  readonly applications: readonly Spread[];
  /** Tree paths of directories that belong to the applications, as environments or as what they build on. */
  readonly taken: ReadonlySet<string>;
}

/** The folder of one application in one environment. */
interface Leaf {
  readonly environment: string;
  /** Below the environment's folder: `web`, `apps/web`. */
  readonly path: string;
  readonly layout: Layout;
}

const parents = ['', 'overlays', 'overlay', 'environments', 'envs', 'env', 'clusters'];
/** All folders in these are environments, whatever their names. */
const ofEnvironments = new Set(['environments', 'envs', 'env', 'clusters']);
const between = ['apps', 'applications', 'components', 'services', 'workloads', 'tenants'];
/** What others build on, beside the environments. */
const bases = ['base', 'bases', 'common', 'components', 'shared'];
/** Parts of an environment, such as `prod/eu`, and no applications. */
const region =
  /^(?:[a-z]{2}|emea|apac|asia|america|europe|us|eu|ap|(?:north|south|east|west|central)+)(?:[-_].*|\d*)$/iu;

function leavesIn(tree: FileTree, folder: Folder, parent: string, environment: string): Leaf[] {
  const top = joinPath(parent, environment);
  const own = folder.folders(top).filter((name) => !between.includes(name));
  const deeper = between.flatMap((name) => folder.folders(joinPath(top, name)).map((one) => joinPath(name, one)));
  return [...own, ...deeper].flatMap((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (speaksOfEnvironment(name) || region.test(name) || bases.includes(name)) return [];
    const directory = folder.at(joinPath(top, path));
    const layout = isApplication(tree, directory) ? undefined : detectLayout(tree, directory);
    const isPlain = layout?.environments.length === 0 && layout.source.kind !== 'helm' && layout.source.path === '.';
    return isPlain ? [{ environment, path, layout }] : [];
  });
}

/** An environment that is deployed as a whole has something to render itself. */
function isWhole(tree: FileTree, directory: string): boolean {
  const layout = detectLayout(tree, directory);
  return layout !== undefined && (layout.source.kind === 'helm' || layout.source.path === '.');
}

function inParent(
  tree: FileTree,
  folder: Folder,
  parent: string,
  known: ReadonlySet<string>,
): EnvironmentFirst | undefined {
  const names = folder.folders(parent).filter((name) => !bases.includes(name));
  const environments = names.filter((name) => ofEnvironments.has(parent) || speaksOfEnvironment(name));
  if (environments.length < 2) return undefined;
  // overlays/prod/eu of one application, whose base is beside them.
  if (bases.some((name) => folder.hasFile(joinPath(name, 'kustomization.yaml')))) return undefined;
  if (environments.some((name) => isWhole(tree, folder.at(joinPath(parent, name))))) return undefined;
  const leaves = environments.flatMap((name) => leavesIn(tree, folder, parent, name));
  const byPath = new Map<string, Leaf[]>();
  for (const leaf of leaves) {
    const { environment, path } = leaf;
    if (known.has(folder.at(joinPath(parent, joinPath(environment, path))))) continue;
    byPath.set(path, [...(byPath.get(path) ?? []), leaf]);
  }
  if (![...byPath.values()].some((all) => all.length > 1)) return undefined;
  const taken = new Set<string>(bases.map((name) => folder.at(name)));
  const applications = [...byPath].flatMap(([path, all]): Spread[] => {
    const [first] = all;
    if (first === undefined || all.some(({ layout }) => layout.source.kind !== first.layout.source.kind)) return [];
    const at = (raw: string): string => folder.at(joinPath(parent, joinPath(raw, path)));
    const raws = all.map(({ environment }) => environment);
    for (const raw of raws) taken.add(at(raw));
    const pattern = joinPath('../..', joinPath(parent, joinPath('*', path)));
    const { source: own } = first.layout;
    if (own.kind === 'helm') return [];
    const source = { ...own, path: pattern };
    const name = path.slice(path.lastIndexOf('/') + 1);
    return [{ directory: folder.at(`waybill/${name}`), layout: { source, ...nameEnvironments(raws, at) } }];
  });
  return { applications, taken };
}

/**
 * The applications of a directory whose folders name environments first; undefined when it is no such directory.
 * @param known tree paths of directories that belong to other applications
 */
export function findEnvironmentFirst(
  tree: FileTree,
  directory: string,
  known: ReadonlySet<string>,
): EnvironmentFirst | undefined {
  const folder = new Folder(tree, directory);
  for (const parent of parents) {
    const found = inParent(tree, folder, parent, known);
    if (found !== undefined) return found;
  }
  return undefined;
}
