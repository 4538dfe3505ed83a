/**
 * The parts of waybill.yaml that are plain fields, templates expanded: image paths, namespace, reportAs and
 * additional resources.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import type { Application } from './application.ts';
import type { EventHooks, ImagePath, PathEntry, PullRequest } from './environment.ts';
import type { Expander } from './expander.ts';
import { environmentOf } from './inheritance.ts';
import { filesOf, pathEntry } from './paths.ts';

/** `imagePaths`. Failures `template-…`. */
export function resolveImagePaths(application: Application, expander: Expander): ImagePath[] {
  const { document, config } = application;
  return attemptAll(config.imagePaths ?? [], (entry, index) => {
    const at = ['imagePaths', index];
    const text = (key: string, written: string): string => expander.text(document, [...at, key], written);
    return {
      ...(entry.group === undefined ? {} : { group: text('group', entry.group) }),
      ...(entry.version === undefined ? {} : { version: text('version', entry.version) }),
      kind: text('kind', entry.kind),
      path: text('path', entry.path),
      get location() {
        return document.locate([...at, 'path']);
      },
    };
  });
}

/** `events`, or undefined. Failures `template-…`. */
export function resolveEvents(application: Application, expander: Expander): EventHooks | undefined {
  const { document, config } = application;
  if (config.events === undefined) return undefined;
  const text = (key: string, written: string): string => expander.text(document, ['events', key], written);
  const { repository, branch = 'main', image, secret } = config.events;
  return {
    repository: text('repository', repository),
    branch: text('branch', branch),
    image: text('image', image),
    secret: text('secret', secret),
    get location() {
      return document.locate(['events', 'image']);
    },
  };
}

/** `namespace`, or undefined. Failure `config-invalid` for what Kubernetes would refuse. */
export function resolveNamespace(application: Application, expander: Expander): string | undefined {
  const { document, config } = application;
  if (config.namespace === undefined) return undefined;
  const namespace = expander.text(document, ['namespace'], config.namespace);
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/u.test(namespace)) return namespace;
  throw failure('config-invalid', `${JSON.stringify(namespace)} cannot be the name of a namespace`, {
    location: document.locate(['namespace']),
    help: ['It has lower-case letters, digits and hyphens, at most 63 (RFC 1123).'],
  });
}

/** The environment's name at GitHub, `preview/NUMBER` for a pull request; undefined where there is no environment. */
export function resolveReportAs(
  application: Application,
  environment: string | undefined,
  expander: Expander,
  pullRequest?: PullRequest,
): string | undefined {
  if (environment === undefined) return undefined;
  const written = environmentOf(application, environment).reportAs;
  const path = ['environments', environment, 'reportAs'];
  const unwritten = pullRequest ? `preview/${pullRequest.number}` : environment;
  const name = written === undefined ? unwritten : expander.text(application.document, path, written);
  if (name.trim() !== '') return name;
  throw failure('config-invalid', `reportAs of environment ${environment} is empty`, {
    location: application.document.locate(path),
  });
}

/** The additional manifests of the environments `names` (ancestors first), globs expanded, each file once. */
export function resolveResources(application: Application, names: readonly string[], expander: Expander): PathEntry[] {
  const written = names.flatMap((name) =>
    (environmentOf(application, name).resources ?? []).map((text, index) => ({
      text,
      path: ['environments', name, 'resources', index],
    })),
  );
  const found = attemptAll(written, ({ text, path }) => {
    const entry = pathEntry(application, expander, path, text);
    return filesOf(application, entry).map((file): [string, PathEntry] => [
      file,
      {
        path: file,
        get location() {
          return entry.location;
        },
      },
    ]);
  });
  // The first mention of a file counts.
  return [...new Map(found.flat().toReversed()).values()].toReversed();
}
