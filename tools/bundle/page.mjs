// Builds the page that `waybill page` fills with data, and the extension of Argo CD's UI, from page/.
//
// The page is one file: script and style stand in it, and its content security policy names their hashes, so that it
// works from a folder, where browsers do not agree on what "the same origin" is. Data of services are scripts beside it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';

const styles = ['tokens', 'base', 'shell', 'matrix', 'service', 'metrics', 'print'];

/** The style sheet, without comments and indentation. */
function styleSheet(/** @type {string} */ root, /** @type {string[]} */ names) {
  const text = names.map((name) => readFileSync(join(root, `page/styles/${name}.css`), 'utf8')).join('');
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//gu, '')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/ ?([{};,]) ?/gu, '$1')
    .replaceAll(/(?<=[a-z-]): /gu, ':')
    .replaceAll(';}', '}')
    .trim();
}

/** One classic script: a page in a folder cannot load modules. */
async function script(/** @type {string} */ root, /** @type {string} */ input) {
  const { output } = await build({
    cwd: root,
    input,
    platform: 'browser',
    logLevel: 'warn',
    tsconfig: join(root, 'page/tsconfig.json'),
    write: false,
    output: { format: 'iife', codeSplitting: false, minify: true, comments: false },
  });
  const { code } = output[0];
  // What would end the element that holds it.
  if (/<\/script|<!--/iu.test(code)) throw new Error(`${input}: its bundle cannot stand in an HTML page`);
  return code.trim();
}

const hashOf = (/** @type {string} */ text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** @param {string} root the repository @returns {Promise<string>} the page with TITLE and DATA to be filled in */
export async function pageTemplate(root) {
  const style = styleSheet(root, styles);
  const code = await script(root, 'page/main.tsx');
  const policy = [
    "default-src 'none'",
    `script-src 'self' ${hashOf(code)}`,
    `style-src ${hashOf(style)}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return readFileSync(join(root, 'page/index.html'), 'utf8')
    .replace('POLICY', () => policy)
    .replace('STYLE', () => style)
    .replace('SCRIPT', () => code);
}
