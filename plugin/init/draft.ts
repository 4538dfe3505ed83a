/**
 * The text of a first waybill.yaml: what was found, and as comments what its author will want next.
 */
import { parseReference } from '../references/reference.ts';
import type { ProposedImage } from './images.ts';
import type { Layout, LayoutEnvironment } from './layout.ts';
import type { ProposedNamespace } from './namespaces.ts';
import type { ProposedRecord } from './native.ts';

/** The value by which an environment names its folder or file where its own name does not. */
const FOLDER = 'folder';

/** A scalar as YAML writes it: in quotes unless it is plainly a word or a path. */
function scalar(text: string): string {
  return /^(?:(?:https:\/\/)?[a-z][\w./-]*|\.)$/iu.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/iu.test(text)
    ? text
    : JSON.stringify(text);
}

/** Whether every folder or file is named as its environment. */
function isPlain({ environments }: Layout): boolean {
  return environments.every(({ name, raw }) => name === raw);
}

function expand(pattern: string, layout: Layout): string {
  return pattern.replace('*', isPlain(layout) ? '{{ environment }}' : `{{ values.${FOLDER} }}`);
}

function sourceLines(layout: Layout, isNative: boolean): string[] {
  const { source } = layout;
  // Argo CD reads one level of a directory, unless the Application says otherwise.
  const recurse = source.kind === 'manifests' ? (source.recurse ?? (isNative ? false : undefined)) : undefined;
  if (source.kind === 'manifests' && recurse !== undefined) {
    const path = scalar(expand(source.path, layout));
    return [`  manifests: { path: ${path}, recurse: ${recurse} }${recurse ? '' : ' # not its subfolders'}`];
  }
  if (source.kind !== 'helm') return [`  ${source.kind}: ${scalar(expand(source.path, layout))}`];
  const files = source.valueFiles.map((file) => scalar(expand(file, layout))).join(', ');
  return [
    '  helm:',
    `    chart: ${scalar(source.chart)}`,
    ...(source.releaseName === undefined ? [] : [`    releaseName: ${scalar(source.releaseName)}`]),
    ...(files === '' ? [] : [`    valueFiles: [${files}]`]),
  ];
}

/** Where the code of an image on a provider's own registry lies: it is named like the repository. */
function repositoryOf(image: string): string | undefined {
  const name = parseReference(image)?.name ?? '';
  const [, host, path] = /^(ghcr\.io|registry\.gitlab\.com)\/([^/]+\/[^/]+)/u.exec(name) ?? [];
  if (host === undefined || path === undefined) return undefined;
  return `https://${host === 'ghcr.io' ? 'github.com' : 'gitlab.com'}/${path}`;
}

function imageLines(images: readonly ProposedImage[]): string[] {
  if (images.length === 0) return [];
  return [
    'images:',
    ...images.flatMap(({ name, ownership, sourceRepository }) => {
      const known = sourceRepository ?? repositoryOf(name);
      const entry = `  - name: ${scalar(name)}`;
      if (sourceRepository !== undefined) return [entry, `    sourceRepository: ${scalar(sourceRepository)}`];
      if (ownership === 'third-party') return [entry, '    thirdParty: true'];
      return [
        entry,
        `    # sourceRepository: ${known ?? 'https://github.com/OWNER/REPOSITORY'}   # with it, every deployment is reported to the commit that the lock names`,
        ...(ownership === 'own' ? [] : ['    # thirdParty: true   # in its place, for an image that others build']),
      ];
    }),
  ];
}

/** How an environment is reported where its folder has another name that a record can carry. */
function reportAs({ name, raw }: LayoutEnvironment): string | undefined {
  const reported = raw.toLowerCase();
  return reported !== name && /^[a-z0-9](?:[a-z0-9._/-]*[a-z0-9])?$/u.test(reported) ? reported : undefined;
}

/** What an environment has besides its name: flow entries, in order. */
function environmentLine(
  environment: LayoutEnvironment,
  namespace: string | undefined,
  application: string | undefined,
): string {
  const { name, raw } = environment;
  const reported = reportAs(environment);
  const values = [
    ...(raw === name ? [] : [`${FOLDER}: ${scalar(raw)}`]),
    ...(namespace === undefined ? [] : [`namespace: ${scalar(namespace)}`]),
    ...(application === undefined ? [] : [`application: ${scalar(application)}`]),
  ];
  const parts = [
    ...(reported === undefined ? [] : [`reportAs: ${scalar(reported)}`]),
    ...(values.length === 0 ? [] : [`values: { ${values.join(', ')} }`]),
  ];
  return `  ${scalar(name)}: ${parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`}`;
}

function environmentLines(layout: Layout, { values }: ProposedNamespace, record: ProposedRecord | undefined): string[] {
  const { environments } = layout;
  if (environments.length === 0) {
    return [
      '# environments:                     # named variants, each with its lock in locks/<environment>.yaml',
      '#   production:',
      '#     overlays:',
      '#       - target: { kind: Deployment }',
      '#         merge:',
      '#           spec: { replicas: 3 }',
    ];
  }
  return [
    ...(isPlain(layout)
      ? []
      : [`values: { ${FOLDER}: "{{ environment }}" }   # the environment's folder or file, where it has another name`]),
    'environments:',
    ...environments.map((one) => environmentLine(one, values.get(one.name), record?.values.get(one.name))),
  ];
}

function recordLines(layout: Layout, record: ProposedRecord | undefined): string[] {
  if (record === undefined) return [];
  const { file, application, guessed } = record;
  const doubt = guessed.length === 0 ? '' : "   # must be the name of Argo CD's Application";
  return [
    '  native: true   # Argo CD renders it as before, without the sidecar',
    'record:',
    `  file: ${scalar(expand(file, layout))}`,
    `  application: ${scalar(application)}${doubt}`,
  ];
}

/** Argo CD applies every YAML file of a directory of plain manifests that does not have these words in it. */
export const skipLine =
  '# +argocd:skip-file-rendering: this file is for Waybill, and no manifest for Argo CD to apply.\n';

/** What the file says besides the layout. */
export interface Contents {
  readonly images: readonly ProposedImage[];
  readonly namespace: ProposedNamespace;
  /** Names of the Applications that deploy the directory, for a comment. */
  readonly applications: readonly string[];
  /** Whether Argo CD reads waybill.yaml with the manifests of its directory. */
  readonly isAmongManifests: boolean;
  /** Undefined where the sidecar is to render. */
  readonly record: ProposedRecord | undefined;
}

/** Nothing but the layout: what is rendered first. */
export const emptyContents: Contents = {
  images: [],
  namespace: { namespace: undefined, values: new Map() },
  applications: [],
  isAmongManifests: false,
  record: undefined,
};

/** The file's text. */
export function draft(layout: Layout, contents: Contents): string {
  const { images, namespace, applications, isAmongManifests, record } = contents;
  const text = [
    ...(applications.length === 0 ? [] : [`# Deployed by the Argo CD Applications ${applications.join(', ')}.`]),
    'apiVersion: waybill.dev/v1',
    'kind: Waybill',
    'source:',
    ...sourceLines(layout, record !== undefined),
    ...recordLines(layout, record),
    ...imageLines(images),
    ...environmentLines(layout, namespace, record),
    namespace.namespace === undefined
      ? "# namespace: NAMESPACE                # for resources that name none, and for the record; Argo CD gives the destination's"
      : `namespace: ${scalar(namespace.namespace)}`,
    '',
  ].join('\n');
  return isAmongManifests ? skipLine + text : text;
}
