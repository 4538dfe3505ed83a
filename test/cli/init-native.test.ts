/**
 * `waybill init --native`: from a repository that Argo CD renders today to the first record in two commands, with nothing
 * edited in between; with the real kustomize, helm and git.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { writeFolder } from '../tools/folder.ts';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();
const env = async () => ({
  ...repositories.env,
  WAYBILL_HELM: await helm4Binary(),
  WAYBILL_KUSTOMIZE: await kustomizeBinary(),
});
const COMMIT = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';

const deployment = (image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: main, image: "${image}" }] } } }\n`;
const application = (name: string, path: string, more = ''): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: ${name}, namespace: argocd }\nspec:\n  project: default\n  destination: { namespace: shop }\n  source:\n    repoURL: https://github.com/acme/deployments\n    path: ${path}\n${more}`;
const values = (name: string): string => `    helm: { valueFiles: [values-${name}.yaml] }\n`;

const content = {
  'kustomized/base/kustomization.yaml': 'resources: [a.yaml]\n',
  'kustomized/base/a.yaml': deployment('ghcr.io/acme/web:1'),
  'kustomized/overlays/staging/kustomization.yaml': 'resources: [../../base]\n',
  'kustomized/overlays/Prod_EU/kustomization.yaml': 'resources: [../../base]\n',
  'charted/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
  'charted/values.yaml': 'image: { repository: ghcr.io/acme/web, tag: "1" }\n',
  'charted/values-staging.yaml': 'image: { tag: "2" }\n',
  'charted/templates/a.yaml': deployment('{{ .Values.image.repository }}:{{ .Values.image.tag }}'),
  'folders/staging/a.yaml': deployment('ghcr.io/acme/web:1'),
  'folders/production/a.yaml': deployment('ghcr.io/acme/web:1'),
  'flat/a.yaml': deployment('ghcr.io/acme/web:1'),
  'prefixed/overlays/staging/kustomization.yaml': 'namePrefix: x-\nresources: [a.yaml]\n',
  'prefixed/overlays/staging/a.yaml': deployment('ghcr.io/acme/web:1'),
  'argocd/all.yaml': [
    application('kustomized-staging', 'kustomized/overlays/staging'),
    application('eu', 'kustomized/overlays/Prod_EU'),
    application('charted-staging', 'charted', values('staging')),
    application('folders-staging', 'folders/staging'),
    application('folders-production', 'folders/production'),
    application('flat', 'flat'),
  ].join('---\n'),
};

describe('waybill init --all --native --push', () => {
  it('says without git what to leave out', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'waybill-no-git-'));
    writeFolder(cwd, { 'flat/a.yaml': deployment('ghcr.io/acme/web:1') });
    const failed = await runCli(['init', '--all', '--native', '--push'], { cwd, env: await env() });
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toContain('error[git-repository]');
    expect(failed.stderr).toContain('To write the files without a commit, leave out --push.');
    expect(readdirSync(join(cwd, 'flat'))).toEqual(['a.yaml']);
    rmSync(cwd, { recursive: true });
  });

  it('describes every layout, pushes it, and the next command of CI writes the record', async () => {
    const bare = repositories.bare('native', content);
    const cwd = repositories.clone(bare);
    const { code, stderr } = await runCli(['init', '--all', '--native', '--push'], { cwd, env: await env() });
    expect({ code, stderr: stderr.split('\n').filter((line) => !/written: ghcr/u.test(line)) }).toEqual({
      code: 0,
      stderr: [
        'charted/waybill.yaml is written: staging (1 object), each equal to what Argo CD renders today',
        'flat/waybill.yaml is written: production (1 object), each equal to what Argo CD renders today',
        'folders/waybill.yaml is written: staging (1 object), production (1 object), each equal to what Argo CD renders today',
        'kustomized/waybill.yaml is written: staging (1 object), prod-eu (kustomized/overlays/Prod_EU: 1 object), each equal to what Argo CD renders today',
        'prefixed/waybill.yaml is written: staging (1 object), each equal to what Argo CD renders today',
        expect.stringMatching(/^pushed [0-9a-f]{12} to origin\/main$/u),
        'the files of flat name no environment: it is production (--environment NAME for another)',
        "no Application in the repository deploys all of prefixed: check that record.application in waybill.yaml is the name that Argo CD's Application has",
        '5 applications, 7 renders; 7 objects of 7 equal to what Argo CD renders today, no pod restarts',
        'Next: waybill validate .',
        '',
      ],
    });
    expect(repositories.git(bare, 'log', '-1', '--format=%s', 'main')).toBe('Describe 5 applications for Waybill');
    expect(repositories.git(cwd, 'status', '--porcelain')).toBe('');
    expect(readFileSync(join(cwd, 'kustomized/waybill.yaml'), 'utf8')).toContain(
      `source:
  kustomize: "overlays/{{ values.folder }}"
  native: true   # Argo CD renders it as before, without the sidecar
record:
  file: "overlays/{{ values.folder }}/waybill-record.yaml"
  application: "{{ values.application }}"
`,
    );
    expect(await runCli(['validate'], { cwd, env: await env() })).toMatchObject({ code: 0 });

    for (const [directory, environment, file, name] of [
      ['kustomized', 'prod-eu', 'overlays/Prod_EU/waybill-record.yaml', 'prod.1eu.eu'],
      ['charted', 'staging', 'templates/waybill-record-staging.yaml', 'staging.charted-staging'],
      ['folders', 'staging', 'staging/waybill-record.yaml', 'staging.folders-staging'],
      ['flat', 'production', 'waybill-record.yaml', 'production.flat'],
      ['prefixed', 'staging', 'records/staging.yaml', 'staging.prefixed-staging'],
    ] as const) {
      const set = ['images', 'set', 'ghcr.io/acme/web=:3', '-e', environment, '-C', directory, '--push'];
      const facts = ['--source-repository', 'https://github.com/acme/web', '--source-commit', COMMIT];
      expect(await runCli([...set, ...facts], { cwd, env: await env() })).toMatchObject({ code: 0 });
      expect(repositories.git(bare, 'show', `main:${directory}/${file}`)).toContain(
        `name: waybill.acme.web.${name}.${COMMIT}`,
      );
    }
    repositories.git(cwd, 'pull', '-q');
    expect(await runCli(['validate'], { cwd, env: await env() })).toMatchObject({ code: 0 });
  });
});

describe('waybill init --native', () => {
  it('refuses what a record could not speak of, and names that no environment has', async () => {
    const cwd = createRepository({
      'web/a.yaml': deployment('ghcr.io/acme/web:1'),
      'argocd/a.yaml': application('web', 'web', '    kustomize: { images: ["ghcr.io/acme/web:7"] }\n'),
    });
    const refused = await runCli(['init', 'web', '--native'], { cwd, env: await env() });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(
      'Move kustomize.images into the directory first: a record describes the rendered files.',
    );
    for (const args of [
      ['--environment', 'Prod EU'],
      ['--print', '--push'],
    ])
      expect((await runCli(['init', 'web', ...args], { cwd, env: await env() })).code).toBe(2);
  });

  it('prints what it would write, and writes no file that is there', async () => {
    const cwd = createRepository({ 'a.yaml': deployment('ghcr.io/acme/web:1') });
    const { stdout } = await runCli(['init', '--native', '--environment', 'live', '--print'], {
      cwd,
      env: await env(),
    });
    expect(stdout).toContain('  manifests: { path: ., recurse: false } # not its subfolders\n  native: true');
    expect(stdout).toContain('environments:\n  live: {}\n');
    expect(stdout).toContain("   # must be the name of Argo CD's Application\n");
  });
});
