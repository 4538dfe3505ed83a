/**
 * A hostile tenant: an author's files and Application, rendered by the plugin command under an operator's policy, in a
 * folder as Argo CD's cmp-server makes one. docs/threat-model.md names the tests that use it.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type FolderContent, writeFolder } from '../tools/folder.ts';
import { type CliResult, runCli } from '../tools/run-cli.ts';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';

/** One attempt. */
export interface Attempt {
  /** Paths from the application's folder; `../` leads to what else is in the repository. */
  readonly files: FolderContent;
  /** The operator's policy below its apiVersion and kind. */
  readonly policy: string;
  /** @default production */
  readonly environment?: string;
  /** Further variables of the plugin command; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly values?: Readonly<Record<string, string>>;
  readonly images?: readonly string[];
}

/** A secret of the sidecar: it must not be in any output. */
const canary = 'canary-4f1d9c';

/** A function that makes attempts. Call at the top of a test file. */
export function hostileTenant(): (attempt: Attempt) => Promise<CliResult & { readonly codes: readonly string[] }> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'waybill-attack-')));
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  let count = 0;
  return async ({ files, policy, environment = 'production', env, values, images }) => {
    count += 1;
    const work = join(base, String(count));
    const cwd = join(work, '_cmp_server', 'x', 'app');
    mkdirSync(cwd, { recursive: true });
    writeFolder(cwd, files);
    const file = join(work, 'policy.yaml');
    writeFileSync(file, `apiVersion: waybill.dev/v1\nkind: Policy\n${policy}\n`);
    const parameters = [
      { name: 'environment', string: environment },
      ...(values === undefined ? [] : [{ name: 'values', map: values }]),
      ...(images === undefined ? [] : [{ name: 'images', array: images }]),
    ];
    const result = await runCli(['plugin', 'generate'], {
      cwd,
      env: {
        PATH: process.env['PATH'],
        HOME: work,
        ARGOCD_CMP_WORKDIR: work,
        ARGOCD_APP_NAME: 'shop',
        ARGOCD_APP_NAMESPACE: 'shop',
        ARGOCD_APP_PROJECT_NAME: 'team-a',
        ARGOCD_APP_PARAMETERS: JSON.stringify(parameters),
        KUBE_VERSION: '1.33.0',
        KUBE_API_VERSIONS: 'v1',
        WAYBILL_POLICY: file,
        WAYBILL_HELM: await helm4Binary(),
        WAYBILL_KUSTOMIZE: await kustomizeBinary(),
        OPERATOR_TOKEN: canary,
        ...env,
      },
    });
    const codes = [...result.stderr.matchAll(/^(?:\S[^\n]*?)?(?:error|warning)\[([a-z-]+)\]/gmu)].map(
      (match) => match[1] ?? '',
    );
    return { ...result, codes };
  };
}

/** waybill.yaml with environments development and production, and more keys. */
export function waybill(more = ''): string {
  return `apiVersion: waybill.dev/v1\nkind: Waybill\nenvironments: { development: {}, production: {} }\n${more}`;
}

/** A lock of production for ghcr.io/acme/web, whose source is this repository. */
export function lockOf(repository: string, environment = 'production'): string {
  return `apiVersion: waybill.dev/v1
kind: ImageLock
environment: ${environment}
images:
  - name: ghcr.io/acme/web
    digest: sha256:${'a'.repeat(64)}
    source: { repository: ${JSON.stringify(repository)}, commit: ${'a1'.repeat(20)} }
`;
}

/** A Deployment that runs ghcr.io/acme/web:1. */
export const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { a: b } }
  template:
    metadata: { labels: { a: b } }
    spec: { containers: [{ name: main, image: "ghcr.io/acme/web:1" }] }
`;
