/**
 * The options that say what to render, the same for every command that renders, and the RenderRequest they make.
 */
import { basename } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { applicationAbove, isApplication } from '../../applications/marks.ts';
import { createDirectoryTree } from '../../files/directory.ts';
import { loadPolicy } from '../../policy/load.ts';
import { fileLimits } from '../../policy/policy.ts';
import { parseOverride } from '../../references/override.ts';
import type { RenderRequest } from '../../render.ts';
import { slug } from '../../templates/slug.ts';
import { collect, UsageError } from '../command.ts';
import type { Session } from '../session.ts';
import { placeOf, readSourceOf } from './application-location.ts';

/** Values of the options below. */
export interface RenderOptions {
  readonly environment?: string | undefined;
  readonly app?: string | undefined;
  readonly namespace?: string | undefined;
  readonly project?: string | undefined;
  readonly root?: string | undefined;
  readonly image?: readonly string[];
  readonly value?: readonly string[];
  readonly preview?: readonly string[];
  readonly kubeVersion?: string | undefined;
  readonly apiVersions?: readonly string[];
}

/** One option each, for `addOption`. */
export const renderOptions = {
  environment: () => new Option('-e, --environment <env>', 'the environment of waybill.yaml'),
  app: () => new Option('--app <name>', "the application's name (default: the directory's)"),
  namespace: () => new Option('--namespace <namespace>', "the namespace of the Application's destination"),
  project: () => new Option('--project <project>', "the application's AppProject"),
  root: () => new Option('--root <dir>', 'never read outside this folder (default: the git repository)'),
  image: () =>
    new Option('--image <name=reference>', "use this image instead of the lock's (repeatable)")
      .argParser(collect)
      .default([]),
  value: () =>
    new Option('--value <name=value>', 'a value for the templates of waybill.yaml (repeatable)')
      .argParser(collect)
      .default([]),
  preview: () =>
    new Option('--preview <name=value>', 'number, branch or commit of the pull request to preview (repeatable)')
      .argParser(collect)
      .default([]),
  kubeVersion: () => new Option('--kube-version <version>', "the cluster's Kubernetes version, for helm charts"),
  apiVersions: () =>
    new Option(
      '--api-versions <versions>',
      "the cluster's API versions, for helm charts (repeatable, or separated by commas)",
    )
      .argParser(collect)
      .default([]),
};

/** `k=v` pairs of an option as a record. */
export function pairs(texts: readonly string[], option = '--value'): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at <= 0) throw new UsageError(`${option} ${text}: expected NAME=VALUE`);
    const [name, value] = [text.slice(0, at), text.slice(at + 1)];
    const before = found.get(name);
    if (before !== undefined && before !== value)
      throw new UsageError(`${option} ${text}: ${name} is given twice, first as ${JSON.stringify(before)}`);
    found.set(name, value);
  }
  return Object.fromEntries(found);
}

/**
 * The request for the application in the directory that was typed. Points the session's excerpts at its files.
 * @throws Failure for a directory that does not exist or an image override that is malformed; UsageError
 */
export function renderRequest(
  session: Session,
  typed: string,
  options: RenderOptions,
  withStamp: boolean,
): RenderRequest {
  const { root, directory } = placeOf(session, typed, options.root);
  const policy = loadPolicy(session.env, 'cli');
  const tree = createDirectoryTree(root, fileLimits(policy));
  session.readSource = readSourceOf(tree);
  const above = isApplication(tree, directory) ? undefined : applicationAbove(tree, directory);
  if (above !== undefined)
    session.note(
      `${directory} has no waybill.yaml: taken by itself, although it is inside the application ${above || '.'}`,
    );
  // Argo CD's Applications have names like this, too.
  const name = options.app ?? slug(basename(session.path(typed)) || 'application');
  return {
    tree,
    directory,
    environment: options.environment,
    app: { name, instance: name, namespace: options.namespace, project: options.project },
    values: pairs(options.value ?? []),
    preview: options.preview?.length ? pairs(options.preview, '--preview') : undefined,
    images: (options.image ?? []).map((text) => parseOverride(text, '--image')),
    kubeVersion: options.kubeVersion,
    apiVersions: (options.apiVersions ?? []).flatMap((text) => text.split(',')),
    stamp: withStamp,
    policy,
    binaries: { env: session.env },
    warn: session.warn,
  };
}
