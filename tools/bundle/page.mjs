// Builds the page that `waybill page` fills with data, and the extension of Argo CD's UI, from page/.
//
// The page is one file: script and style stand in it, and its content security policy names their hashes, so that it
// works from a folder, where browsers do not agree on what "the same origin" is. Data of services are scripts beside it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packTar } from 'modern-tar';
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

/** One classic script: a page in a folder cannot load modules, and Argo CD joins those of its extensions. */
async function script(/** @type {string} */ root, /** @type {string} */ input, { define = {}, plugins = [] } = {}) {
  const { output } = await build({
    cwd: root,
    input,
    platform: 'browser',
    logLevel: 'warn',
    tsconfig: join(root, 'page/tsconfig.json'),
    write: false,
    plugins,
    transform: { define },
    output: { format: 'iife', codeSplitting: false, minify: true, comments: false },
  });
  const { code } = output[0];
  // What would end the element that holds it.
  if (/<\/script|<!--/iu.test(code)) throw new Error(`${input}: its bundle cannot stand in an HTML page`);
  return code.trim();
}

const hashOf = (/** @type {string} */ text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * uPlot formats numbers in the browser's language, at once. Chromium says `en-US@posix` under some locales, which is no
 * language: the script would end there, and the page be empty. The page writes numbers itself.
 */
const withoutLanguage = {
  name: 'without-language',
  transform: (/** @type {string} */ code, /** @type {string} */ id) => {
    if (!id.endsWith('/uPlot.esm.js')) return undefined;
    const fixed = code.replace(/(?<=new Intl\.NumberFormat\()[^)]*nav\.language[^)]*(?=\))/u, "'en'");
    if (fixed === code)
      throw new Error('uPlot asks for the language in another way: see whether it still ends the page');
    return fixed;
  },
};

/** @param {string} root the repository @returns {Promise<string>} the page with TITLE and DATA to be filled in */
export async function pageTemplate(root) {
  // Where parts of the charts stand.
  const charts = readFileSync(join(root, 'node_modules/uplot/dist/uPlot.min.css'), 'utf8');
  const style = charts.replaceAll(/\/\*[\s\S]*?\*\//gu, '') + styleSheet(root, styles);
  const code = await script(root, 'page/main.tsx', { plugins: [withoutLanguage] });
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

/** Argo CD knows Applications and no locks: what reads YAML and its schemas would be half of the extension. */
const withoutLocks = {
  name: 'without-locks',
  load: (/** @type {string} */ id) =>
    id.endsWith('/plugin/lock/read.ts')
      ? 'export function parseLock() { throw new Error("there are no locks in Argo CD"); }'
      : undefined,
};

/** @param {string} root the repository @returns {Promise<string>} the extension of Argo CD's UI, as one script */
export async function extensionScript(root) {
  // The style is for a shadow root, whose element has the theme.
  const style = styleSheet(root, [...styles, 'argocd'])
    .replaceAll(/:root:not\((\[[^\]]*\])\)/gu, ':host(:not($1))')
    .replaceAll(/:root(\[[^\]]*\])/gu, ':host($1)')
    .replaceAll(':root', ':host');
  const define = { WAYBILL_STYLE: JSON.stringify(style) };
  return `${await script(root, 'page/argocd/extension.tsx', { define, plugins: [withoutLocks] })}\n`;
}

/**
 * What argocd-extension-installer unpacks into /tmp/extensions: `resources/…/extension*.js`. The same bytes each time.
 * @param {string} text the extension
 */
export async function extensionArchive(text) {
  const name = 'resources/waybill/extension-waybill.js';
  const header = {
    name,
    size: Buffer.byteLength(text),
    mode: 0o644,
    mtime: new Date(0),
    type: /** @type {const} */ ('file'),
  };
  return await packTar([{ header, body: text }]);
}
