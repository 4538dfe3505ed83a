/**
 * `waybill diff --all`: what a change does to every application, through whatever they share.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRepository, writeFiles } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

const config = (source: string, more = ''): string => `apiVersion: waybill.dev/v1
kind: Waybill
source: { manifests: ${source} }
environments:
  staging: {}
  production: {}
${more}`;
const deployment = (replicas: number, image = `web:1@sha256:${'a'.repeat(64)}`): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { a: b } }
  template:
    metadata: { labels: { a: b } }
    spec: { containers: [{ name: main, image: "${image}" }] }
`;
const configMap = (name: string, level: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { level: ${level} }\n`;

let cwd: string;
const git = (...args: string[]): void => {
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.dev', ...args], { cwd, stdio: 'pipe' });
};

beforeEach(() => {
  cwd = createRepository({
    'shared/base/deployment.yaml': deployment(2),
    'apps/a/waybill.yaml': config('../../shared/base'),
    'apps/b/waybill.yaml': config('../../shared/base'),
    'apps/c/waybill.yaml': config('base'),
    'apps/c/base/config.yaml': configMap('c', 'info'),
    'apps/old/waybill.yaml': config('base'),
    'apps/old/base/claim.yaml': 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: {}\n',
    'apps/broken/waybill.yaml': config('missing'),
  });
  rmSync(join(cwd, '.git'), { recursive: true });
  symlinkSync('../../shared/base', join(cwd, 'apps/linked'));
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
});

async function diff(...args: string[]) {
  return await runCli(['diff', '--all', '--against', 'HEAD', ...args], { cwd });
}

describe('waybill diff --all', () => {
  it('says that nothing changes, and does not look at what was broken before', async () => {
    expect(await diff('--exit-code')).toMatchObject({
      code: 0,
      stdout: 'Nothing that is rendered changes, 10 do not.\n',
    });
  });

  it('folds an equal change that many get through a shared base', async () => {
    writeFiles(cwd, { 'shared/base/deployment.yaml': deployment(3) });
    const { stdout, code } = await diff('--exit-code');
    expect(code).toBe(3);
    expect(stdout).toBe(
      '4 environments of 2 applications change, 6 do not.\n' +
        '~ Deployment spec.replicas: 2 → 3 (apps/a staging, apps/a production, apps/b staging, apps/b production)\n',
    );
    const markdown = (await diff('-o', 'markdown')).stdout;
    expect(markdown).toMatch(/^<!-- waybill diff --all -->\n### What this change deploys\n/u);
    expect(markdown).toContain('<summary>Deployment spec.replicas: 2 → 3 in 4 places</summary>');
  });

  it('shows what can do harm first', async () => {
    writeFiles(cwd, {
      'shared/base/deployment.yaml': deployment(2, 'web:latest'),
      'apps/c/base/role.yaml':
        'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: all }\nrules: []\n',
      'apps/c/base/pod.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: a, image: "x:1", securityContext: { privileged: true } }] }\n',
    });
    rmSync(join(cwd, 'apps/old'), { recursive: true });
    const lines = (await diff('-e', 'production')).stdout.split('\n');
    const dangers = lines.filter((line) => line.startsWith('! '));
    expect(dangers).toEqual(
      expect.arrayContaining([
        '! image without digest: Deployment web:latest, which moves (apps/a production, apps/b production)',
        '! deletes everything of the application (apps/old production)',
        '! cluster-wide: ClusterRole/all is new (apps/c production)',
        '! Pod/p runs a privileged container (apps/c production)',
        '! image without digest: Pod x:1 (apps/c production)',
      ]),
    );
    expect(lines.findIndex((line) => line.startsWith('~'))).toBeGreaterThan(
      lines.findLastIndex((line) => line.startsWith('!')),
    );
  });

  it('says that a volume goes with its data, and what is new', async () => {
    writeFiles(cwd, {
      'apps/old/base/claim.yaml': configMap('old', 'x'),
      'apps/new/waybill.yaml': config('base'),
      'apps/new/base/a.yaml': configMap('new', 'x'),
    });
    const { stdout } = await diff('-e', 'staging');
    expect(stdout).toContain('! deletes PersistentVolumeClaim/data, and what it holds (apps/old staging)');
    expect(stdout).toContain('+ apps/new staging');
  });

  it('ends with 1 when the change breaks an application, and shows the others', async () => {
    writeFiles(cwd, { 'apps/c/base/config.yaml': 'kind: [', 'shared/base/deployment.yaml': deployment(5) });
    const { stdout, code } = await diff();
    expect(code).toBe(1);
    expect(stdout).toContain('2 cannot be rendered any more');
    expect(stdout).toMatch(/! apps\/c staging cannot be rendered: apps\/c\/base\/config\.yaml:1: /u);
    expect(stdout).toContain('spec.replicas: 2 → 5');
  });

  it('lets no name become markup, and stays short enough for a comment', async () => {
    const hostile = '</summary><script>alert(1)</script> | @everyone [x](javascript:1) `\\u001b[2J`';
    const files = Array.from({ length: 200 }, (_, index): [string, string] => [
      `apps/c/base/m${index}.yaml`,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `m${index}` },
        data: { [`k ${hostile} ${'x'.repeat(200)}`]: hostile },
      }),
    ]);
    writeFiles(cwd, {
      'apps/c/base/config.yaml': configMap('c', JSON.stringify(hostile)),
      ...Object.fromEntries(files),
    });
    const { stdout } = await diff('-o', 'markdown', '-e', 'staging');
    expect(stdout).not.toContain('<script>');
    expect(stdout).not.toContain('@everyone');
    expect(stdout).not.toMatch(/\]\(javascript/u);
    expect(stdout.length).toBeLessThan(60_000);
  });

  it.each([
    [['diff', '--all', '--to', 'production'], '--all compares with a revision'],
    [['diff', '--all', '--against', 'HEAD', '--app', 'x'], '--all excludes --app'],
  ])('refuses %s', async (args, message) => {
    const { code, stderr } = await runCli(args, { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('says which revision does not exist', async () => {
    const { code, stderr, stdout } = await runCli(['diff', '--all', '--against', 'nowhere'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('git knows no revision "nowhere"');
  });
});
