import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

// ARCHITECTURE.md says where behavior lives: each path that it names exists.
it('names paths that exist in ARCHITECTURE.md', () => {
  const text = readFileSync('ARCHITECTURE.md', 'utf8');
  const paths = [...text.matchAll(/`((?:plugin|notification-templates|test|sidecar|examples|docs)\/[\w./-]+)`/gu)]
    .map(([, path = '']) => path)
    .filter((path) => !path.includes('NAME'));
  expect(paths.length).toBeGreaterThan(40);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});
