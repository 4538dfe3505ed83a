import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

// The lint rule for import directions is worth something only if a violation fails the build:
// this test introduces one in a copy of the lint set-up.
const house = mkdtempSync(join(process.cwd(), '.cache-house-'));
afterAll(() => rmSync(house, { recursive: true, force: true }));

function lint(): { status: number | null; output: string } {
  const oxlint = join(process.cwd(), 'node_modules/.bin/oxlint');
  const { status, stdout, stderr } = spawnSync(oxlint, ['--deny-warnings'], { cwd: house, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

describe('import directions', () => {
  execFileSync('git', ['init', '-q', house]);
  mkdirSync(join(house, 'plugin/yaml'), { recursive: true });
  mkdirSync(join(house, 'plugin/cli'), { recursive: true });
  mkdirSync(join(house, 'tools'));
  cpSync('.oxlintrc.json', join(house, '.oxlintrc.json'));
  cpSync('tools/import-directions.generated.json', join(house, 'tools/import-directions.generated.json'));
  writeFileSync(join(house, 'plugin/cli/high.ts'), "export const high = 'high';\n");
  writeFileSync(join(house, 'plugin/yaml/low.ts'), "export const low = 'low';\n");

  it('lets a higher folder import a lower one', () => {
    writeFileSync(
      join(house, 'plugin/cli/uses.ts'),
      "import { low } from '../yaml/low.ts';\n\nexport const used = low;\n",
    );
    expect(lint()).toMatchObject({ status: 0 });
  });

  it('fails when a lower folder imports a higher one', () => {
    writeFileSync(
      join(house, 'plugin/yaml/bad.ts'),
      "import { high } from '../cli/high.ts';\n\nexport const bad = high;\n",
    );
    const { status, output } = lint();
    expect(status).toBe(1);
    expect(output).toContain('plugin/yaml may not import this folder');
  });
});
