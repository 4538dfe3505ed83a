import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const text = readFileSync('ARCHITECTURE.md', 'utf8');
const paths = (part: string): string[] =>
  [...part.matchAll(/`((?:plugin|notification-templates|test|sidecar|examples|docs)\/[\w./-]+)`/gu)]
    .map(([, path = '']) => path)
    .filter((path) => !path.includes('NAME'));

it('names paths that exist in ARCHITECTURE.md', () => {
  expect(paths(text).length).toBeGreaterThan(40);
  expect(paths(text).filter((path) => !existsSync(path))).toEqual([]);
});

// What a newcomer looks for: the first file of its row in "Where to find it" has the code that does it.
it.each([
  ['unmatched lock entry', "failure('image-unmatched'"],
  ['digest pin', 'sha256:[a-f0-9]{64}'],
  ['retry of a push', 'export async function pushUntil'],
  ["record's name", "'waybill'"],
  ['failed sync', "phase in ['Failed', 'Error']"],
  ['YAML 1.1 booleans', "'yes', 'Yes', 'YES'"],
  ['merge keys', '"keys":["containerPort","protocol"]'],
  ['secrets removed', 'export function redact'],
  ["GitLab's status request", '/statuses/'],
  ['order of the stages', 'overlays'],
  ['equal semantic versions', 'compareVersions(other, one) || numbersIn(other)'],
  ['exit codes', 'internalError: 70'],
])('leads to the code of: %s', (behavior, code) => {
  const row = text.split('\n').find((line) => line.startsWith('|') && line.split('|')[1]?.includes(behavior));
  const [path = 'missing'] = paths(row ?? '');
  expect(readFileSync(path, 'utf8')).toContain(code);
});
