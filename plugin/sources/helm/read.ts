/**
 * helm: rendered by the real program, with what Argo CD passes it.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from '../../binaries/binaries.ts';
import { helmDependencyBuild, helmTemplate } from '../../binaries/helm.ts';
import type { Location } from '../../diagnostics/diagnostic.ts';
import type { Resource } from '../../resources/resource.ts';
import { printedOnce } from '../../reuse/reuse.ts';
import { writeJson } from '../../yaml/write-json.ts';
import type { SourceContext } from '../context.ts';
import { Copy } from '../copy.ts';
import { readPrinted, warnings } from '../printed.ts';
import { followDependencies, type Incomplete } from './dependencies.ts';
import { copyChart, type HelmSource, readValueFiles } from './inputs.ts';
import { templateOrigins } from './origins.ts';

/** Fills the `charts/` folder of a copy of a chart. */
async function completeChart(root: string, chart: Incomplete, location: Location, binaries: Binaries): Promise<void> {
  const folder = join(root, chart.chart);
  if (chart.repositories.length > 0) {
    const { repositories, chart: chartName } = chart;
    await helmDependencyBuild({ root, chart: folder, chartName, repositories, location }, binaries);
    return;
  }
  for (const [index, path] of chart.local.entries()) {
    cpSync(join(root, path), join(folder, 'charts', `waybill-${index}`), { recursive: true });
  }
}

/**
 * The resources of a chart, in helm's order: CRDs first, hooks and tests last with their annotations, which Argo CD
 * maps to its own hooks. The origin of each is its template. Failure as the checks of inputs.ts and dependencies.ts,
 * and `helmTemplate`.
 */
export async function readHelm(source: HelmSource, context: SourceContext): Promise<Resource[]> {
  const { tree, policy } = context;
  const binaries = {
    ...context.binaries,
    outputBytes: policy.limits.outputBytes,
    memoryBytes: policy.limits.programMemory,
    confinement: policy.confinement,
  };
  const { chart } = source;
  const copy = new Copy(tree);
  copyChart(chart, tree, copy);
  const values = readValueFiles(tree, source.valueFiles);
  if (Object.keys(source.values).length > 0)
    values.push({ name: 'source.helm.values', text: writeJson(source.values) });
  const isDirectory = tree.kind(chart.path) === 'directory';
  const { charts, incomplete } = isDirectory
    ? followDependencies(chart.path, context)
    : { charts: [chart.path], incomplete: [] };
  for (const path of charts) if (path !== chart.path) copyChart({ path, location: chart.location }, tree, copy);
  const releaseName = source.releaseName ?? context.name;
  const { namespace, kubeVersion, apiVersions } = context;
  const settings = [
    'helm',
    chart.path,
    releaseName,
    namespace ?? '\0',
    kubeVersion ?? '\0',
    String(apiVersions.length),
    ...apiVersions,
    ...incomplete.flatMap((one) => ['incomplete', one.chart, ...one.local]),
    ...values.flatMap(({ name, text }) => [name, text]),
  ];
  // What is downloaded may be another tomorrow.
  const files = incomplete.some(({ repositories }) => repositories.length > 0) ? undefined : copy.parts();
  const { stdout, stderr } = await printedOnce(context.reuse, files, settings, () =>
    copy.use(async (root) => {
      for (const one of incomplete) await completeChart(root, one, chart.location, binaries);
      return helmTemplate(
        {
          chart: join(root, chart.path),
          chartName: chart.path || '.',
          releaseName,
          releaseNameLocation: source.releaseNameLocation,
          namespace,
          kubeVersion,
          apiVersions,
          values,
          location: chart.location,
        },
        binaries,
      );
    }),
  );
  for (const warning of warnings('helm', stderr, chart.location)) context.warn(warning);
  const fileAt = templateOrigins(stdout, chart.path, tree);
  const name = `output of helm template ${chart.path || '.'}`;
  return readPrinted({ text: stdout, name, origin: (line) => ({ file: fileAt(line) }) }, context);
}
