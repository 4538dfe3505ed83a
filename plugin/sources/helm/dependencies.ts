/**
 * A chart's dependencies that are not in its `charts/` folder. helm renders nothing without them, and Argo CD then
 * runs `helm dependency build`. Here charts of the same repository (`file://`) are put in place on a copy, and nothing
 * is downloaded unless the operator allows it.
 */
import type { Location } from '../../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../../diagnostics/failure.ts';
import { joinPath, resolvePath } from '../../files/path.ts';
import type { FileTree } from '../../files/tree.ts';
import { getKey, isArray, isObject, type JsonObject } from '../../resources/json.ts';
import { stringAt } from '../../resources/read-fields.ts';
import { readYaml } from '../../yaml/read.ts';
import type { SourceContext } from '../context.ts';

/** A dependency as Chart.yaml (or requirements.yaml, in charts of apiVersion v1) lists it. */
interface Dependency {
  readonly name: string;
  readonly repository: string;
  readonly location: Location;
}

/** A chart whose dependencies have to be put into its `charts/` folder before it can be rendered. */
export interface Incomplete {
  /** Tree path of the chart. */
  readonly chart: string;
  /** Tree paths of the charts of this repository that it depends on. */
  readonly local: readonly string[];
  /** URLs of the chart repositories to download the others from. */
  readonly repositories: readonly string[];
}

/** Keys that helm reads of a dependency. Like every Go program it ignores their case, so another case is refused. */
const KEYS = ['dependencies', 'name', 'repository', 'version', 'alias'];

function checkCase(object: JsonObject, locate: (key: string) => Location): void {
  attemptAll(Object.keys(object), (key) => {
    const meant = KEYS.find((one) => one === key.toUpperCase().toLowerCase());
    if (meant === undefined || meant === key) return;
    throw failure('chart-key', `${JSON.stringify(key)} is not helm's spelling of the key ${meant}`, {
      location: locate(key),
      help: [`Write ${meant}. helm would also read this key.`],
    });
  });
}

function dependenciesIn(tree: FileTree, file: string): Dependency[] {
  if (tree.kind(file) !== 'file') return [];
  const [document] = readYaml(tree.readText(file), { file, duplicateKeys: 'last-wins' });
  if (!document || !isObject(document.value)) return [];
  checkCase(document.value, (key) => document.locate([key], 'key'));
  const list = getKey(document.value, 'dependencies');
  if (!isArray(list)) return [];
  return list.flatMap((item, index): Dependency[] => {
    if (!isObject(item)) return [];
    checkCase(item, (key) => document.locate(['dependencies', index, key], 'key'));
    const location = document.locate(['dependencies', index]);
    return [{ name: stringAt(item, 'name'), repository: stringAt(item, 'repository'), location }];
  });
}

/** Names of the charts in `charts/`: those of folders as their Chart.yaml says, those of packages without the version. */
function vendoredIn(tree: FileTree, chart: string): ReadonlySet<string> {
  const folder = joinPath(chart, 'charts');
  const names = tree.kind(folder) === 'directory' ? tree.list(folder) : [];
  return new Set(
    names.map((name) => {
      const file = `${folder}/${name}/Chart.yaml`;
      if (tree.kind(file) !== 'file') return name.replace(/-v?\d+\.\d+\.\d+[^/]*\.tgz$/u, '');
      const [document] = readYaml(tree.readText(file), { file, duplicateKeys: 'last-wins' });
      return isObject(document?.value) ? stringAt(document.value, 'name') : name;
    }),
  );
}

/** The path of a `file://` dependency, checked to be a chart inside the root. */
function localChart(chart: string, { name, repository, location }: Dependency, tree: FileTree): string {
  const path = resolvePath(chart, repository.replace(/^file:(?:\/\/)?/u, ''), location);
  if (tree.kind(joinPath(path, 'Chart.yaml')) !== 'file') {
    throw failure('file-missing', `the dependency ${name} is not at ${path || '.'}`, { location });
  }
  if (path === '' || chart === path || chart.startsWith(`${path}/`)) {
    throw failure('source-cycle', `the chart ${chart} is inside its own dependency ${name}`, { location });
  }
  return path;
}

function refuseDownload({ name, repository, location }: Dependency): never {
  throw failure('source-remote', `the dependency ${name} is not in charts/ and would be downloaded`, {
    location,
    help: [
      `Its repository is ${repository || 'not named'}.`,
      'Put it into the repository: waybill vendor (or helm dependency build), and commit the charts/ folder.',
      'The operator may allow downloads: remote.helmDependencies in the policy.',
    ],
  });
}

/** A chart and what has to be done before it can be rendered. */
export interface ChartParts {
  /** Tree paths of the chart and of every chart of the repository that it depends on. */
  readonly charts: readonly string[];
  /** Those that lack dependencies, in the order in which they can be completed; empty when everything is in place. */
  readonly incomplete: readonly Incomplete[];
}

/**
 * Follows a chart's dependencies through the repository. Failure `source-remote` for what would have to be
 * downloaded, `source-cycle`, `path-escapes`, `file-missing`.
 */
export function followDependencies(chart: string, context: Pick<SourceContext, 'tree' | 'policy'>): ChartParts {
  const { tree, policy } = context;
  const charts = new Set<string>();
  const incomplete: Incomplete[] = [];
  const visit = (current: string, above: readonly string[]): void => {
    if (charts.has(current)) return;
    charts.add(current);
    const files = ['Chart.yaml', 'requirements.yaml'].map((name) => joinPath(current, name));
    const vendored = vendoredIn(tree, current);
    const all = files.flatMap((file) => dependenciesIn(tree, file));
    const lacking = all.filter(({ name }) => !vendored.has(name));
    const local = new Set<string>();
    const repositories = new Set<string>();
    attemptAll(lacking, (dependency) => {
      if (dependency.repository.startsWith('file://')) {
        const path = localChart(current, dependency, tree);
        const chain = [...above, path];
        if (above.includes(path)) {
          const message = `the charts ${chain.join(' -> ')} depend on each other`;
          throw failure('source-cycle', message, { location: dependency.location });
        }
        local.add(path);
        visit(path, chain);
      } else if (policy.remote.helmDependencies) repositories.add(dependency.repository);
      else refuseDownload(dependency);
    });
    // helm then looks at every dependency, and at those of the lock file in place of the chart's.
    if (repositories.size > 0) {
      const locked = ['Chart.lock', 'requirements.lock'].flatMap((name) =>
        dependenciesIn(tree, joinPath(current, name)),
      );
      const files = [...all, ...locked].filter(({ repository }) => repository.startsWith('file:'));
      attemptAll(files, (dependency) => localChart(current, dependency, tree));
    }
    if (lacking.length > 0) incomplete.push({ chart: current, local: [...local], repositories: [...repositories] });
  };
  visit(chart, [chart]);
  return { charts: [...charts], incomplete };
}
