/**
 * One render among many, as values that can be sent to a worker thread and back.
 */
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import { createDirectoryTree } from '../files/directory.ts';
import { baseName } from '../files/path.ts';
import { outputFiles } from '../output/files.ts';
import { type OutputFormat, writeResources } from '../output/stream.ts';
import { loadPolicy } from '../policy/load.ts';
import { fileLimits } from '../policy/policy.ts';
import { render } from '../render.ts';
import type { ReuseCaches } from '../reuse/reuse.ts';
import { slug } from '../templates/slug.ts';
import type { ManyRequest } from './many.ts';

/** What to render. */
export interface OneRequest extends ManyRequest {
  /** The folder that bounds everything: an absolute path. */
  readonly root: string;
  readonly namespace: string | undefined;
  readonly project: string | undefined;
  readonly kubeVersion: string | undefined;
  readonly apiVersions: readonly string[];
  readonly stamp: boolean;
  readonly output: OutputFormat;
  /** Whether each resource is to be a file of its own. */
  readonly asFiles: boolean;
}

/** The resources as text: for values, a thread that collects them would need many times the memory. */
type Printed = { readonly text: string } | { readonly files: ReadonlyMap<string, string> };

/** What came of it: the resources, or why there are none, and warnings. */
export interface OneResult {
  readonly printed: Printed | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Bytes of memory that a result takes. */
export function bytesOf({ printed }: OneResult): number {
  if (printed === undefined) return 0;
  const texts = 'text' in printed ? [printed.text] : [...printed.files.values()];
  // A character takes two bytes where one of the text is no Latin one.
  return texts.reduce((sum, text) => sum + 2 * text.length, 0);
}

/** A location whose line and column are known, where before they were looked up when somebody asked. */
function plainLocation({ file, line, column, endColumn }: Location): Location {
  return {
    file,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(endColumn === undefined ? {} : { endColumn }),
  };
}

/** A diagnostic that can be sent to another thread. */
export function plainDiagnostic({ severity, code, message, location, help }: Diagnostic): Diagnostic {
  return {
    severity,
    code,
    message,
    ...(location ? { location: plainLocation(location) } : {}),
    ...(help ? { help: [...help] } : {}),
  };
}

/** The name that an application has on a command line that does not give it. */
function nameOf({ root, directory }: OneRequest): string {
  return slug(baseName(directory || root)) || 'application';
}

/** Renders. Mistakes are a part of the result. `env` is the environment of the command; `caches` are kept between renders. */
export async function renderOne(
  request: OneRequest,
  env: Readonly<Record<string, string | undefined>>,
  caches: ReuseCaches,
): Promise<OneResult> {
  const diagnostics: Diagnostic[] = [];
  const name = nameOf(request);
  try {
    const policy = loadPolicy(env, 'cli');
    const { resources } = await render({
      ...request,
      tree: createDirectoryTree(request.root, fileLimits(policy)),
      app: { name, instance: name, namespace: request.namespace, project: request.project },
      values: {},
      images: [],
      policy,
      binaries: { env },
      warn: (diagnostic) => diagnostics.push(plainDiagnostic(diagnostic)),
      reuse: caches.in(request.root),
    });
    const { output, asFiles } = request;
    const printed = asFiles ? { files: outputFiles(resources, output) } : { text: writeResources(resources, output) };
    return { printed, diagnostics };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { printed: undefined, diagnostics: [...diagnostics, ...error.diagnostics.map(plainDiagnostic)] };
  }
}
