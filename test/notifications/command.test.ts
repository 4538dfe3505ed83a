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
