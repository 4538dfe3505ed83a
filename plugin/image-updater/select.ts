/**
 * Which Application's configuration is imported: waybill.yaml belongs to one application directory.
 */
import { failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import { readAnnotations } from './annotations.ts';
import type { Configuration } from './configuration.ts';
import type { Manifest } from './manifests.ts';
import { type ApplicationRef, readApplicationRefs, refsFor } from './resource.ts';

/** Everything that the files configure. */
interface Declarations {
  readonly annotated: readonly Configuration[];
  readonly refs: readonly ApplicationRef[];
}

function findAll(manifests: readonly Manifest[]): Declarations {
  return {
    annotated: manifests.flatMap((one) => (one.kind === 'ImageUpdater' ? [] : (readAnnotations(one) ?? []))),
    refs: manifests.flatMap((one) => (one.kind === 'ImageUpdater' ? readApplicationRefs(one) : [])),
  };
}

function configurationOf({ annotated, refs }: Declarations, application: string): Configuration {
  const own = annotated.find((one) => one.application === application);
  // An ImageUpdater's own images win over annotations that no ImageUpdater asks for.
  const [ref] = refsFor(refs, application);
  if (ref && !ref.useAnnotations) return ref.configuration;
  if (own) return ref ? { ...own, leftOut: [...own.leftOut, ...ref.configuration.leftOut] } : own;
  if (ref) {
    throw failure('import-nothing', `the images of ${application} are in its annotations, and it was not given`, {
      location: ref.configuration.location,
      help: ['useAnnotations is true: give the file of the Application, too.'],
    });
  }
  const names = [...annotated.map((one) => one.application), ...refs.map(({ namePattern }) => namePattern)];
  throw failure('import-nothing', `nothing is configured for an Application ${application}`, {
    help: notFoundHelp('Applications, and patterns of their names', application, names),
  });
}

/**
 * The configuration of `application`, or, without a name, the only one there is.
 * @throws Failure `import-nothing` when there is none or several; `import-invalid`
 */
export function selectConfiguration(manifests: readonly Manifest[], application: string | undefined): Configuration {
  const found = findAll(manifests);
  if (application !== undefined) return configurationOf(found, application);
  const owners = found.refs.filter(({ useAnnotations }) => !useAnnotations);
  const all = [...found.annotated, ...owners.map(({ configuration }) => configuration)];
  const [first, second] = all;
  if (first && !second) {
    const asking = found.refs.find(({ useAnnotations }) => useAnnotations);
    return asking ? { ...first, leftOut: [...first.leftOut, ...asking.configuration.leftOut] } : first;
  }
  if (first) {
    throw failure('import-nothing', 'the files configure several Applications, and waybill.yaml is for one', {
      help: [`Choose one with --app: ${all.map((one) => one.application).join(', ')}.`],
    });
  }
  const [manifest] = manifests;
  throw failure('import-nothing', 'nothing here configures Image Updater', {
    ...(manifest ? { location: manifest.locate([]) } : {}),
    help: [
      'An Application has the annotation argocd-image-updater.argoproj.io/image-list; an ImageUpdater has applicationRefs with images.',
    ],
  });
}
