// The documentation site: the same files that people read in the repository. `npm run docs:build` fails on a link to a
// page that does not exist; test/docs/links.test.ts checks anchors and links to other files.
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import GithubSlugger from 'github-slugger';
import { defineConfig } from 'vitepress';
import { groups } from './pages.ts';

const docs = join(import.meta.dirname, '..');
/** Where the sources are, as package.json says. */
const repository =
  /"url": "git\+(https:[^"]+)\.git"/u.exec(readFileSync(join(docs, '../package.json'), 'utf8'))?.[1] ?? '';

/** The first heading of a page. */
function titleOf(page: string): string {
  return /^# (.*)$/mu.exec(readFileSync(join(docs, `${page}.md`), 'utf8'))?.[1]?.replaceAll('`', '') ?? page;
}

/** The page that markdown-it is given as its environment, as a path below docs/. */
function pathOf(environment: unknown): string {
  const known = typeof environment === 'object' && environment !== null && 'relativePath' in environment;
  return known && typeof environment.relativePath === 'string' ? environment.relativePath : '';
}

export default defineConfig({
  title: 'Waybill',
  description: 'Deployment statuses on the source commit, from Argo CD.',
  // Pages are named as in the repository; a folder's README.md is its index.
  rewrites: { ':folder/README.md': ':folder/index.md' },
  cleanUrls: true,
  lastUpdated: false,
  outDir: '../dist/docs',
  cacheDir: '../.cache/vitepress',
  // `{{ environment }}` in a page is text about templates, not Vue's: delimiters that no page contains.
  vue: { template: { compilerOptions: { delimiters: ['\u0001', '\u0002'] } } },
  markdown: {
    // Headings have the anchors that the repository's host gives them, so that links work in both.
    anchor: { slugify: (heading: string) => new GithubSlugger().slug(heading) },
    config: (markdown) => {
      // Links to examples and sources lead to the repository: they are not part of the site.
      markdown.core.ruler.push('links-out-of-docs', (state) => {
        const relativePath = pathOf(state.env);
        for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.type === 'link_open' ? token.attrGet('href') : null;
          if (href === null || /^(?:[a-z]+:|#)/iu.test(href)) continue;
          const target = posix.normalize(posix.join('docs', posix.dirname(relativePath), href));
          if (!target.startsWith('docs/')) token.attrSet('href', `${repository}/blob/main/${target}`);
        }
      });
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: repository }],
    editLink: { pattern: `${repository}/edit/main/docs/:path` },
    sidebar: groups.map(({ title, pages }) => ({
      text: title,
      items: pages
        .filter((page) => existsSync(join(docs, `${page}.md`)))
        .map((page) => ({ text: titleOf(page), link: `/${page.replace(/README$/u, '')}`.replace(/\/index$/u, '/') })),
    })),
  },
});
