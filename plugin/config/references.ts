/**
 * The files that waybill.yaml refers to in any environment. A plain source leaves them out: another environment's
 * PodDisruptionBudget lies in the same directory and is no manifest of this one.
 */
import { Failure } from '../diagnostics/failure.ts';
import { expandGlob } from '../files/glob.ts';
import { resolvePath } from '../files/path.ts';
import { expand, isTemplate } from '../templates/expand.ts';
import type { Scope } from '../templates/scope.ts';
import type { Application } from './application.ts';
import { environmentOf, lineage } from './inheritance.ts';
import { overlayLists } from './overlays.ts';

/** What an expression that cannot be computed for another environment could become: any part of a name. */
function asGlob(template: string): string {
  return template
    .split('/')
    .map((part) => (isTemplate(part) ? '*' : part))
    .join('/');
}

function patternOf(template: string, scope: Scope): string {
  try {
    return String(expand(template, scope, () => ({ file: '' })));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return asGlob(template);
  }
}

/**
 * Tree paths of all files named by `resources` and `file` in any environment, and of waybill.yaml. `scopeOf` gives
 * what an environment's templates may name. Mistakes of other environments are not reported here: `validate` does.
 */
export function referencedFiles(
  application: Application,
  scopeOf: (environment: string | undefined) => Scope,
): ReadonlySet<string> {
  const { tree, directory, file, environments } = application;
  const found = new Set<string>(file === undefined ? [] : [file]);
  const seen = new Set<string>();
  for (const environment of environments.length > 0 ? environments : [undefined]) {
    const names = lineage(application, environment);
    const scope = scopeOf(environment);
    const templates = [
      ...overlayLists(application, names).flatMap(([, overlays]) => overlays.flatMap((overlay) => overlay.file ?? [])),
      ...names.flatMap((name) => environmentOf(application, name).resources ?? []),
    ];
    for (const template of templates) {
      const pattern = isTemplate(template) ? patternOf(template, scope) : template;
      if (seen.has(pattern)) continue;
      seen.add(pattern);
      try {
        for (const one of expandGlob(tree, resolvePath(directory, pattern))) found.add(one);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
    }
  }
  return found;
}
