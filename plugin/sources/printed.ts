/**
 * What helm and kustomize print, as resources.
 */
import { firstLines } from '../binaries/words.ts';
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts';
import { attemptAll } from '../diagnostics/failure.ts';
import type { Resource } from '../resources/resource.ts';
import { readYaml } from '../yaml/read.ts';
import type { SourceContext } from './context.ts';
import { takeApart } from './lists.ts';

/** How to read one program's output. */
export interface PrintedManifests {
  readonly text: string;
  /** What messages call the output, in place of a file name: `output of helm template`. */
  readonly name: string;
  /** Which file of the application a document stands for; `line` is the 1-based line of the output it starts at. */
  origin(line: number): Location;
}

/** The resources in the output of a program. A duplicate key is a warning: Argo CD takes the last, and so does this. */
export function readPrinted(
  printed: PrintedManifests,
  context: Pick<SourceContext, 'policy' | 'warn' | 'budget' | 'run'>,
): Resource[] {
  return context.run(() => read(printed, context));
}

function read(printed: PrintedManifests, context: Pick<SourceContext, 'policy' | 'warn' | 'budget'>): Resource[] {
  const documents = readYaml(printed.text, {
    file: printed.name,
    duplicateKeys: 'last-wins',
    warn: context.warn,
    limits: context.policy.limits,
  });
  return attemptAll(documents, ({ value, line }) => {
    const location = printed.origin(line);
    context.budget.read(value, location);
    return takeApart(value, { location });
  }).flat();
}

/** One warning for each line that a program wrote to stderr although it succeeded, without the time in front. */
export function warnings(program: string, stderr: string, location: Location): Diagnostic[] {
  const lines = new Set(stderr.split(/\r?\n/u).map((line) => line.replace(/^[\d/]+ [\d:]+ /u, '').trim()));
  lines.delete('');
  return firstLines([...lines]).map((line) => ({
    severity: 'warning',
    code: 'binary-warning',
    message: `${program}: ${line.replace(/^(?:# )?(?:Warning|WARNING): /u, '')}`,
    location,
  }));
}
