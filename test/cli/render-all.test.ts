import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBundled } from '../tools/bundled.ts';
import { type FolderContent, temporaryFolders } from '../tools/folder.ts';
import { runCli } from '../tools/run-cli.ts';

// Several applications at once: what one render after the other would print, from one command.
const folder = temporaryFolders();
const waybill = (more: string): string =>
  `apiVersion: waybill.dev/v1\nkind: Waybill\nsource: {manifests: base}\n${more}`;
const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;

function repository(count: number, more: FolderContent = {}): string {
  const files = new Map<string, FolderContent[string]>();
  for (let index = 0; index < count; index += 1) {
    const environments = index === 0 ? '{staging: {}}' : '{staging: {}, production: {}}';
    files.set(`apps/${index}/waybill.yaml`, waybill(`environments: ${environments}\n`));
    files.set(`apps/${index}/base/a.yaml`, configMap(`a-${index}`));
  }
  return folder({ ...Object.fromEntries(files), ...more });
}

const all = (...args: string[]): string[] => ['render', '--all', '--root', '.', ...args];

describe('waybill render --all', () => {
  it('prints every application in the environment, and names those without it', async () => {
    const cwd = repository(3);
    const { code, stdout, stderr } = await runCli(all('-e', 'production'), { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'left out: apps/0 (has no environment production)\n' });
    const [one, two] = await Promise.all(
      ['1', '2'].map((name) => runCli(['render', `apps/${name}`, '-e', 'production', '--root', '.'], { cwd })),
    );
    expect(stdout).toBe(`${one?.stdout}---\n${two?.stdout}`);
  });

  it('renders every environment when none is named, each into a folder of its own', async () => {
    const cwd = repository(2);
    const { code, stdout } = await runCli(all('--output-dir', 'out'), { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    for (const path of ['apps/0/staging', 'apps/1/staging', 'apps/1/production']) {
      const files = readdirSync(join(cwd, 'out', path)).filter((name) => name.endsWith('.yaml'));
      expect(files).toHaveLength(1);
      expect(readFileSync(join(cwd, 'out', path, files[0] ?? ''), 'utf8')).toContain(`name: a-${path.charAt(5)}`);
    }
    expect(existsSync(join(cwd, 'out/apps/0/production'))).toBe(false);
  });

  it('tells the mistakes of all, each once, and prints nothing', async () => {
    const cwd = repository(3, { 'apps/1/base/b.yaml': 'kind: [\n', 'apps/2/base/b.yaml': '{}\n' });
    const { code, stdout, stderr } = await runCli(all(), { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.match(/error\[yaml-syntax\]/gu)).toHaveLength(1);
    expect(stderr.match(/error\[resource-no-kind\]/gu)).toHaveLength(1);
  });

  it.each([
    ['--app', 'x'],
    ['--image', 'a=b:1'],
    ['--value', 'a=b'],
    ['--preview', 'number=1'],
  ])('takes no %s', async (...option) => {
    expect(await runCli(all(...option), { cwd: repository(1) })).toMatchObject({ code: 2, stdout: '' });
  });

  it('fails where there is no application', async () => {
    const { code, stderr } = await runCli(all(), { cwd: folder({ 'a.yaml': configMap('a') }) });
    expect(code).toBe(1);
    expect(stderr).toContain('error[file-missing]: no application');
  });

  it('prints the same from worker threads', async () => {
    const cwd = repository(12, {
      'apps/3/base/b.yaml': `${configMap('b')}data: {n: "1"}\nbinaryData: {}\nx: 12345678901234567890\n`,
    });
    const inThreads = await runBundled(all('-o', 'json'), { cwd, env: process.env });
    const inProcess = await runCli(all('-o', 'json'), { cwd });
    expect(inThreads).toEqual(inProcess);
    expect(inThreads.stdout.split('\n')).toHaveLength(12 * 2 - 1 + 2 + 1);
    const broken = repository(12, { 'apps/3/base/b.yaml': 'kind: [\n' });
    expect(await runBundled(all(), { cwd: broken, env: process.env })).toEqual(await runCli(all(), { cwd: broken }));
  });
});
