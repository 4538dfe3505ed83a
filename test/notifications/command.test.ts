import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../plugin/cli/program.ts';
import { temporaryFolders } from '../tools/folder.ts';

const folder = temporaryFolders();
const config = readFileSync('examples/notifications/github/notifications.yaml', 'utf8');

async function generate(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const cwd = folder(files);
  const code = await run(['notifications', 'generate', ...args], {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    env: {},
    cwd,
  });
  return { code, stdout, stderr, cwd };
}

describe('waybill notifications generate', () => {
  it('reads notifications.yaml and prints a ConfigMap', async () => {
    const { code, stdout, stderr } = await generate({ 'notifications.yaml': config });
    expect(code).toBe(0);
    // Once, and nothing else.
    expect(stderr.match(/(?:warning|error)\[[a-z-]+\]/gu)).toEqual(['warning[notifications-trust]']);
    expect(stdout).toBe(readFileSync('examples/notifications/github/configmap.yaml', 'utf8'));
  });

  it('writes a file, in another format', async () => {
    const args = ['-f', 'n.yaml', '--format', 'helm-values', '--output', 'values.yaml'];
    const { code, stdout, cwd } = await generate({ 'n.yaml': config }, ...args);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(readFileSync(join(cwd, 'values.yaml'), 'utf8')).toBe(
      readFileSync('examples/notifications/github/values.yaml', 'utf8'),
    );
  });

  it('keeps settings of your own, and fails on a clash with its place', async () => {
    const own = (data: string): string =>
      `kind: ConfigMap\nmetadata: { name: argocd-notifications-cm }\ndata:\n${data}`;
    const files = { 'notifications.yaml': config, 'own.yaml': own('  template.mine: "message: mine"\n') };
    const kept = await generate(files, '--merge', 'own.yaml');
    expect(kept.code).toBe(0);
    expect(kept.stdout).toContain('template.mine: "message: mine"');
    const clash = { ...files, 'own.yaml': own('  service.github.acme: "appID: 1"\n') };
    const { code, stdout, stderr } = await generate(clash, '--merge', 'own.yaml');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('own.yaml:4:3: error[notifications-clash]: service.github.acme is there already');
    expect(stderr).toContain('    4 |   service.github.acme: "appID: 1"');
  });

  it('warns when kubectl apply needs --server-side, and fails when it is too much for a ConfigMap', async () => {
    const large = readFileSync('examples/notifications/everything/notifications.yaml', 'utf8');
    const warned = await generate({ 'notifications.yaml': large });
    expect(warned.code).toBe(0);
    expect(warned.stderr).toMatch(/warning\[notifications-size\]: \d+ KiB of settings are more than kubectl apply/u);
    const names = Array.from({ length: 80 }, (_, index) => `{ name: a${index}, url: "https://a.dev" }`).join(', ');
    const { code, stdout, stderr } = await generate({ 'notifications.yaml': `${config}webhooks: [${names}]\n` });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error\[notifications-size\]: \d+ KiB of settings are more than a ConfigMap takes/u);
  });

  it('says what is missing', async () => {
    const { code, stderr } = await generate({});
    expect(code).toBe(1);
    expect(stderr).toContain('notifications.yaml does not exist');
  });
});

describe('waybill notifications validate --applications', () => {
  const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
  const rules = 'trust:\n  - { projects: [team-a], repositories: [acme/api] }\n';
  const application = (name: string, project: string, ...records: string[]) => ({
    kind: 'Application',
    metadata: { name, namespace: 'argocd' },
    spec: { project },
    status: { resources: records.map((record) => ({ kind: 'ConfigMap', name: record, status: 'Synced' })) },
  });
  const record = (repository: string, name: string): string => `waybill.acme.${repository}.staging.${name}.${commit}`;
  const items = [
    application('api', 'team-a', record('api', 'api'), record('web', 'api')),
    application('shop', 'team-b', record('api', 'shop')),
    application('mail', 'team-a', record('api', 'post'), `${record('api', 'mail')}-8t2m9k`),
    application('legacy', 'team-a', 'settings'),
  ];

  async function validate(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
    let stderr = '';
    const code = await run(['notifications', 'validate', ...args], {
      stdout: { write: () => undefined },
      stderr: { write: (text: string) => (stderr += text) },
      env: {},
      cwd: folder(files),
    });
    return { code, stderr };
  }

  it('says which records trust holds back, and why', async () => {
    const files = { 'notifications.yaml': `${config}${rules}`, 'apps.json': JSON.stringify({ items }) };
    const { code, stderr } = await validate(files, 'notifications.yaml', '--applications', 'apps.json');
    expect(code).toBe(0);
    expect(stderr.match(/argocd\/.*/gu)).toEqual([
      `argocd/api: ${record('web', 'api')} is not reported: no rule of trust names acme/web in the environment staging`,
      `argocd/shop: ${record('api', 'shop')} is not reported: trust lets projects team-a in namespaces * report acme/api in staging; this is project team-b in namespace argocd`,
      `argocd/mail: ${record('api', 'post')} is not reported: it is the record of the application post, and this one is mail`,
      `argocd/mail: ${record('api', 'mail')}-8t2m9k is not reported: its name is none that Waybill writes: something renamed it (namePrefix, nameSuffix, a hash)`,
    ]);
    expect(stderr).toContain('apps.json: 4 Applications, trust holds back 4 of 5 records');
  });

  it('needs rules, and Applications that it can read', async () => {
    const files = { 'notifications.yaml': `${config}${rules}`, 'none.yaml': config, 'apps.json': 'no' };
    const without = await validate(files, 'none.yaml', '--applications', 'apps.json');
    expect(without.code).toBe(2);
    expect(without.stderr).toContain('name a notifications.yaml with trust');
    const unreadable = await validate(files, 'notifications.yaml', '--applications', 'apps.json');
    expect(unreadable.code).toBe(1);
    expect(unreadable.stderr).toContain('apps.json contains no Applications');
  });
});
