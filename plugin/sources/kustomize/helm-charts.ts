/**
 * Charts that a kustomization lets kustomize inflate with helm (`helmCharts`): off unless the operator allows it, and
 * then only from the repository unless the operator allows downloads too.
 */
import type { PathEntry } from '../../config/environment.ts';
import type { Location } from '../../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../../diagnostics/failure.ts';
import { resolvePath } from '../../files/path.ts';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../resources/json.ts';
import type { SourceContext } from '../context.ts';
import { inspectChart } from '../helm/inputs.ts';
import type { Kustomization } from './kustomization.ts';

const FIELDS = ['helmCharts', 'helmChartInflationGenerator', 'helmGlobals'];

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function refuse(field: string, location: Location): never {
  throw failure('kustomize-helm', `${field} would make kustomize run helm`, {
    location,
    help: [
      'Make the chart the source of an application of its own (source.helm in waybill.yaml).',
      'The operator may allow it: kustomize.helmCharts in the policy.',
    ],
  });
}

/** Where kustomize looks for a chart before it downloads it (`absChartHome` and `chartExistsLocally`). */
function homeOf(chart: JsonObject, globals: Json | undefined): string {
  const home = (isObject(globals) && text(getKey(globals, 'chartHome'))) || 'charts';
  const [name, repo, version] = ['name', 'repo', 'version'].map((key) => text(getKey(chart, key)));
  return repo && version ? `${home}/${name ?? ''}-${version}` : home;
}

/**
 * The charts of a kustomization that lie in the repository. Failure `kustomize-helm` when the policy allows none,
 * `source-remote` for what would be downloaded, and as `inspectChart`.
 */
export function helmChartsOf(
  { directory, document }: Kustomization,
  { tree, policy }: Pick<SourceContext, 'tree' | 'policy'>,
): PathEntry[] {
  const value = isObject(document.value) ? document.value : {};
  const used = FIELDS.filter((field) => getKey(value, field) !== undefined);
  if (!policy.kustomize.helmCharts) {
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
    throw failure('kustomize-helm', 'helmGlobals.configHome is not supported', {
      location: document.locate(['helmGlobals', 'configHome'], 'key'),
      help: ["helm runs with a configuration of its own, so that no machine's settings change the output."],
    });
  }
  const charts = getKey(value, 'helmCharts');
  return attemptAll(isArray(charts) ? charts : [], (chart, index): PathEntry[] => {
    const location = document.locate(['helmCharts', index]);
    const name = isObject(chart) ? text(getKey(chart, 'name')) : undefined;
    // Without a name kustomize refuses it in its own words.
    if (!isObject(chart) || name === undefined) return [];
    const path = resolvePath(directory, `${homeOf(chart, globals)}/${name}`, location);
    if (tree.kind(path) !== undefined) {
      inspectChart(tree, { path, location });
      return [{ path, location }];
    }
    if (policy.remote.helmDependencies && getKey(chart, 'repo') !== undefined) return [];
    throw failure('source-remote', `the chart ${name} is not at ${path} and would be downloaded`, {
      location,
      help: [
        'Run kustomize build --enable-helm once, and commit the charts/ folder.',
        'The operator may allow downloads: remote.helmDependencies in the policy.',
      ],
    });
  }).flat();
}
