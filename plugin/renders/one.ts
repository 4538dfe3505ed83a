/**
 * One render among many, as values that can be sent to a worker thread and back.
 */
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import { createDirectoryTree } from '../files/directory.ts';
import { baseName } from '../files/path.ts';
import { loadPolicy } from '../policy/load.ts';
import { fileLimits } from '../policy/policy.ts';
import { render } from '../render.ts';
import type { Resource } from '../resources/resource.ts';
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
}

/** What came of it: resources, or why there are none, and warnings. */
export interface OneResult {
  readonly resources: readonly Resource[] | undefined;
  readonly diagnostics: readonly Diagnostic[];
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

function plainResource({ body, origin }: Resource): Resource {
  const { location, builtBy, ...places } = origin;
  return {
    body,
    origin: {
      ...places,
      location: plainLocation(location),
      ...(builtBy ? { builtBy: plainLocation(builtBy) } : {}),
    },
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
    return { resources: resources.map(plainResource), diagnostics };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { resources: undefined, diagnostics: [...diagnostics, ...error.diagnostics.map(plainDiagnostic)] };
  }
}
