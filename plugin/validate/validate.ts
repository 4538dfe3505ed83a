/**
 * Every environment of every application, rendered as Argo CD would, with all mistakes; and what only shows when one
 * looks at all of them: deployments that nobody reports, and applications that would report into each other.
 */
import { loadApplication } from '../config/load.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import { baseName, joinPath } from '../files/path.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import { render, type RenderRequest, type RenderResult } from '../render.ts';
import { slug } from '../templates/slug.ts';
import { findApplications } from './find.ts';
import { sharedEnvironments, unreportedImages } from './reports.ts';

/** One render that was tried. */
export interface Checked {
  /** Tree path of the application directory. */
  readonly directory: string;
  readonly environment: string | undefined;
  /** Undefined when it failed. */
  readonly result: RenderResult | undefined;
}

/** What validation found. */
export interface Validation {
  readonly checked: readonly Checked[];
  /** Errors and warnings, by application. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What does not depend on the application: the tree, policy and programs. */
export type ValidateRequest = Pick<RenderRequest, 'tree' | 'policy' | 'binaries' | 'kubeVersion' | 'apiVersions'> & {
  /** Used where waybill.yaml gives no namespace; records need one. */
  readonly namespace: string | undefined;
  /** Told before each render. */
  readonly progress: (text: string) => void;
};

class Report {
  readonly checked: Checked[] = [];
  readonly diagnostics: Diagnostic[] = [];
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

/** A lock for an environment that does not exist is read by nobody: a typing mistake, or left over. */
function strayLocks(tree: RenderRequest['tree'], directory: string, environments: readonly string[]): Diagnostic[] {
  const locks = joinPath(directory, 'locks');
  if (environments.length === 0 || tree.kind(locks) !== 'directory') return [];
  return tree
    .list(locks)
    .filter((name) => name.endsWith('.yaml') && !environments.includes(name.slice(0, -'.yaml'.length)))
    .map((name) => ({
      severity: 'error',
      code: 'lock-environment',
      message: `no environment is named ${name.slice(0, -'.yaml'.length)}`,
      location: { file: joinPath(locks, name) },
      help: notFoundHelp('Environments of waybill.yaml', name.slice(0, -'.yaml'.length), environments),
    }));
}

async function validateOne(request: ValidateRequest, directory: string, report: Report): Promise<void> {
  const { tree, namespace } = request;
  const application = await report.attempt(() => loadApplication(tree, directory));
  if (!application) return;
  for (const diagnostic of strayLocks(tree, directory, application.environments)) report.add(diagnostic);
  const environments = application.environments.length === 0 ? [undefined] : application.environments;
  for (const environment of environments) {
    const name = slug(baseName(directory || (tree.directory ?? '')) || 'application');
    request.progress(`${directory || '.'} ${environment ?? ''}`);
    const result = await report.attempt(() =>
      render({
        ...request,
        directory,
        environment,
        app: { name, instance: name, namespace },
        values: {},
        images: [],
        stamp: true,
        warn: (diagnostic) => report.add(diagnostic),
      }),
    );
    const strategies = result?.environment.images.flatMap(({ strategy }) => strategy ?? []) ?? [];
    if (strategies.length > 0) {
      const { checkStrategies } = await import('../strategies/check.ts');
      await report.attempt(() => checkStrategies(strategies));
    }
    report.checked.push({ directory, environment, result });
  }
}

/** Validates every application at and below the directories (tree paths). Failures become diagnostics. */
export async function validate(request: ValidateRequest, directories: readonly string[]): Promise<Validation> {
  const report = new Report();
  const applications = new Set(directories.flatMap((directory) => findApplications(request.tree, directory)));
  for (const directory of applications) await validateOne(request, directory, report);
  for (const diagnostic of [...unreportedImages(report.checked), ...sharedEnvironments(report.checked)]) {
    report.add(diagnostic);
  }
  return report;
}
