import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findBinary } from './find.ts';

const folder = mkdtempSync(join(tmpdir(), 'find-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['first', 'second', 'plain', 'directory']) mkdirSync(join(folder, name));
for (const name of ['first', 'second', 'plain']) writeFileSync(join(folder, name, 'tool'), '');
for (const name of ['first', 'second']) chmodSync(join(folder, name, 'tool'), 0o755);
mkdirSync(join(folder, 'directory/tool'));

const wanted = { name: 'tool', variable: 'THE_TOOL', howToGet: 'Install tool v1.' };
const path = (...names: string[]): string => names.map((name) => join(folder, name)).join(':');

const helped: unknown = expect.arrayContaining([wanted.howToGet]);

describe('findBinary', () => {
  it.each([
    ['the first on PATH', { PATH: path('first', 'second') }, 'first/tool'],
    ['no file without execute permission', { PATH: path('plain', 'second') }, 'second/tool'],
    ['no directory', { PATH: path('directory', 'second') }, 'second/tool'],
    ['the variable before PATH', { PATH: path('first'), THE_TOOL: join(folder, 'second/tool') }, 'second/tool'],
  ])('finds %s', (_name, env, expected) => {
    expect(findBinary(wanted, { env })).toEqual({ name: 'tool', path: join(folder, expected) });
  });

  it.each([
    ['nothing on PATH', { PATH: path('plain') }, 'tool is needed here and is not installed'],
    ['no PATH', {}, 'not installed'],
    ['a relative PATH, which would be the application', { PATH: '.:first' }, 'not installed'],
    [
      'a variable that names nothing',
      { THE_TOOL: '/nowhere/tool' },
      'THE_TOOL names /nowhere/tool, which is not an exec',
    ],
    ['a relative variable', { THE_TOOL: 'bin/tool' }, 'not an absolute path'],
  ])('fails with how to get it: %s', (_name, env, message) => {
    expect(() => findBinary(wanted, { env })).toThrow(message);
    expect(() => findBinary(wanted, { env })).toThrow(
      expect.objectContaining({ diagnostics: [expect.objectContaining({ help: helped })] }),
    );
  });
});
