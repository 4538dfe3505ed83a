/**
 * Charts that a kustomization lets kustomize inflate with helm (`helmCharts`): off unless the operator allows it, and
 * then only from the repository unless the operator allows downloads too. kustomize gives every text of them to helm
 * as it is written, so they are judged here.
 */
import { checkApiVersion, checkKubeVersion, checkReleaseName } from '../../binaries/helm-arguments.ts';
import type { Location } from '../../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../../diagnostics/failure.ts';
import { resolvePath } from '../../files/path.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import { copyChart } from '../helm/inputs.ts';
import { type Around, takeFile } from './files.ts';
import type { Kustomization } from './kustomization.ts';

const FIELDS = ['helmCharts', 'helmChartInflationGenerator', 'helmGlobals'];

function nonEmpty(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function refuse(field: string, location: Location): never {
  throw failure('kustomize-helm', `${field} would make kustomize run helm`, {
    location,
    help: [
      'Make the chart the source of its own application (source.helm in waybill.yaml).',
      'The operator may allow it: kustomize.helmCharts in the policy.',
    ],
  });
}

/** The texts of a chart that helm gets, and what they may be. A comma would make two values files of one. */
const TEXTS: Readonly<Record<string, readonly [rule: RegExp, expected: string]>> = {
  name: [/^[A-Za-z0-9_][\w.-]*$/u, 'letters, digits, hyphens, dots and underscores'],
  version: [/^[\w^~<>=*][\w.+~^<>=|*\s-]*$/u, 'a version, or a range of versions'],
  repo: [/^(?:https?|oci):\/\/[^\s"',]+$/iu, 'a URL that begins with https:// or oci://'],
  namespace: [/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u, 'the name of a namespace'],
  valuesFile: [/^[^,"'\\]*$/u, 'a path without commas, quotes and backslashes'],
  additionalValuesFiles: [/^[^,"'\\]*$/u, 'a path without commas, quotes and backslashes'],
  chartHome: [/^[^,"'\\]*$/u, 'a path without commas, quotes and backslashes'],
};

function checkTexts(chart: JsonObject, locate: (path: Path) => Location): void {
  const each = (key: string, check: (value: string, location: Location) => void): void => {
    const value = getKey(chart, key);
    const list = isArray(value) ? value : [value];
    attemptAll(list, (one) => {
      if (typeof one === 'string' && one !== '') check(one, locate([key]));
    });
  };
  const rules = Object.entries(TEXTS).map(([key, [rule, expected]]) => () => {
    each(key, (value, location) => {
      if (rule.test(value)) return;
      const message = `${JSON.stringify(value)} cannot be ${key} of a chart`;
      throw failure('helm-argument', message, { location, help: [`Expected ${expected}.`] });
    });
  });
  attemptAll(
    [
      ...rules,
      () => each('releaseName', checkReleaseName),
      // A template of helm's own, with functions that read the environment.
      () => each('nameTemplate', checkReleaseName),
      () => each('kubeVersion', checkKubeVersion),
      () => each('apiVersions', checkApiVersion),
    ],
    (check) => check(),
  );
}

/** Where kustomize looks for a chart before it downloads it (`absChartHome` and `chartExistsLocally`). */
function homeOf(chart: JsonObject, globals: JsonObject): string {
  const home = nonEmpty(getKey(globals, 'chartHome')) ?? 'charts';
  const [name, repo, version] = ['name', 'repo', 'version'].map((key) => nonEmpty(getKey(chart, key)));
  return repo && version ? `${home}/${name ?? ''}-${version}` : home;
}

/** The values files of a chart, apart from its own. */
function valueFilesOf(chart: JsonObject): string[] {
  const more = getKey(chart, 'additionalValuesFiles');
  return [getKey(chart, 'valuesFile'), ...(isArray(more) ? more : [])].flatMap((one) => nonEmpty(one) ?? []);
}

/**
 * Copies one chart and its values files. `globals` has the settings for all charts of the kustomization; paths are
 * relative to `directory`. Failure `kustomize-helm` when the policy allows none, `helm-argument` for a text that helm
 * would read as something else, `source-remote` for what would be downloaded, and as `copyChart`.
 */
export function takeChart(
  chart: JsonObject,
  globals: JsonObject,
  directory: string,
  locate: (path: Path) => Location,
  around: Around,
): void {
  const { tree, policy, copy } = around;
  if (!policy.kustomize.helmCharts) refuse('a chart', locate([]));
  if (nonEmpty(getKey(chart, 'configHome')) !== undefined) refuseConfigHome(locate(['configHome']));
  around.charts.count += 1;
  const location = locate([]);
  const name = nonEmpty(getKey(chart, 'name'));
  // Without a name kustomize refuses it in its own words.
  if (name === undefined) return;
  const path = resolvePath(directory, `${homeOf(chart, globals)}/${name}`, location);
  checkTexts(chart, locate);
  checkTexts({ chartHome: getKey(globals, 'chartHome') }, () => location);
  attemptAll(valueFilesOf(chart), (file) => takeFile(file, directory, location, around));
  if (tree.kind(path) !== undefined) {
    copyChart({ path, location }, tree, copy);
    return;
  }
  if (policy.remote.helmDependencies && nonEmpty(getKey(chart, 'repo')) !== undefined) return;
  throw failure('source-remote', `the chart ${name} is not at ${path} and would be downloaded`, {
    location,
    help: [
      'Run kustomize build --enable-helm once, and commit the charts/ folder.',
      'The operator may allow downloads: remote.helmDependencies in the policy.',
    ],
  });
}

function refuseConfigHome(location: Location): never {
  throw failure('kustomize-helm', 'helmGlobals.configHome is not supported', {
    location,
    help: ['helm runs with its own configuration, so that settings of the machine do not change the output.'],
  });
}

/** Copies the charts of a kustomization. Failure `kustomize-helm`, and as {@link takeChart}. */
export function takeCharts({ directory, document }: Kustomization, around: Around): void {
  const value = isObject(document.value) ? document.value : {};
  const used = FIELDS.filter((field) => getKey(value, field) !== undefined);
  if (!around.policy.kustomize.helmCharts) {
    attemptAll(used, (field) => refuse(field, document.locate([field], 'key')));
  } else if (used.includes('helmChartInflationGenerator')) {
    // The deprecated form reads and writes wherever it says.
    throw failure('kustomize-helm', 'helmChartInflationGenerator is not supported', {
      location: document.locate(['helmChartInflationGenerator'], 'key'),
      help: ['Write helmCharts instead (kustomize edit fix does it).'],
    });
  }
  const globals = getKey(value, 'helmGlobals');
  if (isObject(globals) && getKey(globals, 'configHome') !== undefined) {
    refuseConfigHome(document.locate(['helmGlobals', 'configHome'], 'key'));
  }
  const charts = getKey(value, 'helmCharts');
  attemptAll(isArray(charts) ? charts : [], (chart, index) => {
    if (!isObject(chart)) return;
    const locate = (path: Path): Location => document.locate(['helmCharts', index, ...path]);
    takeChart(chart, isObject(globals) ? globals : {}, directory, locate, around);
  });
}
