/**
 * Every environment of every application, rendered as Argo CD would, with all mistakes; and what only shows when one
 * looks at all of them: deployments that nobody reports, and applications that would report into each other.
 */
import { environmentsOf } from '../applications/environments.ts';
import { findApplications, type LeftOut } from '../applications/find.ts';
import { applicationAbove } from '../applications/marks.ts';
import { loadApplication } from '../config/load.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import type { FileTree } from '../files/tree.ts';
import { doMany, type ManyOptions } from '../renders/many.ts';
import { type EnvironmentReport, type EnvironmentRequest, EnvironmentValidation } from './environment.ts';
import { sharedEnvironments, unreportedImages } from './reports.ts';

/** One environment that was tried. */
export interface Checked extends Pick<EnvironmentReport, 'file' | 'result'> {
  /** Tree path of the application directory. */
  readonly directory: string;
  readonly environment: string | undefined;
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

/** What does not depend on the application. */
export type ValidateRequest = Omit<EnvironmentRequest, 'directory' | 'environment'> & { readonly tree: FileTree };

class Report {
  readonly checked: Checked[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly leftOut: LeftOut[] = [];
  readonly bare: { directory: string; above: string | undefined }[] = [];
  readonly #seen = new Set<string>();

  /** Mistakes that every environment makes (in a base, in waybill.yaml) are told once. */
  add(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) {
      const key = JSON.stringify(diagnostic);
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      this.diagnostics.push(diagnostic);
    }
  }
}

/** The applications at and below a directory; without any, the directory itself counts as one. */
function lookIn(tree: FileTree, directory: string, report: Report): readonly string[] {
  const { applications, leftOut } = findApplications(tree, directory);
  report.leftOut.push(...leftOut);
  if (applications.length > 0) return applications;
  report.bare.push({ directory, above: applicationAbove(tree, directory) });
  return [directory];
}

/** The environments of an application; mistakes when it cannot be read. */
function environmentsIn(tree: FileTree, directory: string): readonly (string | undefined)[] | Failure {
  try {
    const named = environmentsOf(loadApplication(tree, directory));
    return named.length === 0 ? [undefined] : named;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error;
  }
}

/** Validates every application at and below the directories (tree paths). Failures become diagnostics. */
export async function validate(
  { tree, ...request }: ValidateRequest,
  directories: readonly string[],
  options: ManyOptions,
): Promise<Validation> {
  const report = new Report();
  const found = [...new Set(directories.flatMap((directory) => lookIn(tree, directory, report)))].map((directory) => ({
    directory,
    environments: environmentsIn(tree, directory),
  }));
  const requests = found.flatMap(({ directory, environments }): EnvironmentRequest[] =>
    environments instanceof Failure ? [] : environments.map((environment) => ({ ...request, directory, environment })),
  );
  const validation = new EnvironmentValidation(options.env);
  const work = {
    task: 'validate' as const,
    here: (one: EnvironmentRequest): Promise<EnvironmentReport> => validation.validate(one),
  };
  const reports = (await doMany(work, requests, options)).values();
  const native: NonNullable<EnvironmentReport['native']>[] = [];
  for (const { directory, environments } of found) {
    if (environments instanceof Failure) {
      report.add(environments.diagnostics);
      continue;
    }
    for (const environment of environments) {
      const { value: one } = reports.next();
      if (!one) throw new Error('an environment has no report');
      report.add(one.diagnostics);
      report.leftOut.push(...one.leftOut);
      report.checked.push({ directory, environment, file: one.file, result: one.result });
      if (one.native) native.push(one.native);
    }
  }
  report.add([...unreportedImages(report.checked), ...sharedEnvironments(report.checked)]);
  const { recordsOverAll } = await import('./native.ts');
  report.add(recordsOverAll(tree, native, report.checked));
  return report;
}
