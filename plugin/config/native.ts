/**
 * Native sources: Argo CD renders them itself, without the sidecar. What of waybill.yaml only the sidecar can do would
 * have no effect there, and is refused; what is left says where the images and the record are written.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import type { Path } from '../resources/pointer.ts';
import type { Config, ConfigSource } from '../schemas/config.generated.ts';
import type { AppContext, Application } from './application.ts';
import type { NativeRendering } from './environment.ts';
import type { Expander } from './expander.ts';
import { pathEntry } from './paths.ts';

/** `source` as a mapping; nothing when the directory's files decide. */
export function sourceMapping(config: Config): Exclude<ConfigSource, string> | undefined {
  return typeof config.source === 'string' ? undefined : config.source;
}

/** Whether waybill.yaml says that Argo CD renders the source itself. */
export function isNative({ source }: Config): boolean {
  if (source === undefined) return false;
  return typeof source === 'string' || source.native === true || source.external !== undefined;
}

/** What only the sidecar does, as far as waybill.yaml asks for it: the paths of the keys. */
function withoutEffect({ config, environments }: Application): Path[] {
  const keys: Path[] = [];
  if (config.overlays) keys.push(['overlays']);
  if (config.events) keys.push(['events']);
  for (const name of environments) {
    for (const key of ['overlays', 'resources', 'preview'] as const)
      if (config.environments?.[name]?.[key]) keys.push(['environments', name, key]);
  }
  for (const key of ['resources', 'podTemplates'] as const)
    if (config.stamp?.[key] !== undefined) keys.push(['stamp', key]);
  return keys;
}

/**
 * Passes when the keys of waybill.yaml fit together: without a native source there is no `record`, and with one nothing
 * that only the sidecar does.
 * @throws Failure `config-invalid`, all at once
 */
export function checkNative(application: Application): void {
  const { config, document } = application;
  const mapping = sourceMapping(config);
  if (mapping?.external !== undefined && mapping.native === false) {
    throw failure('config-invalid', 'source.native is false, and an external source is always native', {
      location: document.locate(['source', 'native']),
      help: ['Remove native: false.'],
    });
  }
  if (!isNative(config)) {
    if (config.record === undefined) return;
    throw failure('config-invalid', 'record has no effect: the sidecar adds the record itself', {
      location: document.locate(['record'], 'key'),
      help: [
        'Remove it, or write source: native (or source.native: true) if Argo CD renders this without the sidecar.',
      ],
    });
  }
  const problems = withoutEffect(application).map((path) => ({
    path,
    message: `${path.join('.')} has no effect: Argo CD renders this source itself, without the sidecar`,
    help: 'Remove it, or use the sidecar: remove source.native (or source: native) and record.',
  }));
  if (Array.isArray(mapping?.manifests)) {
    problems.push({
      path: ['source', 'manifests'],
      message: 'Argo CD reads no list of files: a native source of manifests is a directory',
      help: 'Write manifests: { path: DIRECTORY, include: GLOB }, as the Application does in source.directory.',
    });
  }
  attemptAll(problems, ({ path, message, help }) => {
    throw failure('config-invalid', message, { location: document.locate(path, 'key'), help: [help] });
  });
}

/** Argo CD's Applications have names of Kubernetes objects. */
export function isApplicationName(name: string): boolean {
  return /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/u.test(name);
}

/** The name that Argo CD's Application has. For a native source waybill.yaml says it: nobody else can. Failures `template-…`. */
export function resolveApp(application: Application, app: AppContext, expander: Expander): AppContext {
  const { config, document } = application;
  if (typeof config.record !== 'object' || config.record.application === undefined) return app;
  const path = ['record', 'application'];
  const name = expander.text(document, path, config.record.application);
  if (isApplicationName(name)) return { ...app, name, instance: name };
  throw failure('config-invalid', `${JSON.stringify(name)} cannot be the name of an Application`, {
    location: document.locate(path),
    help: ['It has lower-case letters, digits, hyphens and dots, at most 253 (RFC 1123).'],
  });
}

/** What is written natively; undefined when the sidecar renders. Failures `template-…`, `path-escapes`. */
export function resolveNative(application: Application, expander: Expander): NativeRendering | undefined {
  const { config } = application;
  if (!isNative(config)) return undefined;
  const { record } = config;
  if (record === undefined) return { record: undefined };
  return {
    record:
      typeof record === 'string'
        ? pathEntry(application, expander, ['record'], record)
        : pathEntry(application, expander, ['record', 'file'], record.file),
  };
}
