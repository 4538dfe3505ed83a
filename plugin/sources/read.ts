/**
 * The first stage of a render: from a source to resources. Each kind of source has a folder here with the same two
 * files: inputs.ts (what it is made of, judged before anything runs) and read.ts.
 */
import type { PathEntry, Source } from '../config/environment.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import type { Location } from '../diagnostics/diagnostic.ts';
import type { Resource } from '../resources/resource.ts';
import type { SourceContext } from './context.ts';
import { readManifestFile, readManifests } from './manifests/read.ts';

function locationOf(source: Source): Location | undefined {
  if (source.kind === 'manifests') return source.paths[0]?.location;
  if (source.kind === 'external') return source.location;
  return source.kind === 'kustomize' ? source.directory.location : source.chart.location;
}

/**
 * The resources of a source, in the order in which it has them, lists taken apart; may be empty. Failure
 * `source-external` for what is not here, `source-forbidden` when the operator's policy does not allow the kind, and as the kind's read.ts says.
 */
export async function readSource(source: Source, context: SourceContext): Promise<Resource[]> {
  const { sources } = context.policy;
  if (source.kind === 'external') {
    throw failure('source-external', 'the source is not in this repository: Argo CD fetches and renders it', {
      location: source.location,
      help: ['waybill record prints its record, and waybill validate checks it.'],
    });
  }
  if (!sources.has(source.kind)) {
    throw failure('source-forbidden', `the operator's policy does not allow sources of kind ${source.kind}`, {
      location: locationOf(source),
      help: [`Allowed are: ${[...sources].join(', ')}.`],
    });
  }
  if (source.kind === 'manifests') return readManifests(source, context);
  // Loaded on demand: an ordinary render pays nothing for what starts programs.
  if (source.kind === 'kustomize') {
    const { readKustomize } = await import('./kustomize/read.ts');
    return readKustomize(source.directory, context);
  }
  const { readHelm } = await import('./helm/read.ts');
  return readHelm(source, context);
}

/** The resources of additional manifests (an environment's `resources`), whatever the source's kind. Failure as `readManifestFile`. */
export function readAdded(files: readonly PathEntry[], context: SourceContext): Resource[] {
  return context.run(() => attemptAll(files, ({ path }) => readManifestFile(path, context)).flat());
}
