// Every relative link of a page for people leads to a file that exists, and to a heading of it.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import GithubSlugger from 'github-slugger';
import { describe, expect, it } from 'vitest';
import { groups } from '../../docs/.vitepress/pages.ts';

const root = join(import.meta.dirname, '../..');
const pages = ['', 'docs', 'examples', 'sidecar', 'test', 'notification-templates'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: folder !== '', encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !/(?:^|\/)(?:node_modules|fixtures|expected)/u.test(name))
    .map((name) => join(folder, name)),
);

/** A page's text without its blocks of code. */
function prose(page: string): string {
  return readFileSync(join(root, page), 'utf8').replaceAll(/^( *)(```+)[^\n]*\n[\s\S]*?^\1\2 *$/gmu, '');
}

/** The anchors of a page, as the repository's host makes them. */
function anchors(page: string): Set<string> {
  const slugger = new GithubSlugger();
  const text = prose(page);
  const headings = [...text.matchAll(/^#{1,6} +(.*?) *#*$/gmu)].map(([, heading = '']) =>
    slugger.slug(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, '$1').replaceAll(/[`*]/gu, '')),
  );
  const named = [...text.matchAll(/<a (?:id|name)="([^"]+)"/gu)].map(([, name = '']) => name);
  return new Set([...headings, ...named]);
}

describe.each(pages)('%s', (page) => {
  it('has no markers of an unfinished merge', () => {
    expect(readFileSync(join(root, page), 'utf8')).not.toMatch(/^(?:<{7}|>{7}) /mu);
  });

  const links = [...prose(page).matchAll(/\]\((?!\w+:|\/\/)([^)\s]*)\)/gu)].map(([, link = '']) => link);

  it('links to files and headings that exist', () => {
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#', 2);
      const target = path === '' ? page : relative(root, join(root, dirname(page), decodeURIComponent(path)));
      if (!existsSync(join(root, target))) return true;
      if (anchor === undefined) return false;
      const file = statSync(join(root, target)).isDirectory() ? join(target, 'README.md') : target;
      return file.endsWith('.md') && !anchors(file).has(anchor);
    });
    expect(broken).toEqual([]);
  });
});

it('finds pages, and links in them', () => {
  expect(pages).toContain('README.md');
  expect(pages).toContain('docs/notifications/states.md');
  expect(prose('README.md')).toMatch(/\]\(docs\//u);
  expect(anchors('docs/threat-model.md')).toContain('the-fuzzer');
});

it('lists every page of the documentation once in the sidebar', () => {
  const listed = groups.flatMap((group) => group.pages).toSorted();
  const written = pages
    .filter((page) => page.startsWith('docs/'))
    .map((page) => page.slice('docs/'.length, -'.md'.length))
    .toSorted();
  expect(listed).toEqual(written);
});

it('needs few words from those who only want to start', () => {
  const index = prose('docs/index.md');
  const first = index.slice(index.indexOf('## Read first'), index.indexOf('## Start'));
  const path = [...first.matchAll(/\]\(([\w/-]+\.md)\)/gu)].map(([, page = '']) => join('docs', page));
  expect(path.length).toBeGreaterThan(3);
  const words = ['docs/index.md', ...path].flatMap((page) => readFileSync(join(root, page), 'utf8').split(/\s+/u));
  expect(words.length).toBeLessThan(3000);
});
