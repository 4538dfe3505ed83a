import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRepository, writeFiles } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

const cwd = createRepository({
  'app/waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
source: { manifests: base }
environments:
  staging: {}
  production:
    resources: [production/pdb.yaml]
`,
  'app/base/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { level: info }\n',
  'app/production/pdb.yaml':
    'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: app }\nspec: { minAvailable: 1 }\n',
});
rmSync(join(cwd, '.git'), { recursive: true });
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.dev', ...args], { cwd, stdio: 'pipe' });
git('init', '-q');
git('add', '.');
git('commit', '-q', '-m', 'first');
writeFiles(cwd, {
  'app/base/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { level: debug }\n',
  'new/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: new }\n',
});

describe('waybill diff', () => {
  it('compares two environments', async () => {
    const { code, stdout } = await runCli(['diff', 'app', '-e', 'staging', '--to', 'production'], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '+ PodDisruptionBudget/app\n1 added, 1 unchanged\n' });
  });

  it('compares a revision with the files as they are', async () => {
    const { code, stdout } = await runCli(['diff', 'app', '-e', 'production', '--against', 'HEAD', '--exit-code'], {
      cwd,
    });
    expect({ code, stdout }).toEqual({
      code: 3,
      stdout: '~ ConfigMap/settings\n    data.level: info -> debug\n1 changed, 1 unchanged\n',
    });
  });

  it('shows an application that the revision does not have as new', async () => {
    const { stdout } = await runCli(['diff', 'new', '--against', 'HEAD', '--format', 'markdown'], { cwd });
    expect(stdout).toContain('### new: new since HEAD\n\n1 added, 0 unchanged\n');
  });

  it('exits with 0 when nothing differs', async () => {
    const { code, stdout } = await runCli(['diff', 'app', '-e', 'staging', '--to', 'staging', '--exit-code'], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'no difference (1 resource)\n' });
  });

  it.each([
    ['neither', [], 'give either --to ENVIRONMENT or --against REVISION'],
    ['both', ['--to', 'staging', '--against', 'HEAD'], 'give either --to ENVIRONMENT or --against REVISION'],
    ['a format that is none', ['--to', 'staging', '--format', 'html'], 'Allowed choices are text, json, markdown'],
  ])('%s is a usage error', async (_name, args, message) => {
    const { code, stdout, stderr } = await runCli(['diff', 'app', '-e', 'production', ...args], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it.each([
    ['an unknown revision', ['--against', 'nowhere'], 'error[git-revision]'],
    ['an unknown environment', ['--to', 'prod'], 'error[environment-unknown]'],
  ])('%s: exit 1, nothing on stdout', async (_name, args, message) => {
    const { code, stdout, stderr } = await runCli(['diff', 'app', '-e', 'production', ...args], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('says when it is the revision that cannot be rendered', async () => {
    writeFiles(cwd, { 'broken/waybill.yaml': 'kind: Nonsense\n', 'broken/a.yaml': 'a: [\n' });
    git('add', 'broken');
    git('commit', '-q', '-m', 'broken');
    writeFiles(cwd, {
      'broken/waybill.yaml': 'apiVersion: waybill.dev/v1\nkind: Waybill\n',
      'broken/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
    });
    const { code, stderr } = await runCli(['diff', 'broken', '--against', 'HEAD'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('at HEAD: ');
    expect(stderr).toContain('| kind: Nonsense');
  });
});
