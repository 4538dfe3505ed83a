import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rows } from '../../tools/import-directions.mjs';

// The map of the folders in CONTRIBUTING.md is worth something only while it is true.
const text = readFileSync('CONTRIBUTING.md', 'utf8');
const rooms = rows.flat();
const folders = readdirSync('plugin', { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe('the map of the folders', () => {
  it.each(folders.map(({ name }) => name))('%s has a row in the table of import directions', (name) => {
    expect(rooms).toContain(name);
  });

  it.each(rooms.filter((room) => existsSync(`plugin/${room}`)))('%s is in CONTRIBUTING.md', (room) => {
    expect(text).toContain(`\`${room}\``);
  });

  it('names no room that is not there', () => {
    const table = text.slice(text.indexOf('| room |'), text.indexOf('Beside it:'));
    const named = [...table.matchAll(/^\| (.*?) \|/gmu)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([\w.-]+)`/gu)].map(([, name]) => name),
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((name) => !existsSync(`plugin/${name}`))).toEqual([]);
  });
});

describe('the table of the tests', () => {
  const readme = readFileSync('test/README.md', 'utf8');
  const kinds = readdirSync('test', { withFileTypes: true }).filter((entry) => entry.isDirectory());

  it.each(kinds.map(({ name }) => name))('%s is in test/README.md', (name) => {
    expect(readme).toMatch(new RegExp(`\`(?:[\\w/]*/)?${name}(?:/[\\w.-]*)*\``, 'u'));
  });

  it('names no file that is not there', () => {
    const files = [...readme.matchAll(/`((?:tools|plugin|fixtures)\/[\w./-]+)`/gu)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(8);
    expect(files.filter((path) => !existsSync(path) && !existsSync(`test/${path}`))).toEqual([]);
  });
});
