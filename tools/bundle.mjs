// Builds dist/waybill.cjs (or the file given as argument), the one file that bin.waybill names, from plugin/bin.ts, and
// beside it dist/waybill.cjs.cache: the program again, as V8 compiles it.
//
// A render of a small application takes less time than V8 needs to parse all commands, and an Argo CD with a thousand
// applications renders all day. So the program is CommonJS, which Node starts faster than a module, in two scripts
// (bundle/program.mjs), of which a render reads the first, and the few lines that Node starts (bundle/launcher.cjs) take
// its text and its code from the cache. The second script has its own, dist/waybill.cjs.rest.cache, with the code of
// `waybill images set`: the last step of a pipeline waits for it. Where there is no cache for this program they find the
// text in a comment of their own file (compressed, since V8 reads comments too), and where V8 is another one it compiles
// the text as usual. And the page of
// `waybill page` is dist/waybill.cjs.page.html; the extension of Argo CD's UI is dist/extension-waybill.js, and in
// dist/waybill-extension.tar as argocd-extension-installer takes it.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { extensionArchive, extensionScript, pageTemplate } from './bundle/page.mjs';
import { bundle, root } from './bundle/program.mjs';

const out = resolve(process.argv[2] ?? join(root, 'dist/waybill.cjs'));

/** Base64, which cannot end a comment. The best quality would take seconds, and save little. */
function compressed(text) {
  return brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).toString('base64');
}

/** The last step of a pipeline, in a copy of the application that is a repository where there is git. */
function imagesSet(folder) {
  cpSync(join(root, 'tools/warm-up'), folder, { recursive: true });
  const git = (...args) => spawnSync('git', ['-C', folder, ...args], { stdio: 'ignore' }).status === 0;
  const identity = ['-c', 'user.name=waybill', '-c', 'user.email=waybill@localhost'];
  const isRepository = git('init', '-q') && git('add', '.') && git(...identity, 'commit', '-q', '-m', 'warm up');
  const image = 'ghcr.io/acme/user-service=:warm';
  const source = ['--source-repository', 'https://github.com/acme/user-service', '--source-commit', '0'.repeat(40)];
  const args = ['images', 'set', image, '-e', 'production', ...source, '--allow-older'];
  return { cwd: folder, args: isRepository ? [...args, '--commit'] : args };
}

const { load, scripts } = await bundle();
const hash = createHash('sha256').update(scripts.join('')).digest('hex').slice(0, 16);

mkdirSync(dirname(out), { recursive: true });
const work = mkdtempSync(join(dirname(out), '.bundle-'));
try {
  const launcher = readFileSync(join(root, 'tools/bundle/launcher.cjs'), 'utf8')
    .replace('HASH', hash)
    .replace('SIZES', JSON.stringify(scripts.map(({ length }) => length)))
    .replace('// LOAD', () => load);
  const file = join(work, 'waybill.cjs');
  writeFileSync(file, `${launcher}/*${compressed(scripts.join(''))}*/\n`);
  chmodSync(file, 0o755);

  writeFileSync(join(work, 'load.cjs'), load);
  // Each cache holds what these runs compile; each run adds to those before.
  const renders = ['json', 'yaml'].map((format) => ({
    cwd: root,
    args: ['render', 'tools/warm-up', '-e', 'production', '-o', format],
  }));
  const kinds = [
    { end: '.cache', runs: renders },
    { end: '.rest.cache', runs: [imagesSet(join(work, 'repository'))] },
  ];
  scripts.forEach((script, index) => writeFileSync(join(work, `${index}.js`), script));
  for (const [index, { end, runs }] of kinds.entries()) {
    for (const { cwd, args } of runs) {
      execFileSync(process.execPath, [join(root, 'tools/bundle/make-cache.cjs'), work, String(index), ...args], {
        cwd,
        // What goes wrong is in the message of the error.
        stdio: ['ignore', 'ignore', 'pipe'],
      });
    }
    const code = readFileSync(join(work, `${index}.code`));
    const cache = join(work, end);
    writeFileSync(cache, Buffer.concat([Buffer.from(hash + scripts[index]), code]));
    renameSync(cache, `${out}${end}`);
  }
  writeFileSync(`${out}.page.html`, await pageTemplate(root));
  const extension = await extensionScript(root);
  writeFileSync(join(dirname(out), 'extension-waybill.js'), extension);
  writeFileSync(join(dirname(out), 'waybill-extension.tar'), await extensionArchive(extension));
  renameSync(file, out);
} finally {
  rmSync(work, { recursive: true });
}
