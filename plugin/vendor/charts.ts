/**
 * Charts' dependencies from HTTP and OCI repositories: helm fetches them by Chart.lock (which it makes where there is
 * none), in a copy, and what it fetched is held against what was fetched before.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Binaries } from '../binaries/binaries.ts';
import { helmDependencyBuild } from '../binaries/helm.ts';
import { failure } from '../diagnostics/failure.ts';
import { temporaryFolder } from '../files/temporary.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import type { Policy } from '../policy/policy.ts';
import { followDependencies } from '../sources/helm/dependencies.ts';
import { digestOf, filesBelow, type Vendored } from './vendored.ts';

/** What a fetch writes: bytes by tree path. */
export interface Fetched {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly charts: Vendored['charts'];
}

/** The charts at and below `directory` that lack a dependency which is not in this repository. */
export function incompleteCharts(
  tree: FileTree,
  directory: string,
  policy: Policy,
): { chart: string; repositories: readonly string[] }[] {
  const found = new Map<string, readonly string[]>();
  const allowed = { ...policy, remote: { ...policy.remote, helmDependencies: true } };
  const visit = (path: string): void => {
    if (tree.kind(joinPath(path, 'Chart.yaml')) === 'file') {
      for (const one of followDependencies(path, { tree, policy: allowed }).incomplete)
        if (one.repositories.length > 0) found.set(one.chart, one.repositories);
      return;
    }
    for (const name of tree.list(path)) {
      const below = joinPath(path, name);
      if (!name.startsWith('.') && name !== 'node_modules' && below !== 'vendor' && tree.kind(below) === 'directory')
        visit(below);
    }
  };
  visit(directory);
  return Array.from(found, ([chart, repositories]) => ({ chart, repositories }));
}

/**
 * Fetches the dependencies of one chart.
 * @throws Failure of helm; `vendor-changed` for a package whose version was fetched before with other bytes
 */
export async function fetchCharts(
  tree: FileTree,
  { chart, repositories }: { readonly chart: string; readonly repositories: readonly string[] },
  before: Vendored,
  binaries: Binaries,
): Promise<Fetched> {
  const root = temporaryFolder('waybill-vendor-');
  try {
    const folder = join(root, 'chart');
    for (const [path, bytes] of filesBelow(tree, chart)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const location = { file: joinPath(chart, 'Chart.yaml') };
    const isLocked = tree.kind(joinPath(chart, 'Chart.lock')) === 'file';
    await helmDependencyBuild(
      { root, chart: folder, chartName: chart || '.', repositories, location, update: !isLocked },
      binaries,
    );
    const files = new Map<string, Uint8Array>();
    const charts: Vendored['charts'] = [];
    for (const name of readdirSync(join(folder, 'charts'))
      .filter((one) => one.endsWith('.tgz'))
      .sort()) {
      const file = joinPath(chart, `charts/${name}`);
      const bytes = readFileSync(join(folder, 'charts', name));
      const digest = digestOf(bytes);
      const known = before.charts.find((one) => one.file.endsWith(`/charts/${name}`) || one.file === file);
      if (known !== undefined && known.digest !== digest) {
        throw failure('vendor-changed', `${name} is not what it was: ${digest} in place of ${known.digest}`, {
          location,
          help: [
            'Somebody published other bytes under the same version. Find out why before you take them.',
            'To take them, remove its entry from vendor/waybill-vendor.yaml, and fetch again.',
          ],
        });
      }
      files.set(file, bytes);
      charts.push({ file, digest });
    }
    const lock = join(folder, 'Chart.lock');
    if (!isLocked) files.set(joinPath(chart, 'Chart.lock'), readFileSync(lock));
    return { files, charts };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
