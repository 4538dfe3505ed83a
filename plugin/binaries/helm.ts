/**
 * helm, wrapped once (https://helm.sh/docs/helm/helm_template/). Version 3 and 4 take the same arguments here.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Location } from '../diagnostics/diagnostic.ts';
import type { Binaries, Binary } from './binaries.ts';
import { childEnvironment } from './environment.ts';
import { findBinary } from './find.ts';
import { type TemplateArguments, templateArguments } from './helm-arguments.ts';
import { type Printed, runBinary } from './run.ts';
import { type Scratch, withScratch } from './scratch.ts';
import { ofSupportedVersion, supportedVersion } from './version.ts';

const helm = {
  name: 'helm',
  variable: 'WAYBILL_HELM',
  args: ['version', '--template', '{{.Version}}'],
  package: /^helm\.sh\/helm\/v(\d+)\/cmd\/helm$/u,
  majors: [3, 4],
  howToGet: 'Install helm v3 or v4 (https://helm.sh/docs/intro/install/), or name it in WAYBILL_HELM.',
};

/** Values to render with. */
interface HelmValues {
  /** What messages call it: the file's path in the repository. */
  readonly name: string;
  readonly text: string;
}

/** What to render. */
export interface HelmTemplate extends TemplateArguments {
  /** What messages call the chart: its path in the repository. */
  readonly chartName: string;
  /** Later ones win. */
  readonly values: readonly HelmValues[];
}

/** Variables that keep helm's own folders in the temporary home. */
function helmEnvironment(scratch: Scratch, binaries: Binaries, network: boolean): Record<string, string> {
  return {
    ...childEnvironment(scratch, binaries, network),
    HELM_CACHE_HOME: join(scratch.home, 'cache'),
    HELM_CONFIG_HOME: join(scratch.home, 'config'),
    HELM_DATA_HOME: join(scratch.home, 'data'),
    HELM_PLUGINS: join(scratch.home, 'plugins'),
  };
}

/** The helm that will be used. `location` is what asks for it. Failure `binary-missing`. */
export function findHelm(binaries: Binaries, location?: Location): Binary {
  return findBinary(helm, binaries, location);
}

/**
 * `helm template` as Argo CD runs it: CRDs included, hooks and tests kept (Argo CD maps or leaves them), nothing
 * asked of a cluster, no DNS. Failure `helm-argument`, `binary-missing`, `binary-version`, `binary-failed`,
 * `binary-timeout`, `binary-output`.
 */
export async function helmTemplate(template: HelmTemplate, binaries: Binaries): Promise<Printed> {
  const binary = findHelm(binaries, template.location);
  return withScratch(async (scratch) => {
    // Copies: what the tree has read within its limits is what helm gets, and --values splits names at commas.
    const files = template.values.map(({ name, text }, index) => {
      const path = join(scratch.files, `values-${index}.yaml`);
      writeFileSync(path, text);
      return [path, name] as const;
    });
    const args = templateArguments(
      template,
      files.map(([path]) => path),
    );
    const apiVersions = template.apiVersions.join(',');
    const run = {
      binary,
      args,
      cwd: scratch.files,
      env: helmEnvironment(scratch, binaries, false),
      boundary: { read: [template.chart, scratch.files], write: [scratch.home], execute: [], network: false },
      location: template.location,
      rename: [
        ...files,
        [template.chart, template.chartName],
        [scratch.home, '~'],
        // A cluster has hundreds: nobody wants to read them in an error.
        ...(apiVersions.length > 80 ? [[apiVersions, '...'] as const] : []),
      ] as const,
    };
    return ofSupportedVersion(runBinary(run, binaries), binary, helm, scratch, binaries);
  });
}

/** A chart on disk whose `charts/` folder is to be filled. */
export interface HelmDependencyBuild {
  /** Absolute path of the folder that holds the chart, and every chart beside it that it depends on. */
  readonly root: string;
  /** Absolute path of the chart's folder, which is written to. */
  readonly chart: string;
  /** What messages call the chart: its path in the repository. */
  readonly chartName: string;
  /** Chart repositories to download from; empty runs without network, for dependencies on charts of the same disk. */
  readonly repositories: readonly string[];
  readonly location: Location;
  /** Whether versions are chosen anew, and Chart.lock written: `helm dependency update`. @default false */
  readonly update?: boolean;
}

/**
 * `helm dependency build`, as Argo CD runs it when dependencies are missing: each chart repository is made known first
 * (OCI registries need none of that). Failure as {@link helmTemplate}.
 */
export async function helmDependencyBuild(build: HelmDependencyBuild, binaries: Binaries): Promise<void> {
  const { chart, chartName, repositories, location } = build;
  const binary = findHelm(binaries, location);
  await withScratch(async (scratch) => {
    const env = helmEnvironment(scratch, binaries, repositories.length > 0);
    const rename = [
      [chart, chartName],
      [scratch.home, '~'],
    ] as const;
    const network = repositories.length > 0;
    const boundary = { read: [scratch.files], write: [build.root, scratch.home], execute: [], network };
    const run = { binary, cwd: scratch.files, env, boundary, location, rename };
    const remote = repositories.filter((url) => /^https?:\/\//iu.test(url));
    for (const [index, url] of remote.entries()) {
      await runBinary({ ...run, args: ['repo', 'add', '--', `repository-${index}`, url] }, binaries);
    }
    const what = build.update === true ? 'update' : 'build';
    await runBinary({ ...run, args: ['dependency', what, '--', chart] }, binaries);
  });
}

/** Path and version of the helm that would be used. Failure as {@link helmTemplate}. */
export async function inspectHelm(binaries: Binaries): Promise<Binary & { readonly version: string }> {
  const binary = findHelm(binaries);
  return withScratch(async (scratch) => ({
    ...binary,
    version: await supportedVersion(binary, helm, scratch, binaries),
  }));
}
