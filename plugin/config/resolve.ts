/**
 * From waybill.yaml to one environment: inheritance, values, templates, files.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { attemptAll, Failure } from '../diagnostics/failure.ts';
import type { Entry, Scope } from '../templates/scope.ts';
import type { AppContext, Application, ResolveContext } from './application.ts';
import { checkEnvironment } from './choose.ts';
import type { DeclaredImage, Environment, PullRequest, Scalar, StampOptions } from './environment.ts';
import { Expander } from './expander.ts';
import { resolveEvents, resolveImagePaths, resolveNamespace, resolveReportAs, resolveResources } from './fields.ts';
import { resolveImages } from './images.ts';
import { lineage } from './inheritance.ts';
import { resolveApp, resolveNative } from './native.ts';
import { resolveOverlays } from './overlays.ts';
import { previewDomain, previewEntries, pullRequestOf, resolvePreview } from './preview.ts';
import { referencedFiles } from './references.ts';
import { resolveSource } from './source.ts';
import { Values } from './values.ts';

function entry(value: string | undefined, unset: string): Entry {
  return { value: () => value, unset };
}

function entriesOf(environment: string | undefined, app: AppContext): [string, Entry][] {
  return [
    ['environment', entry(environment, 'No environment was chosen: give one with -e.')],
    ['app.name', entry(app.name, 'Give it with --app.')],
    ['app.instance', entry(app.instance, 'Give it with --app.')],
    ['app.namespace', entry(app.namespace, 'Give it with --namespace.')],
    ['app.project', entry(app.project, 'Give it with --project.')],
  ];
}

function once<Result>(work: () => Result): () => Result {
  let made: { result: Result } | undefined;
  return () => (made ??= { result: work() }).result;
}

/** The values of an environment, and all else that templates may name. */
function valuesOf(
  application: Application,
  environment: string | undefined,
  { app, values }: ResolveContext,
  pullRequest?: PullRequest,
): Values {
  const names = lineage(application, environment);
  const domain = once(() => previewDomain(application, names, new Expander(made.scope)));
  const base = new Map([...entriesOf(environment, app), ...previewEntries(application, names, pullRequest, domain)]);
  const made: Values = new Values(application, names, values, base);
  return made;
}

/** All values, resolved. One that depends on a value nobody gave is left out: only using it is a mistake. */
function allValues(values: Values): ReadonlyMap<string, Scalar> {
  const found = new Map<string, Scalar>();
  attemptAll(values.names, (name) => {
    try {
      const value = values.get(name);
      if (value !== undefined && value !== null) found.set(name, value);
    } catch (error) {
      if (!(error instanceof Failure) || error.diagnostics.some(({ code }) => code !== 'template-unset')) throw error;
    }
  });
  return found;
}

/** The same mistake is met by everything that uses it: it is told once. */
function distinct(failures: Failure): Failure {
  const seen = new Set<Diagnostic>();
  for (const diagnostic of failures.diagnostics) seen.add(diagnostic);
  return new Failure([...seen]);
}

const STAMP: StampOptions = { resources: 'workloads', podTemplates: false, record: true };

/**
 * What waybill.yaml says about `environment`; undefined is right only where there are none. Failures of every
 * independent mistake together: `environment-…`, `template-…`, `value-…`, `preview-parameter`, `path-escapes`,
 * `file-missing`, `glob-no-match`, `config-invalid`.
 */
export function resolveEnvironment(
  application: Application,
  environment: string | undefined,
  context: ResolveContext,
): Environment {
  checkEnvironment(application, environment);
  const names = lineage(application, environment);
  const pullRequest = pullRequestOf(application, names, context.preview);
  const given = valuesOf(application, environment, context, pullRequest);
  const app = resolveApp(application, context.app, new Expander(given.scope));
  const values = app === context.app ? given : valuesOf(application, environment, { ...context, app }, pullRequest);
  const expander = new Expander(values.scope);
  const scopeOf = (other: string | undefined): Scope =>
    other === environment ? values.scope : valuesOf(application, other, { app, values: {} }).scope;
  const parts = {
    values: once(() => allValues(values)),
    source: once(() => resolveSource(application, expander)),
    native: once(() => resolveNative(application, expander)),
    namespace: once(() => resolveNamespace(application, expander)),
    reportAs: once(() => resolveReportAs(application, environment, expander, pullRequest)),
    images: once(() => resolveImages(application, names, expander)),
    imagePaths: once(() => resolveImagePaths(application, expander)),
    resources: once(() => resolveResources(application, names, expander)),
    events: once(() => resolveEvents(application, expander)),
    overlays: once(() => resolveOverlays(application, names, expander)),
  };
  try {
    attemptAll(Object.values(parts), (work: () => unknown) => work());
  } catch (error) {
    throw error instanceof Failure ? distinct(error) : error;
  }
  const referenced = once(() => referencedFiles(application, scopeOf));
  const preview = resolvePreview(application, names, pullRequest, parts.images(), {
    expander,
    namespace: parts.namespace() ?? app.namespace,
    expanderOf: (other) => new Expander(scopeOf(other)),
  });
  return {
    name: environment,
    reportAs: parts.reportAs(),
    app,
    source: parts.source(),
    native: parts.native(),
    namespace: parts.namespace(),
    values: parts.values(),
    images: parts.images(),
    preview,
    imagePaths: parts.imagePaths(),
    resources: parts.resources(),
    overlays: parts.overlays(),
    stamp: { ...STAMP, ...application.config.stamp },
    events: parts.events(),
    allowEmpty: application.config.allowEmpty ?? false,
    // Only a plain source asks.
    get referencedFiles() {
      return referenced();
    },
  };
}

function expanderOf(
  application: Application,
  environment: string | undefined,
  context: ResolveContext,
): { readonly names: readonly string[]; readonly expander: Expander } {
  checkEnvironment(application, environment);
  const names = lineage(application, environment);
  const values = valuesOf(application, environment, context);
  return { names, expander: new Expander(values.scope) };
}

/**
 * `images` of an environment and nothing else: for commands that ask registries, which need not know whether the rest
 * could be rendered. Failures `environment-…`, `template-…`, `value-…`, `config-invalid`.
 */
export function resolveEnvironmentImages(
  application: Application,
  environment: string | undefined,
  context: ResolveContext,
): readonly DeclaredImage[] {
  const { names, expander } = expanderOf(application, environment, context);
  return resolveImages(application, names, expander);
}

/** The name of the Application and nothing else: a native source says it. Failures as {@link resolveEnvironmentImages}. */
export function resolveApplicationName(application: Application, environment: string, context: ResolveContext): string {
  const { expander } = expanderOf(application, environment, context);
  return resolveApp(application, context.app, expander).name;
}

/** The environment's name at GitHub (`reportAs`) and nothing else. Failures as {@link resolveEnvironmentImages}. */
export function resolveReportedName(application: Application, environment: string, context: ResolveContext): string {
  const { expander } = expanderOf(application, environment, context);
  return resolveReportAs(application, environment, expander) ?? environment;
}
