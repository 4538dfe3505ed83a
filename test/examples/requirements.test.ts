import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

// docs/setups.md says which test proves which requirement: each row names tests that exist.
const [, table = ''] = readFileSync('docs/setups.md', 'utf8').split('## Requirements');
const rows = Array.from(table.matchAll(/^\| (.+?) \| (.+) \| (.+?) \|$/gmu), ([, requirement = '', , tests = '']) => ({
  requirement,
  tests,
})).filter(({ requirement }) => requirement !== 'requirement' && !requirement.startsWith('--'));

/** The text of a test file, or of all files of a folder. */
function textOf(path: string): string {
  if (!existsSync(path)) return '';
  if (!statSync(path).isDirectory()) return readFileSync(path, 'utf8');
  return readdirSync(path)
    .map((name) => join(path, name))
    .filter((one) => one.endsWith('.test.ts'))
    .map((one) => readFileSync(one, 'utf8'))
    .join('\n');
}

it('is a table of requirements', () => {
  expect(rows.length).toBeGreaterThan(45);
});

it.each(rows)('$requirement', ({ tests }) => {
  const paths = Array.from(tests.matchAll(/`((?:test|plugin)\/[^`]+)`/gu), ([, path = '']) => path);
  const scripts = Array.from(tests.matchAll(/`npm run ([a-z:]+)/gu), ([, name = '']) => name);
  const names = Array.from(tests.matchAll(/"([^"]+)"/gu), ([, name = '']) => name);
  for (const script of scripts) expect(readFileSync('package.json', 'utf8')).toContain(`"${script}":`);
  for (const path of paths) expect(textOf(path), path).not.toBe('');
  // Each file with the name of a test in it.
  expect(paths.length + scripts.length).toBeGreaterThan(0);
  expect(names.length).toBeGreaterThanOrEqual(paths.length);
  const text = paths
    .map(textOf)
    .join('\n')
    .replaceAll(/\\(['"])/gu, '$1');
  for (const name of names) expect(text.includes(name), name).toBe(true);
});
