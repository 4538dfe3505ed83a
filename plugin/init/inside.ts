/**
 * Refuses to make an application of a part of another one, such as its `base` or `overlays/production`: the application
 * above would no longer read it, and nobody would read what is written there.
 */
import { applicationAbove } from '../applications/marks.ts';
import { configFile } from '../config/file-names.ts';
import { loadApplication } from '../config/load.ts';
import { failure } from '../diagnostics/failure.ts';
import { joinPath, parentPath, resolvePath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import type { ConfigSource } from '../schemas/config.generated.ts';

/** What the source names, as it is written. */
function named(source: ConfigSource | undefined): readonly string[] {
  if (source === undefined || typeof source === 'string') return [];
  const { manifests, kustomize, helm } = source;
  if (typeof manifests === 'string') return [manifests];
  if (Array.isArray(manifests)) return manifests;
  const path = typeof manifests === 'object' ? manifests.path : undefined;
  return [path, kustomize, helm?.chart].filter((one) => one !== undefined);
}

/** The directory up to the first part that depends on the environment or is a glob. */
function fixedPart(path: string): string {
  const at = path.search(/\{|[*?[]/u);
  return at < 0 ? path : parentPath(path.slice(0, at));
}

/**
 * Refuses `directory` when the source of the application above reads it.
 * @throws Failure `application-inside`, and what that application's waybill.yaml reports
 */
export function refusePart(tree: FileTree, directory: string): void {
  const above = applicationAbove(tree, directory);
  if (above === undefined) return;
  const { source } = loadApplication(tree, above).config;
  const read = named(source).map((one) => resolvePath(above, fixedPart(one) || '.'));
  // The bases of a kustomization are named in its files only.
  const bases = above !== '' && typeof source === 'object' && source.kustomize !== undefined ? [above] : [];
  const parts = [...read.filter((one) => one !== above), ...bases, joinPath(above, 'locks')];
  if (!parts.some((one) => directory === one || directory.startsWith(`${one}/`))) return;
  throw failure(
    'application-inside',
    `${directory} is a part of the application ${above || 'at the top of the repository'}`,
    {
      location: { file: directory },
      help: [`${joinPath(above, configFile)} reads it already. To see what comes out, run waybill explain there.`],
    },
  );
}
