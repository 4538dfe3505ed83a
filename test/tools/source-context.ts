/**
 * A SourceContext for tests: the real helm and kustomize, the default policy, and warnings kept in a list.
 */
import type { Diagnostic } from '../../plugin/diagnostics/diagnostic.ts';
import { Failure } from '../../plugin/diagnostics/failure.ts';
import { formatDiagnostics } from '../../plugin/diagnostics/format.ts';
import type { FileTree } from '../../plugin/files/tree.ts';
import { completePolicy } from '../../plugin/policy/policy.ts';
import type { Resource } from '../../plugin/resources/resource.ts';
import { NodeBudget } from '../../plugin/resources/weight.ts';
import { shortName, identify } from '../../plugin/resources/resource.ts';
import type { SourceContext } from '../../plugin/sources/context.ts';
import { confineBinary } from './confine.mjs';
import { helm3Binary, kustomizeBinary } from './renderers.mjs';

/** The programs, behind the boundary of the kernel where there is one (Linux); "more" stands in place of some. */
export async function programs(more: Record<string, string> = {}): Promise<Record<string, string>> {
  const confine = process.platform === 'linux' ? { WAYBILL_CONFINE: await confineBinary() } : {};
  return { WAYBILL_KUSTOMIZE: await kustomizeBinary(), WAYBILL_HELM: await helm3Binary(), ...confine, ...more };
}

/** A context over `tree` for the application directory `app`, and the warnings it was given. */
export async function sourceContext(
  tree: FileTree,
  more: Partial<SourceContext> = {},
): Promise<SourceContext & { readonly warnings: Diagnostic[] }> {
  const warnings: Diagnostic[] = [];
  return {
    tree,
    directory: 'app',
    name: 'shop',
    namespace: 'ecotrack',
    kubeVersion: undefined,
    apiVersions: [],
    referencedFiles: new Set(),
    policy: completePolicy({}, undefined, 'cli'),
    binaries: { env: await programs() },
    budget: new NodeBudget(Number.POSITIVE_INFINITY),
    run: (work) => work(),
    origins: false,
    warn: (diagnostic) => warnings.push(diagnostic),
    warnings,
    ...more,
  };
}

/** `Kind/name file:line` of each resource. */
export function listing(resources: readonly Resource[]): string[] {
  return resources.map(({ body, origin }) => {
    const { file, line } = origin.location;
    return `${shortName(identify(body))} ${file}${line === undefined ? '' : `:${line}`}`;
  });
}

/** The text of everything that `work` fails with, as a user sees it (without source lines). Fails when it does not fail. */
export async function failureText(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return formatDiagnostics(error.diagnostics, () => undefined);
  }
  throw new Error('expected a Failure');
}
