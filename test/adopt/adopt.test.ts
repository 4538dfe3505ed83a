/**
 * `waybill adopt` after `waybill init --all`: what it writes is read by what reads it in real life (kustomize, the
 * notifications of Waybill, its policy, actionlint, Argo CD's own merge patch), and can be taken back.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { equals, isObject, type Json } from '../../plugin/resources/json.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { ask, textAt } from '../handback/oracle.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { kustomizeBinary } from '../tools/renderers.mjs';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();
const env = async () => ({ ...repositories.env, WAYBILL_KUSTOMIZE: await kustomizeBinary() });

const deployment =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: main, image: "ghcr.io/acme/web:1" }] } } }\n';
const application = (name: string, path: string, project: string): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: ${name}, namespace: argocd }\nspec:\n  project: ${project}\n  destination: { namespace: web }\n  source: { repoURL: "https://github.com/acme/deployments.git", path: ${path}, directory: { recurse: false } }\n`;

const content = {
  'web/staging/a.yaml': deployment,
  'web/production/a.yaml': deployment,
  'batch/base/kustomization.yaml': 'resources: [a.yaml]\n',
  'batch/base/a.yaml': deployment,
  'batch/overlays/production/kustomization.yaml': 'resources: [../../base]\n',
  'argocd/a.yaml': application('web-staging', 'web/staging', 'shop'),
  'argocd/b.yaml': application('web-production', 'web/production', 'shop'),
  'argocd/project.yaml':
    'apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: { name: shop }\nspec: { namespaceResourceWhitelist: [{ group: apps, kind: Deployment }] }\n',
};

/** A clone with every waybill.yaml, whose images have their source repository. */
async function adopted(name: string) {
  const clone = repositories.clone(repositories.bare(name, content));
  repositories.git(clone, 'remote', 'set-url', 'origin', 'https://github.com/acme/deployments.git');
  expect(await runCli(['init', '--all'], { cwd: clone, env: await env() })).toMatchObject({ code: 0 });
  for (const directory of ['web', 'batch']) {
    const file = join(clone, directory, 'waybill.yaml');
    const text = readFileSync(file, 'utf8').replace(/# sourceRepository: (\S+).*/u, 'sourceRepository: $1');
    writeFileSync(file, text);
  }
  return clone;
}

const parse = (file: string): Json | undefined =>
  readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' })[0]?.value;

/** RFC 7386, as the API server applies it. */
function merged(target: Json | undefined, patch: Json | undefined): Json | undefined {
  if (!isObject(patch)) return patch;
  const result = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    const next = value === null ? undefined : merged(result.get(key), value);
    if (next === undefined) result.delete(key);
    else result.set(key, next);
  }
  return Object.fromEntries(result);
}

