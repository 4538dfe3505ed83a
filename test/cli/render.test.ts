import { confineBinary } from '../tools/confine.mjs';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRepository, writeFiles } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const application = {
  'waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
source: { manifests: base }
namespace: ecotrack
images:
  - name: ghcr.io/acme/user-service
environments:
  staging: {}
  production: {}
`,
  'base/all.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: user-service }
spec:
  template:
    spec:
      containers:
        - { name: main, image: "ghcr.io/acme/user-service:latest" }
---
apiVersion: v1
kind: Service
metadata: { name: user-service }
`,
  'locks/production.yaml': `apiVersion: waybill.dev/v1
kind: ImageLock
environment: production
images:
  - name: ghcr.io/acme/user-service
    tag: sha-${commit}
    source: { repository: https://github.com/acme/user-service, commit: ${commit} }
`,
};

function inFolder(folder: string): Record<string, string> {
  return Object.fromEntries(Object.entries(application).map(([path, text]) => [`${folder}/${path}`, text]));
}

const repository = createRepository({ ...inFolder('apps/user-service'), ...inFolder('apps/other') });
const args = ['render', 'apps/user-service', '-e', 'production'];

describe('waybill render', () => {
  it('prints the stamped resources and the record', async () => {
    const { code, stdout, stderr } = await runCli(args, { cwd: repository });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: user-service
  namespace: ecotrack
  annotations:
    waybill.dev/environment: production
    waybill.dev/source-repository: https://github.com/acme/user-service
    waybill.dev/source-commit: ${commit}
    waybill.dev/image: ghcr.io/acme/user-service:sha-${commit}
spec:
  template:
    spec:
      containers:
      - name: main
        image: ghcr.io/acme/user-service:sha-${commit}
---
apiVersion: v1
kind: Service
metadata:
  name: user-service
  namespace: ecotrack
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: waybill.acme.user-service.production.user-service.${commit}
  namespace: ecotrack
  labels:
    app.kubernetes.io/managed-by: waybill
  annotations:
    argocd.argoproj.io/compare-options: IgnoreExtraneous
    link.argocd.argoproj.io/source-commit: user-service 8f3c0e7|https://github.com/acme/user-service/commit/${commit}
data:
  deployment.json: |
    {
      "apiVersion": "waybill.dev/v1",
      "kind": "DeploymentRecord",
      "application": "user-service",
      "environment": "production",
      "source": {
        "repository": "https://github.com/acme/user-service",
        "commit": "${commit}"
      },
      "images": [
        {
          "reference": "ghcr.io/acme/user-service:sha-${commit}"
        }
      ]
    }
`);
  });

  it('prints one object a line with -o json', async () => {
    const { stdout } = await runCli([...args, '-o', 'json'], { cwd: repository });
    const kinds = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(kinds).toMatchObject([{ kind: 'Deployment' }, { kind: 'Service' }, { kind: 'ConfigMap' }]);
  });

  it('leaves stamps and record out with --no-stamp', async () => {
    const { stdout } = await runCli([...args, '--no-stamp'], { cwd: repository });
    expect(stdout).toContain(`image: ghcr.io/acme/user-service:sha-${commit}`);
    expect(stdout).not.toContain('waybill');
  });

  it('means the same by -C, by a path and from inside', async () => {
    const first = await runCli(args, { cwd: repository });
    const inside = join(repository, 'apps/user-service');
    expect(await runCli(['render', '-e', 'production'], { cwd: inside })).toEqual(first);
    expect(await runCli(['-C', 'apps', 'render', 'user-service', '-e', 'production'], { cwd: repository })).toEqual(
      first,
    );
    expect(await runCli(['render', '-e', 'production', '-C', inside], { cwd: '/' })).toEqual(first);
  });

  it('lets --image beat the lock, and tells an environment without lock apart', async () => {
    const overridden = await runCli([...args, '--image', 'ghcr.io/acme/user-service=:1.2.3'], { cwd: repository });
    expect(overridden.stdout).toContain('image: ghcr.io/acme/user-service:1.2.3');
    const staging = await runCli(['render', 'apps/user-service', '-e', 'staging'], { cwd: repository });
    expect(staging.stdout).toContain('image: ghcr.io/acme/user-service:latest');
  });

  it('writes files with --output-dir', async () => {
    const { code, stdout } = await runCli([...args, '--output-dir', 'out'], { cwd: repository });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(readdirSync(join(repository, 'out'))).toHaveLength(4);
    rmSync(join(repository, 'out'), { recursive: true });
  });

  it('gives the same bytes again, whatever another application does', async () => {
    const first = await runCli(args, { cwd: repository });
    writeFiles(repository, { 'apps/other/base/all.yaml': 'broken: [', 'apps/new/base/x.yaml': 'kind: X\n' });
    expect(await runCli(args, { cwd: repository })).toEqual(first);
  });
});

describe('waybill plugin', () => {
  const work = createRepository({});
  const received = join(work, '_cmp_server/4711');
  mkdirSync(received, { recursive: true });
  writeFiles(received, inFolder('apps/user-service'));
  const cwd = join(received, 'apps/user-service');
  const env = {
    ARGOCD_CMP_WORKDIR: work,
    ARGOCD_APP_NAME: 'team-a_user-service',
    ARGOCD_APP_SOURCE_PATH: 'elsewhere',
    ARGOCD_APP_PARAMETERS: '[{"name":"environment","string":"production"}]',
  };

  it('generate prints the bytes of render -o json', async () => {
    const generated = await runCli(['plugin', 'generate'], { cwd, env });
    const rendered = await runCli([...args, '-o', 'json'], { cwd: repository });
    expect(generated).toEqual(rendered);
  });

  it('parameters announces the environments', async () => {
    const { code, stdout } = await runCli(['plugin', 'parameters'], { cwd, env });
    expect(code).toBe(0);
    expect(stdout).toContain('One of: staging, production.');
  });

  it('prints nothing on a mistake, and says where it is', async () => {
    const { code, stdout, stderr } = await runCli(['plugin', 'generate'], {
      cwd,
      env: { ...env, ARGOCD_APP_PARAMETERS: '[{"name":"environment","string":"prod"}]' },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(`apps/user-service/waybill.yaml:7:1: error[environment-unknown]: there is no environment prod
    7 | environments:
      | ^^^^^^^^^^^^
  Environments: staging, production. Did you mean production?
`);
  });

  it('does not run outside Argo CD', async () => {
    const { code, stderr } = await runCli(['plugin', 'generate'], { cwd: tmpdir(), env: {} });
    expect(code).toBe(1);
    expect(stderr).toContain('On a laptop use waybill render.');
  });
});

describe('waybill doctor', () => {
  const emptyConfig = 'apiVersion: waybill.dev/v1\nkind: Waybill\n';
  it('names what is there and what is wrong', async () => {
    const { code, stdout } = await runCli(['doctor', 'apps/user-service'], { cwd: repository });
    expect(stdout).toContain(`ok       node          ${process.versions.node}`);
    expect(stdout).toContain('ok       application   apps/user-service/waybill.yaml: staging, production');
    expect(code).toBe(0);
    writeFiles(repository, { 'policy.yaml': 'kind: Nonsense\n' });
    const wrong = await runCli(['doctor'], {
      cwd: repository,
      env: { WAYBILL_POLICY: join(repository, 'policy.yaml') },
    });
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toMatch(/^wrong {4}policy/mu);
  });

  it('says which boundary helm and kustomize have here, and what the policy leaves open', async () => {
    const confine = { WAYBILL_CONFINE: await confineBinary() };
    const policy = (confinement: string): Record<string, string> => {
      writeFiles(repository, {
        'policy.yaml': `apiVersion: waybill.dev/v1\nkind: Policy\nconfinement: ${confinement}\n`,
      });
      return { WAYBILL_POLICY: join(repository, 'policy.yaml') };
    };
    const told = async (env: Record<string, string>) => {
      const { code, stdout } = await runCli(['doctor'], { cwd: repository, env });
      return { code, line: stdout.split('\n').find((line) => line.includes(' boundary ')) };
    };
    expect((await told(confine)).line).toMatch(
      /^ok +boundary +the whole boundary: files, network and processes \(Landlock/u,
    );
    expect((await told({})).line).toMatch(
      /^missing +boundary +none: waybill-confine is not installed \(confinement: preferred\)/u,
    );
    const required = await told(policy('required'));
    expect(required.code).toBe(1);
    expect(required.line).toMatch(/^wrong +boundary +none/u);
    expect((await told({ ...policy('required'), ...confine })).line).toMatch(/^ok +boundary/u);
    expect((await told(policy('off'))).line).toMatch(/^ok +boundary +off by the policy/u);
    const said = async (env: Record<string, string>) => (await runCli(['doctor'], { cwd: repository, env })).stdout;
    const open = 'Without sourceRepositories in it, every application may report';
    expect(await said(policy('off'))).toContain(open);
    expect(await said(policy('off\nsourceRepositories: []'))).not.toContain(open);
    expect(await said({})).not.toContain(open);
    writeFiles(repository, { 'policy.yaml': 'kind: Nonsense\n' });
  });

  it('says what an application is here: locks alone, those below, or none', async () => {
    const lock = 'apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages: []\n';
    const cwd = createRepository({ 'a/locks/production.yaml': lock, 'b/waybill.yaml': emptyConfig, 'c/readme.md': '' });
    const said = async (directory: string): Promise<string | undefined> =>
      /^\w+ +application +(.*)$/mu.exec((await runCli(['doctor', directory], { cwd })).stdout)?.[1];
    expect(await said('a')).toBe('no waybill.yaml, but locks: production');
    expect(await said('.')).toBe('none here; below: a, b');
    expect(await said('c')).toBe('no waybill.yaml here');
  });

  it('has the version of package.json', async () => {
    const text = readFileSync('package.json', 'utf8');
    const { stdout } = await runCli(['--version']);
    expect(text).toContain(`"version": "${stdout.trim()}"`);
  });
});
