import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/tools/folder.ts';
import { createDirectoryTree } from '../files/directory.ts';
import { defaultFileLimits } from '../files/limits.ts';
import { findApplications } from './find.ts';
import { applicationAbove, isApplication } from './marks.ts';

const folder = temporaryFolders();
const lock = 'apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages: []\n';
const treeOf = (content: Parameters<typeof folder>[0]) => createDirectoryTree(folder(content), defaultFileLimits);

describe('isApplication', () => {
  it.each([
    ['waybill.yaml', 'kind: Waybill\n', true],
    ['waybill.yaml', '', true],
    ['waybill.yml', 'kind: Waybill\n', true],
    ['Waybill.yaml', 'kind: Waybill\n', true],
    ['waybill.json', '{}', true],
    ['locks/production.yaml', lock, true],
    ['locks/production.yaml', '', true],
    ['locks/production.yaml', 'images:\n  - name: [\n', true],
    ['locks/production.yml', lock, true],
    ['locks/production.json', '{ "images": [] }', true],
    ['locks/production.yaml', '\u0000', true],
    ['locks/README.md', 'images: waybill.dev', false],
    ['locks/.hidden.yaml', lock, false],
    ['locks/configmap.yaml', 'apiVersion: v1\nkind: ConfigMap\n', false],
    ['locks/sub/production.yaml', lock, false],
    ['base/deployment.yaml', 'kind: Deployment\n', false],
  ])('%s with %j: %s', (file, text, expected) => {
    expect(isApplication(treeOf({ [`a/${file}`]: text }), 'a')).toBe(expected);
  });

  it('counts what cannot be read: loading it says why', () => {
    expect(isApplication(treeOf({ 'a/waybill.yaml': { link: 'nowhere' } }), 'a')).toBe(true);
    expect(isApplication(treeOf({ 'a/locks/production.yaml': { link: '../../../outside' } }), 'a')).toBe(true);
    expect(isApplication(treeOf({ 'a/waybill.yaml/x': '' }), 'a')).toBe(true);
  });

  it('names the application that a directory is inside of', () => {
    const tree = treeOf({ 'apps/a/waybill.yaml': '', 'apps/a/base/x/d.yaml': '', 'apps/b/d.yaml': '' });
    expect(applicationAbove(tree, 'apps/a/base/x')).toBe('apps/a');
    expect(applicationAbove(tree, 'apps/a')).toBeUndefined();
    expect(applicationAbove(tree, 'apps/b')).toBeUndefined();
  });
});

describe('findApplications', () => {
  it('finds those with a waybill.yaml, with locks alone, and nested ones, and enters no hidden folder', () => {
    const tree = treeOf({
      'apps/a/waybill.yaml': '',
      'apps/a/locks/production.yaml': lock,
      'apps/a/locks/nested/waybill.yaml': '',
      'apps/a/part/locks/production.yaml': lock,
      'apps/b/locks/production.yaml': lock,
      'apps/c/waybill.yml': '',
      'apps/d/base/deployment.yaml': '',
      'apps/.cache/waybill.yaml': '',
      'apps/node_modules/x/waybill.yaml': '',
    });
    const found = { applications: ['apps/a', 'apps/a/part', 'apps/b', 'apps/c'], leftOut: [] };
    expect(findApplications(tree, '')).toEqual(found);
    expect(findApplications(tree, 'apps')).toEqual(found);
    expect(findApplications(tree, 'apps/b')).toEqual({ applications: ['apps/b'], leftOut: [] });
    expect(findApplications(tree, 'apps/d')).toEqual({ applications: [], leftOut: [] });
  });

  it('takes each directory once, whatever links lead to it, and says which links it left out', () => {
    const tree = treeOf({
      'apps/a/waybill.yaml': '',
      'apps/0-first': { link: 'a' },
      'apps/elsewhere': { link: '../shared' },
      'apps/z': { link: '../shared/s' },
      'apps/notes': { link: '../docs' },
      'apps/loop': { link: '..' },
      'apps/broken': { link: 'nowhere' },
      'shared/s/locks/production.yaml': lock,
      'docs/readme.md': '',
    });
    expect(findApplications(tree, 'apps')).toEqual({
      applications: ['apps/a', 'apps/elsewhere/s'],
      leftOut: [
        { directory: 'apps/0-first', reason: 'is a link to apps/a' },
        { directory: 'apps/z', reason: 'is a link to shared/s' },
      ],
    });
  });

  it('ends, and each directory once, where links make every path possible', () => {
    const names = Array.from({ length: 12 }, (_, index) => `d${index}`);
    const links = names.flatMap((name) =>
      names.map((other) => [`${name}/to-${other}`, { link: `../${other}` }] as const),
    );
    const tree = treeOf({ ...Object.fromEntries(links), 'd5/waybill.yaml': '' });
    const { applications, leftOut } = findApplications(tree, '');
    expect(applications).toEqual(['d5']);
    expect(leftOut).toHaveLength(11);
  });

  it('says what leads out of the repository, and goes on', () => {
    const tree = treeOf({ 'a/waybill.yaml': '', out: { link: '../../elsewhere' } });
    expect(findApplications(tree, '')).toEqual({
      applications: ['a'],
      leftOut: [{ directory: 'out', reason: expect.stringContaining('leads outside the root') as unknown }],
    });
  });

  it('fails at the limits of the tree, where applications could be missed', () => {
    const root = folder({ 'a/1': '', 'a/2': '', 'a/3': '', 'b/waybill.yaml': '' });
    const tree = createDirectoryTree(root, { ...defaultFileLimits, files: 3 });
    expect(() => findApplications(tree, '')).toThrow(/more than 3 names/u);
  });
});
