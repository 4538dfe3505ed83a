/**
 * Plain manifests: the source that needs no program. Files are read as they are; nothing is substituted in them.
 */
import type { Source } from '../../config/environment.ts';
import { attemptAll } from '../../diagnostics/failure.ts';
import type { Resource } from '../../resources/resource.ts';
import type { YamlDocument } from '../../yaml/document.ts';
import { readYaml } from '../../yaml/read.ts';
import type { SourceContext } from '../context.ts';
import { takeApart } from '../lists.ts';
import { manifestFiles, skipMarker } from './inputs.ts';

/**
 * The resources of one manifest file (`text` where it was read before), in its order, lists taken apart. Failure `file-binary`, `yaml-syntax`,
 * `yaml-duplicate-key`, `manifest-not-object`, `resource-no-kind`, and what the tree says.
 */
export function readManifestFile(
  file: string,
  context: Pick<SourceContext, 'tree' | 'policy' | 'budget' | 'reuse'>,
  text: string = context.tree.readText(file),
): Resource[] {
  const read = (): readonly YamlDocument[] =>
    readYaml(text, { file, duplicateKeys: 'error', limits: context.policy.limits });
  const documents = context.reuse ? context.reuse.documents(file, text, read) : read();
  return attemptAll(documents, ({ value, line }, document) => {
    context.budget.read(value, { file, line });
    return takeApart(value, { location: { file, line }, document });
  }).flat();
}

/** The resources of a plain source, without files that Argo CD is told to skip. Every file's mistakes are reported, not the first file's. */
export async function readManifests(
  source: Extract<Source, { kind: 'manifests' }>,
  context: SourceContext,
): Promise<Resource[]> {
  const files = await manifestFiles(source, context);
  return context.run(() =>
    attemptAll(files, (file) => {
      const text = context.tree.readText(file);
      return text.includes(skipMarker) ? [] : readManifestFile(file, context, text);
    }).flat(),
  );
}
