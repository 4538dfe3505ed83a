/**
 * The text of a first waybill.yaml: what was found, and as comments what its author will want next.
 */
import { parseReference } from '../references/reference.ts';
import type { Layout } from './layout.ts';

/** A scalar as YAML writes it: in quotes unless it is plainly a word or a path. */
function scalar(text: string): string {
  return /^[a-z.][\w./-]*$/iu.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/iu.test(text)
    ? text
    : JSON.stringify(text);
}

function sourceLines({ source }: Layout): string[] {
  if (source.kind !== 'helm') return [`  ${source.kind}: ${scalar(source.path)}`];
  const files = source.valueFiles.map(scalar).join(', ');
  return ['  helm:', `    chart: ${scalar(source.chart)}`, ...(files === '' ? [] : [`    valueFiles: [${files}]`])];
}

/** Where the code of an image on a provider's own registry lies: it is named like the repository. */
function sourceRepository(image: string): string | undefined {
  const name = parseReference(image)?.name ?? '';
  const [, host, path] = /^(ghcr\.io|registry\.gitlab\.com)\/([^/]+\/[^/]+)/u.exec(name) ?? [];
  if (host === undefined || path === undefined) return undefined;
  return `https://${host === 'ghcr.io' ? 'github.com' : 'gitlab.com'}/${path}`;
}

function imageLines(images: readonly string[]): string[] {
  if (images.length === 0) return [];
  return [
    'images:',
    ...images.flatMap((name) => [
      `  - name: ${scalar(name)}`,
      `    # sourceRepository: ${sourceRepository(name) ?? 'https://github.com/OWNER/REPOSITORY'}   # with it, every deployment is reported to the commit that the lock names`,
    ]),
  ];
}

function environmentLines({ environments }: Layout): string[] {
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
  return ['environments:', ...environments.map((name) => `  ${scalar(name)}: {}`)];
}

/** The file's text. `images` are names without tag and digest. */
export function draft(layout: Layout, images: readonly string[]): string {
  return [
    'apiVersion: waybill.dev/v1',
    'kind: Waybill',
    'source:',
    ...sourceLines(layout),
    ...imageLines(images),
    ...environmentLines(layout),
    "# namespace: NAMESPACE                # for resources that name none, and for the record; Argo CD gives the destination's",
    '',
  ].join('\n');
}
