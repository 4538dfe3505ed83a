import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

// The lint rule for import directions is worth something only if a violation fails the build:
// this test introduces one in a copy of the lint set-up.
const project = mkdtempSync(join(process.cwd(), '.cache-house-'));
afterAll(() => rmSync(project, { recursive: true, force: true }));

function lint(): { status: number | null; output: string } {
  const oxlint = join(process.cwd(), 'node_modules/.bin/oxlint');
  const { status, stdout, stderr } = spawnSync(oxlint, ['--deny-warnings'], { cwd: project, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

describe('import directions', () => {
  execFileSync('git', ['init', '-q', project]);
  mkdirSync(join(project, 'plugin/yaml'), { recursive: true });
  mkdirSync(join(project, 'plugin/cli'), { recursive: true });
  mkdirSync(join(project, 'tools'));
  cpSync('.oxlintrc.json', join(project, '.oxlintrc.json'));
  cpSync('tools/import-directions.generated.json', join(project, 'tools/import-directions.generated.json'));
  writeFileSync(join(project, 'plugin/cli/high.ts'), "export const high = 'high';\n");
  writeFileSync(join(project, 'plugin/yaml/low.ts'), "export const low = 'low';\n");

  it('lets a higher folder import a lower one', () => {
    writeFileSync(
      join(project, 'plugin/cli/uses.ts'),
      "import { low } from '../yaml/low.ts';\n\nexport const used = low;\n",
    );
    expect(lint()).toMatchObject({ status: 0 });
  });

  it('fails when a lower folder imports a higher one', () => {
    writeFileSync(
      join(project, 'plugin/yaml/bad.ts'),
      "import { high } from '../cli/high.ts';\n\nexport const bad = high;\n",
    );
    const { status, output } = lint();
    expect(status).toBe(1);
    expect(output).toContain('plugin/yaml may not import this folder');
  });
});
