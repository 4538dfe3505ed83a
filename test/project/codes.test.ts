/**
 * The list of diagnostic codes is closed: what is used is listed, and what is listed is used. The compiler holds
 * `failure('…')` to the list; texts that only look like a diagnostic, and rows that nobody uses any more, it cannot see.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { codes } from '../../plugin/diagnostics/codes.ts';

const root = join(import.meta.dirname, '../..');
const folders = ['plugin', 'docs', 'test', 'examples', 'sidecar', 'notification-templates', 'tools'];
const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path}`)
    .filter((path) => /\.(ts|mjs|cjs|md|txt|yaml)$/u.test(path) && !/node_modules|\.generated\./u.test(path)),
);
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const names = Object.keys(codes);

it('says in each row what to do, in whole sentences', () => {
  for (const [name, text] of Object.entries(codes)) expect(`${name}: ${text}`).toMatch(/^[a-z0-9-]+: .{20,}\.\)?$/u);
});

it('has no row that nothing uses', () => {
  const sources = files
    .filter((path) => /^plugin\/.*\.ts$/u.test(path) && !path.endsWith('.test.ts') && !path.endsWith('/codes.ts'))
    .map(textOf)
    .join('\n');
  expect(names.filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
});

it('has every code that a text names as one', () => {
  const unlisted = files
    // A test of the printer makes up nothing, but this file names what it looks for.
    .filter((path) => !path.endsWith('project/codes.test.ts'))
    .flatMap((path) =>
      [...textOf(path).matchAll(/(?:error|warning|fatal)\\?\[([a-z][a-z0-9-]*[a-z0-9])\\?\]/gu)]
        .filter(([, name = '']) => !names.includes(name))
        .map(([text]) => `${path}: ${text}`),
    );
  expect(unlisted).toEqual([]);
});

it('has every code that the comments of the sources promise', () => {
  const promised = /Failures? ((?:`[a-z0-9-]+`(?:, | and | or )?)+)/gu;
  const unlisted = files
    .filter((path) => /^plugin\/.*\.ts$/u.test(path))
    .flatMap((path) =>
      [...textOf(path).matchAll(promised)].flatMap(([, list = '']) =>
        [...list.matchAll(/`([a-z0-9-]+)`/gu)].flatMap(([, name = '']) =>
          names.includes(name) ? [] : `${path}: ${name}`,
        ),
      ),
    );
  expect(unlisted).toEqual([]);
});
