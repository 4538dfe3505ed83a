/**
 * The directories of a checkout that can be rendered.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What a directory holds. */
export type Kind = 'helm' | 'kustomize' | 'plain';

const KUSTOMIZATION = /^(?:kustomization\.ya?ml|Kustomization)$/u;
const MANIFEST = /\.(?:ya?ml|json|jsonnet)$/u;

/** Every directory below `root` that is a chart, a kustomization, or holds files that may be manifests. */
export function* directories(root: string, path = ''): Generator<[path: string, kind: Kind]> {
  const entries = readdirSync(join(root, path), { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const isChart = files.includes('Chart.yaml');
  if (isChart) yield [path, 'helm'];
  else if (files.some((name) => KUSTOMIZATION.test(name))) yield [path, 'kustomize'];
  else if (files.some((name) => MANIFEST.test(name))) yield [path, 'plain'];
  for (const entry of entries) {
    // What is below a chart is its own, but for the charts that it carries.
    if (!entry.isDirectory() || entry.name === '.git' || (isChart && entry.name !== 'charts')) continue;
    yield* directories(root, join(path, entry.name));
  }
}

/** A name that helm takes. */
export function releaseName(root: string, path: string): string {
  const name = basename(path === '' ? root : path).toLowerCase();
  return (
    name
      .replaceAll(/[^a-z0-9-]+/gu, '-')
      .replaceAll(/^-+|-+$/gu, '')
      .slice(0, 50) || 'app'
  );
}
