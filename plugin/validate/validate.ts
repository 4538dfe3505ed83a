/**
 * Every environment of every application, rendered as Argo CD would, with all mistakes; and what only shows when one
 * looks at all of them: deployments that nobody reports, and applications that would report into each other.
 */
import { environmentsOf } from '../applications/environments.ts';
import { findApplications, type LeftOut } from '../applications/find.ts';
import { applicationAbove } from '../applications/marks.ts';
import { loadApplication } from '../config/load.ts';
import { sourceMapping } from '../config/native.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import { baseName } from '../files/path.ts';
import { render, type RenderRequest, type RenderResult } from '../render.ts';
import { ReuseCaches } from '../reuse/reuse.ts';
import { slug } from '../templates/slug.ts';
import type { NativeChecks } from './native.ts';
import { sharedEnvironments, unreportedImages } from './reports.ts';

/** One render that was tried. */
export interface Checked {
  /** Tree path of the application directory. */
  readonly directory: string;
  /** Its waybill.yaml; the directory when it has none. */
  readonly file: string;
  readonly environment: string | undefined;
  /** Undefined when it failed. */
  readonly result: RenderResult | undefined;
}

/** What validation found. */
export interface Validation {
  readonly checked: readonly Checked[];
  /** Errors and warnings, by application. */
  readonly diagnostics: readonly Diagnostic[];
  /** What was not looked at. */
  readonly leftOut: readonly LeftOut[];
  /** Directories without an application in them, each taken as one, with the application that they are inside of. */
  readonly bare: readonly { readonly directory: string; readonly above: string | undefined }[];
}

/** What does not depend on the application: the tree, policy and programs. */
export type ValidateRequest = Pick<
  RenderRequest,
  'tree' | 'policy' | 'binaries' | 'kubeVersion' | 'apiVersions' | 'reuse'
> & {
  /** Used where waybill.yaml gives no namespace; records need one. */
  readonly namespace: string | undefined;
  /** Told before each render. */
  readonly progress: (text: string) => void;
};

/** Bytes that are kept from one render to the next. */
const KEPT = { documentBytes: 64 * 1024 * 1024, printedBytes: 16 * 1024 * 1024 };

class Report {
  readonly checked: Checked[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly leftOut: LeftOut[] = [];
  readonly bare: { directory: string; above: string | undefined }[] = [];
  readonly #seen = new Set<string>();

  /** Mistakes that every environment makes (in a base, in waybill.yaml) are told once. */
  add(diagnostic: Diagnostic): void {
    const key = JSON.stringify(diagnostic);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.diagnostics.push(diagnostic);
  }

  /** Runs `work`; a Failure becomes diagnostics and the result undefined. */
  async attempt<Result>(work: () => Result | Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      for (const diagnostic of error.diagnostics) this.add(diagnostic);
      return undefined;
    }
  }
}

/** The applications at and below a directory; without any, the directory itself counts as one. */
function lookIn(tree: RenderRequest['tree'], directory: string, report: Report): readonly string[] {
  const { applications, leftOut } = findApplications(tree, directory);
  report.leftOut.push(...leftOut);
  if (applications.length > 0) return applications;
  report.bare.push({ directory, above: applicationAbove(tree, directory) });
  return [directory];
}

async function validateOne(
  request: ValidateRequest,
  directory: string,
  report: Report,
  nativeChecks: () => Promise<NativeChecks>,
): Promise<void> {
  const { tree, namespace } = request;
  const application = await report.attempt(() => loadApplication(tree, directory));
  if (!application) return;
  const named = environmentsOf(application);
  const environments = named.length === 0 ? [undefined] : named;
  for (const environment of environments) {
    const name = slug(baseName(directory || (tree.directory ?? '')) || 'application');
    request.progress(`${directory || '.'} ${environment ?? ''}`);
    const asked = {
      ...request,
      directory,
      environment,
      app: { name, instance: name, namespace },
      values: {},
      images: [],
      warn: (diagnostic: Diagnostic): void => report.add(diagnostic),
    };
    const isExternal = sourceMapping(application.config)?.external !== undefined;
    const rendered = isExternal
      ? undefined
      : await report.attempt(() => render({ ...asked, preview: 'example', stamp: true }));
    const state =
      isExternal || rendered?.environment.native
        ? await report.attempt(async () => await (await nativeChecks()).check(asked))
        : undefined;
    if (isExternal)
      report.leftOut.push({
        directory,
        reason: `${environment ?? 'its source'} is not in this repository; its record was looked at`,
      });
    // What the lock says about the images is what is reported of them.
    const result = rendered && state?.rendered ? { ...rendered, images: state.rendered.images } : rendered;
    const strategies = result?.environment.images.flatMap(({ strategy }) => strategy ?? []) ?? [];
    if (strategies.length > 0) {
      const { checkStrategies } = await import('../strategies/check.ts');
      await report.attempt(() => checkStrategies(strategies));
    }
    report.checked.push({ directory, file: application.file ?? (directory || '.'), environment, result });
  }
}

/** Validates every application at and below the directories (tree paths). Failures become diagnostics. */
export async function validate(request: ValidateRequest, directories: readonly string[]): Promise<Validation> {
  const report = new Report();
  const applications = new Set(directories.flatMap((directory) => lookIn(request.tree, directory, report)));
  let native: NativeChecks | undefined;
  // Loaded only where an application is native.
  const nativeChecks = async (): Promise<NativeChecks> => {
    const { NativeChecks: Checks } = await import('./native.ts');
    return (native ??= new Checks(request.tree, async (work) => await report.attempt(work)));
  };
  // Environments of an application share manifests and charts: each is read, or rendered by its program, once.
  const reuse = new ReuseCaches(KEPT).in(request.tree.directory ?? '');
  for (const directory of applications) await validateOne({ ...request, reuse }, directory, report, nativeChecks);
  const overAll = [...unreportedImages(report.checked), ...sharedEnvironments(report.checked)];
  for (const diagnostic of [...overAll, ...(native?.rest() ?? [])]) {
    report.add(diagnostic);
  }
  return report;
}