describe('waybill adopt', () => {
  it('writes what kustomize, the notifications, the policy and CI take, in the order of the steps', async () => {
    const cwd = await adopted('install');
    const url = ['--argocd-url', 'https://argocd.acme.dev'];
    const { code, stdout, stderr } = await runCli(['adopt', ...url], { cwd, env: await env() });
    expect(code).toBe(0);
    expect(stderr).toContain('warning[project-configmaps]: the AppProject shop does not allow ConfigMaps');
    const folder = join(cwd, 'waybill-adopt');
    expect(stdout.match(/^\d+\. .*$/gmu)).toEqual([
      '1. Add the sidecar to the repo-server (it restarts; no application does)',
      '2. Make the GitHub App, and apply the notifications',
      '3. Give web-staging the plugin (no pod restarts: waybill init compared every object)',
      '4. Give web-production the plugin (no pod restarts: waybill init compared every object)',
      '5. Deploy what no Application of the repository deploys (1)',
      '6. Let CI of github.com/acme/web record the images that it builds',
      '7. Check pull requests to the deployments',
    ]);
    expect(stdout.match(/To undo: /gu)).toHaveLength(7);

    // The component, with an Argo CD around it.
    const install = join(folder, 'argocd');
    writeFileSync(
      join(install, 'argocd.yaml'),
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: argocd-repo-server }\nspec: { template: { spec: { containers: [{ name: argocd-repo-server, image: argocd }], volumes: [{ name: tmp, emptyDir: {} }] } } }\n',
    );
    writeFileSync(join(install, 'kustomization.yaml'), 'resources: [argocd.yaml]\ncomponents: [waybill]\n');
    const built = execFileSync(await kustomizeBinary(), ['build', install], { encoding: 'utf8' });
    expect(built).toMatch(/image: ghcr\.io\/[\w-]+\/waybill:\d/u);
    expect(built).toContain('sourceRepositories:');

    // The policy judges the very applications.
    const policy = join(install, 'waybill/policy.yaml');
    const judged = { ...(await env()), WAYBILL_POLICY: policy };
    expect(parse(policy)).toMatchObject({
      sources: ['kustomize', 'manifests'],
      sourceRepositories: [
        { projects: ['default'], repositories: ['github.com/acme/web'] },
        { projects: ['shop'], repositories: ['github.com/acme/web'] },
      ],
    });
    expect(await runCli(['render', 'web', '-e', 'staging', '--project', 'shop'], { cwd, env: judged })).toMatchObject({
      code: 0,
    });

    const generate = ['notifications', 'generate', '-f', 'waybill-adopt/notifications.yaml'];
    const made = await runCli(generate, { cwd, env: await env() });
    expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(join(folder, 'notifications/argocd-notifications-cm.yaml'), 'utf8')).toBe(made.stdout);
    expect(parse(join(folder, 'notifications.yaml'))).toMatchObject({
      github: [{ organization: 'acme', appID: '$github-appID' }],
      trust: [
        { projects: ['default'], repositories: ['acme/web'] },
        { projects: ['shop'], repositories: ['acme/web'] },
      ],
    });

    for (const name of ['github.com-acme-web.yml', 'check.yml']) {
      const text = readFileSync(join(folder, 'ci', name), 'utf8');
      expect(await ask({ op: 'actionlint', name, text })).toMatchObject({ problems: [] });
    }
    expect(readFileSync(join(folder, 'ci/github.com-acme-web.yml'), 'utf8')).toContain(
      'run: images set ghcr.io/acme/web=:${{ inputs.tag }} -e staging -C web --push\n',
    );

    // There and back.
    for (const name of ['web-staging', 'web-production']) {
      const before = parse(join(cwd, `argocd/${name === 'web-staging' ? 'a' : 'b'}.yaml`));
      const there = merged(before, parse(join(folder, `applications/${name}.yaml`)));
      expect(there).toMatchObject({ spec: { source: { path: 'web', plugin: { name: 'waybill' } } } });
      expect(JSON.stringify(there)).not.toContain('directory');
      const back = merged(there, parse(join(folder, `applications/${name}.back.yaml`)));
      expect(back !== undefined && before !== undefined && equals(back, before)).toBe(true);
    }
    expect(parse(join(folder, 'applicationset.yaml'))).toMatchObject({
      spec: {
        generators: [{ list: { elements: [{ name: 'batch-production', path: 'batch', environment: 'production' }] } }],
      },
    });
    // Again changes nothing, and what people changed is only replaced when they say so.
    const again = await runCli(['adopt', ...url], { cwd, env: await env() });
    expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 0, stdout });
    expect(again.stderr).toMatch(/waybill-adopt is written: 0 files, \d+ unchanged/u);
    const edited = join(folder, 'notifications.yaml');
    const generatedText = readFileSync(edited, 'utf8');
    writeFileSync(edited, `${generatedText}# ours\n`);
    const refused = await runCli(['adopt', ...url], { cwd, env: await env() });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(
      'error[adopt-exists]: waybill-adopt/notifications.yaml is there with other content',
    );
    expect(readFileSync(edited, 'utf8')).toBe(`${generatedText}# ours\n`);
    expect(await runCli(['adopt', ...url, '--overwrite'], { cwd, env: await env() })).toMatchObject({ code: 0 });
    expect(readFileSync(edited, 'utf8')).toBe(generatedText);
  });

  it('writes values for the chart, and no sidecar where Argo CD renders as before', async () => {
    const cwd = await adopted('helm');
    const url = ['--argocd-url', 'https://argocd.acme.dev'];
    const helm = await runCli(['adopt', ...url, '--argocd', 'helm', '--output', 'helm'], { cwd, env: await env() });
    expect(helm.code).toBe(0);
    const values = parse(join(cwd, 'helm/argocd/values-waybill.yaml'));
    const text = textAt(values, ['extraObjects', 0, 'data', 'policy.yaml']);
    const [policy] = readYaml(text, { file: 'policy.yaml', duplicateKeys: 'error' });
    expect(policy?.value).toMatchObject({ kind: 'Policy', sourceRepositories: [{ projects: ['default'] }, {}] });
    const native = await runCli(['adopt', ...url, '--native', '--output', 'native'], { cwd, env: await env() });
    expect(native.code).toBe(0);
    expect(readdirSync(join(cwd, 'native')).sort()).toEqual([
      '.gitignore',
      'ci',
      'notifications',
      'notifications.yaml',
    ]);
    const printed = await runCli(['adopt', ...url, '--print'], { cwd, env: await env() });
    expect(printed.stdout).toContain('# waybill-adopt/notifications.yaml\n');
    expect(existsSync(join(cwd, 'waybill-adopt'))).toBe(false);
  });

  it('gives an Application of a chart from a registry its record, and its project the trust', async () => {
    const source = 'source: { external: { valueFiles: [values.yaml, "values-{{ environment }}.yaml"] } }';
    const record = 'record: { file: "records/{{ environment }}.yaml", application: "podinfo-{{ environment }}" }';
    const images = 'images: [{ name: ghcr.io/acme/podinfo, sourceRepository: "https://github.com/acme/podinfo" }]';
    const config = `apiVersion: waybill.dev/v1\nkind: Waybill\n${source}\n${record}\n${images}\nenvironments: { staging: , prod: }\n`;
    const spec =
      'project: shop\n  destination: { namespace: web }\n  sources: [{ repoURL: "https://charts.acme.dev", chart: podinfo, targetRevision: 1.0.0, helm: { valueFiles: [$values/podinfo/values.yaml] } }, { repoURL: "https://github.com/acme/deployments.git", ref: values }]';
    const clone = repositories.clone(
      repositories.bare('charts', {
        'podinfo/values.yaml': 'image: { repository: ghcr.io/acme/podinfo, tag: "1" }\n',
        'podinfo/values-prod.yaml': 'replicas: 2\n',
        'argocd/a.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: podinfo-prod, namespace: argocd }\nspec:\n  ${spec}\n`,
        'argocd/b.yaml':
          'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: web }\nspec: { source: { repoURL: "https://github.com/acme/code", path: no/such } }\n',
      }),
    );
    const options = { cwd: clone, env: await env() };
    const init = await runCli(['init', '--all', '--native'], options);
    expect(init).toMatchObject({ code: 1, stdout: '' });
    expect(init.stderr).toContain(
      'The Application podinfo-prod (argocd/a.yaml:1) deploys the chart podinfo of https://charts.acme.dev.\n',
    );
    expect(init.stderr).toContain(
      'The Application web (argocd/b.yaml:1) deploys no/such of https://github.com/acme/code.\n',
    );
    expect(init.stderr).toContain('docs/native.md#a-chart-from-a-registry');

    writeFileSync(join(clone, 'podinfo/waybill.yaml'), config);
    const set = ['images', 'set', 'ghcr.io/acme/podinfo=:2', '-e', 'prod', '-C', 'podinfo'];
    const commit = ['--source-commit', '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706'];
    expect(await runCli([...set, ...commit], options)).toMatchObject({ code: 0 });
    const validated = await runCli(['validate'], options);
    expect(validated.code).toBe(1);
    expect(validated.stderr).toContain(
      'error[record-missing]: the Application podinfo-prod does not read podinfo/records/prod.yaml',
    );
    expect(validated.stderr).toContain('waybill record -e prod -C podinfo --patch prints how.');
    const repository = [
      '--repository',
      'https://github.com/acme/deployments',
      '--argocd-url',
      'https://argocd.acme.dev',
    ];
    const { code, stdout } = await runCli(['adopt', '--native', ...repository], options);
    expect(code).toBe(0);
    expect(stdout).toContain('2. Give podinfo-prod its record as one more source, once the record is there\n');
    expect(stdout).toContain('It has sources already: keep only the last operation of podinfo-prod.patch.yaml.\n');
    expect(parse(join(clone, 'waybill-adopt/notifications.yaml'))).toMatchObject({
      trust: [
        { projects: ['default'], repositories: ['acme/podinfo'] },
        { projects: ['shop'], repositories: ['acme/podinfo'] },
      ],
    });
    // The sidecar cannot render it, so it gets no ApplicationSet of Waybill's.
    const sidecar = await runCli(['adopt', ...repository, '--output', 'sidecar', '--print'], options);
    expect(sidecar.code).toBe(0);
    expect(sidecar.stdout).not.toContain('ApplicationSet');
  });

  it('says what is missing: applications, a repository', async () => {
    const clone = repositories.clone(repositories.bare('empty', { 'readme.md': '' }));
    const url = ['--argocd-url', 'https://argocd.acme.dev', '--repository', 'https://github.com/acme/deployments'];
    const none = await runCli(['adopt', ...url], { cwd: clone, env: await env() });
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('error[adopt-nothing]');
    mkdirSync(join(clone, 'a'));
    const silent = await runCli(['adopt', ...url.slice(2)], { cwd: clone, env: await env() });
    expect(silent.stderr).toContain('give --argocd-url URL: the address at which people open Argo CD');
    const wrong = await runCli(['adopt', '--argocd-url', 'argocd'], { cwd: clone, env: await env() });
    expect(wrong.code).toBe(2);
    expect((await runCli(['adopt'], { cwd: clone, env: await env() })).code).toBe(2);
    expect((await runCli(['adopt', ...url, '--organization', 'a/b'], { cwd: clone, env: await env() })).code).toBe(2);
  });
});
