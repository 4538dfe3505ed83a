/**
 * `waybill trace` over a repository whose directories render.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';
import { madeUpApplication, writeRepository } from './made-up-repository.ts';

let cwd: string;
beforeAll(() => {
  cwd = createRepository({});
  const versions = writeRepository(cwd, { services: 1, environments: ['staging'], deployments: 2 });
  const items = [madeUpApplication('service-000', 'staging', versions.get('service-000/staging') ?? -1)];
  writeFileSync(join(cwd, '.git/applications.json'), JSON.stringify({ items }));
});

describe('waybill trace', () => {
  it.each(['service-000-staging', 'service-000/staging'])('follows %s to where it breaks', async (name) => {
    const { code, stdout } = await runCli(['trace', name, '--applications', '.git/applications.json'], { cwd });
    expect(code).toBe(3);
    expect(
      stdout
        .split('\n')
        .map((line) => line.slice(0, 11).trim())
        .filter((line) => /^\S \S/u.test(line)),
    ).toEqual(['✓ lock', '✓ record', '✓ target', '✓ deployed', '✗ note', '? delivery', '? provider']);
    expect(stdout).toContain('GitHub was not asked: set GITHUB_TOKEN');
    expect(stdout).toMatch(/\nIt breaks at: note\n$/u);
  });

  it('names the applications that there are', async () => {
    const { code, stderr, stdout } = await runCli(['trace', 'nobody'], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Applications: service-000/staging.');
  });
});
