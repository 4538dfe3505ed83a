import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the bundle', () => {
  const file = join(folder, 'waybill');
  execFileSync(process.execPath, ['tools/bundle.mjs', file]);
  const args = ['render', 'tools/warm-up', '-e', 'production'];

  it('prints what the sources print, alone in an empty folder, with and without its cache', async () => {
    const { stdout } = await runCli(args);
    expect(statSync(`${file}.cache`).size).toBeGreaterThan(100_000);
    expect(execFileSync(file, args, { encoding: 'utf8' })).toBe(stdout);
    rmSync(`${file}.cache`);
    expect(execFileSync(file, args, { encoding: 'utf8' })).toBe(stdout);
  });

  it('sets the exit code, and keeps stdout empty on a mistake', () => {
    const { status, stdout, stderr } = spawnSync(file, ['render', 'tools/warm-up', '-e', 'prod'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('error[environment-unknown]');
    expect(spawnSync(file, ['nonsense']).status).toBe(2);
  });

  it('completes commands and options in a shell', () => {
    const complete = (...words: string[]): string => execFileSync(file, ['complete', ...words], { encoding: 'utf8' });
    expect(complete('bash')).toContain('complete');
    expect(complete('--', 'expl')).toMatch(/^explain\t/u);
    expect(complete('--', 'render', '--env')).toMatch(/^--environment\t/u);
    expect(complete('--', 'plugin', 'gen')).toMatch(/^generate\t/u);
  });

  it('gives a slow reader everything, and says that it is not complete when the reader goes away', () => {
    const one = (index: number): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c${index} }\n`;
    const count = 3000;
    const application = createRepository({
      'all.yaml': Array.from({ length: count }, (_, at) => one(at)).join('---\n'),
    });
    const shell = (script: string) =>
      spawnSync('sh', ['-c', script, 'sh', file, application], { encoding: 'utf8', maxBuffer: 1e8 });
    expect(shell('"$1" render "$2" -o json | (sleep 0.3; wc -l)').stdout.trim()).toBe(String(count));
    const cut = shell('("$1" render "$2"; echo "exit $?" >&2) | head -c 10');
    expect(cut.stdout).toBe('apiVersion');
    expect(cut.stderr).toMatch(/^error\[output-closed\]: .*\nexit 1\n$/u);
  });
});
