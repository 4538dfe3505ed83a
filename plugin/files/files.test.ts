import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createDirectoryTree } from './directory.ts';
import { defaultFileLimits, type FileLimits } from './limits.ts';
import { createMemoryTree } from './memory.ts';
import { resolvePath } from './path.ts';
import { findRoot } from './root.ts';
import type { FileTree } from './tree.ts';

const scratch = mkdtempSync(join(tmpdir(), 'waybill-files-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let count = 0;
/** A folder on disk; values that are not text are symbolic links. */
function folder(files: Record<string, string | { link: string }>): string {
  count += 1;
  const root = join(scratch, String(count), 'root');
  mkdirSync(root, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (typeof content === 'string') writeFileSync(join(root, path), content);
    else symlinkSync(content.link, join(root, path));
  }
  return root;
}

function tree(files: Record<string, string | { link: string }>, limits: Partial<FileLimits> = {}): FileTree {
  return createDirectoryTree(folder(files), { ...defaultFileLimits, ...limits });
}

const plain = { 'a.yaml': 'a', 'dir/b.yaml': 'b', 'dir/deep/c.yaml': 'c', '.git/HEAD': 'x' };

describe.each([
  ['directory', () => tree(plain)],
  ['memory', () => createMemoryTree(plain)],
])('a %s tree', (_name, make) => {
  it('tells files from directories and from nothing', () => {
    const files = make();
    expect(['', 'a.yaml', 'dir', 'dir/deep', 'none', 'a.yaml/x', 'dir/none'].map((path) => files.kind(path))).toEqual([
      'directory',
      'file',
      'directory',
      'directory',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('knows that a path without links is the real one', () => {
    const files = make();
    expect(['', 'dir/deep/c.yaml', 'none'].map((path) => files.realPath(path))).toEqual([
      '',
      'dir/deep/c.yaml',
      undefined,
    ]);
  });

  it('lists names, sorted', () => {
    expect(make().list('')).toEqual(['a.yaml', 'dir']);
    expect(make().list('dir')).toEqual(['b.yaml', 'deep']);
  });

  it('has nothing of git', () => {
    expect(make().kind('.git')).toBeUndefined();
    expect(make().kind('.git/HEAD')).toBeUndefined();
    expect(() => make().readText('.git/HEAD')).toThrow('file-missing');
    expect(() => make().list('.git')).toThrow('file-missing');
  });

  it('reads text and bytes', () => {
    expect(make().readText('dir/deep/c.yaml')).toBe('c');
    expect([...make().readBytes('a.yaml')]).toEqual([97]);
  });

  it.each(['none', 'dir', 'dir/none.yaml', ''])('fails to read %j', (path) => {
    expect(() => make().readText(path)).toThrow('file-missing');
  });

  it('fails to list what is no directory', () => {
    expect(() => make().list('a.yaml')).toThrow('file-missing');
    expect(() => make().list('none')).toThrow('file-missing');
  });
});

describe('symbolic links', () => {
  it('are followed inside the root, through directories and several links', () => {
    const files = tree({
      'base/x.yaml': 'x',
      'app/base': { link: '../base' },
      'app/again': { link: './base/../base//x.yaml' },
      'app/deep/link': { link: '../again' },
    });
    expect(files.list('app/base')).toEqual(['x.yaml']);
    expect(files.readText('app/base/x.yaml')).toBe('x');
    expect(files.readText('app/deep/link')).toBe('x');
    expect(['app/deep/link', 'app/base', 'base', 'none'].map((path) => files.realPath(path))).toEqual([
      'base/x.yaml',
      'base',
      'base',
      undefined,
    ]);
    expect(files.kind('app/base')).toBe('directory');
  });

  it.each([
    ['an absolute target', '/etc/passwd'],
    ['a target above the root', '../../outside'],
    ['a way out and back in', '../../root/a.yaml'],
    ['a way out through a link', 'up/../../../outside'],
  ])('with %s are refused', (_what, link) => {
    const files = tree({ 'dir/evil': { link }, 'dir/up': { link: '.' }, 'a.yaml': 'a' });
    expect(() => files.readText('dir/evil')).toThrow('path-escapes');
    expect(() => files.kind('dir/evil')).toThrow('path-escapes');
    expect(() => files.kind('dir/evil/x')).toThrow('path-escapes');
  });

  it.each([
    ['to itself', { a: { link: 'a' } }, 'a'],
    ['to each other', { a: { link: 'b' }, b: { link: 'a' } }, 'a'],
    ['to the directory above', { 'd/up': { link: '..' } }, 'd/up'],
    ['to each other\u2019s directories', { 'x/l': { link: '../y' }, 'y/l': { link: '../x' } }, 'x/l/l'],
  ])('in a circle are refused: %s', (_what, links, path) => {
    expect(() => tree(links).kind(path)).toThrow('file-link-loop');
  });

  it('into .git lead to nothing', () => {
    const files = {
      link: { link: '.git/config' },
      up: { link: 'dir/../.GIT/config' },
      'dir/x': '',
      '.git/config': 'url',
    };
    expect(() => tree(files).readText('link')).toThrow('file-link-broken');
    expect(() => tree(files).readText('up')).toThrow('file-link-broken');
  });

  it('that lead to nothing are refused', () => {
    expect(() => tree({ a: { link: 'none' } }).kind('a')).toThrow('file-link-broken');
    expect(() => tree({ a: { link: 'f/x' }, f: '' }).kind('a')).toThrow('file-link-broken');
  });

  it('made of links cost no more than their number', () => {
    const links: Record<string, { link: string }> = { l30: { link: '.' } };
    for (let n = 0; n < 30; n += 1) links[`l${n}`] = { link: `l${n + 1}/l${n + 1}/l${n + 1}` };
    // 3^30 steps if every mention were followed anew; as it is, the loop is found or the end reached at once.
    expect(tree({ ...links, f: '' }).kind('f')).toBe('file');
    expect(() => tree(links).kind('l0')).toThrow('file-link-loop');
  });
});

describe('what is not a file', () => {
  it('is refused without blocking: a pipe, a socket', async () => {
    const root = folder({});
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, 'socket'), resolve));
    const files = createDirectoryTree(root, defaultFileLimits);
    expect(() => files.readText('pipe')).toThrow('file-special');
    expect(() => files.kind('socket')).toThrow('file-special');
    server.close();
  });

  it('is refused through a path that is none', () => {
    const files = tree(plain);
    for (const path of ['../a', 'dir/../a.yaml', './a.yaml', 'dir//b.yaml', '/etc', 'a\0b']) {
      expect(() => files.kind(path)).toThrow('path-escapes');
    }
    expect(files.kind('a/'.repeat(1_000_000) + 'a')).toBeUndefined();
  });
});

describe('limits', () => {
  it('refuse a 100 MB file without reading it', () => {
    const root = folder({ big: '' });
    truncateSync(join(root, 'big'), 100 * 1000 * 1000);
    expect(() => createDirectoryTree(root, defaultFileLimits).readBytes('big')).toThrow(
      'file-too-large: the file has 100000000 bytes',
    );
  });

  it('count bytes, files and names over the whole tree', () => {
    const files = { a: '123', b: '456', c: '789' };
    expect(() => ['a', 'b'].map((path) => tree(files, { totalBytes: 5 }).readText(path))).not.toThrow();
    const bytes = tree(files, { totalBytes: 5 });
    bytes.readText('a');
    expect(() => bytes.readText('b')).toThrow('limit-bytes');
    const few = tree(files, { files: 1 });
    few.readText('a');
    expect(() => few.readText('b')).toThrow('limit-files');
    expect(() => tree(files, { files: 2 }).list('')).toThrow('limit-files');
  });
});

function read(bytes: readonly number[]): string {
  return createMemoryTree({ f: Uint8Array.from(bytes) }).readText('f');
}

describe('text', () => {
  it('is UTF-8, or UTF-16 with a byte order mark', () => {
    expect(read([0xef, 0xbb, 0xbf, 0x61])).toBe('a');
    expect(read([0xff, 0xfe, 0x61, 0x00, 0x3d, 0xd8, 0x00, 0xde])).toBe('a😀');
    expect(read([0xfe, 0xff, 0x00, 0x61])).toBe('a');
    expect(read([...Buffer.from('é😀')])).toBe('é😀');
    expect(read([])).toBe('');
  });

  it.each([
    ['a NUL byte', [0x61, 0x0a, 0x62, 0x00], { line: 2, column: 2 }],
    ['a byte that is no UTF-8', [0x61, 0xff], { line: 1, column: 2 }],
    ['a cut character', [0x0a, 0x61, 0xf0, 0x9f, 0x98], { line: 2, column: 2 }],
    ['an encoded surrogate', [0xed, 0xa0, 0x80], { line: 1, column: 1 }],
    ['an over-long form', [0x61, 0x62, 0xc0, 0xaf, 0x63], { line: 1, column: 3 }],
  ])('is refused with %s', (_what, bytes, place) => {
    expect(() => read(bytes)).toThrow(
      expect.objectContaining({
        diagnostics: [expect.objectContaining({ code: 'file-binary', location: { file: 'f', ...place } })],
      }),
    );
  });

  it('is refused as UTF-16 with half a character', () => {
    expect(() => read([0xff, 0xfe, 0x3d, 0xd8])).toThrow('file-binary');
    expect(() => read([0xff, 0xfe, 0x00, 0x00])).toThrow('file-binary');
  });
});

describe('resolvePath', () => {
  it.each([
    ['a/b', 'c.yaml', 'a/b/c.yaml'],
    ['a/b', '../c.yaml', 'a/c.yaml'],
    ['a/b', './../../c//d/.', 'c/d'],
    ['', '.', ''],
    ['a', '..', ''],
  ])('%j + %j is %j', (base, path, expected) => {
    expect(resolvePath(base, path)).toBe(expected);
  });

  it.each([
    ['a', '../../x'],
    ['', '..'],
    ['a', '/etc/passwd'],
    ['a', 'b\0c'],
  ])('%j + %j escapes', (base, path) => {
    expect(() => resolvePath(base, path)).toThrow('path-escapes');
  });
});

describe('findRoot', () => {
  it('is the nearest folder with .git, which may be a file, else the folder itself', () => {
    const root = folder({ '.git/HEAD': '', 'a/b/c': '', 'sub/.git': 'gitdir: ..', 'sub/d/e': '' });
    expect(findRoot(join(root, 'a/b'))).toBe(root);
    expect(findRoot(root)).toBe(root);
    expect(findRoot(join(root, 'sub/d'))).toBe(join(root, 'sub'));
    const lone = folder({ 'a/b': '' });
    expect(findRoot(join(lone, 'a'))).toBe(join(lone, 'a'));
  });
});
