// Builds dist/waybill.cjs (or the file given as argument), the one file that bin.waybill names, from plugin/bin.ts, and
// beside it V8's compiled form of what a render runs (dist/waybill.cjs.cache).
//
// A render of a small application takes less time than V8 needs to parse all commands, and an Argo CD with a thousand
// applications renders all day. So the program is CommonJS, which Node starts faster than a module; it lies in its file
// as a comment, which costs next to nothing; and the few lines before the comment (bundle/launcher.cjs) compile it from
// the cache where the cache fits (same program, same V8). Elsewhere it is compiled as usual.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { lateBuiltins } from './bundle/late-builtins.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = resolve(process.argv[2] ?? join(root, 'dist/waybill.cjs'));

/** `\u00e9`, for one UTF-16 code unit. The same in strings, templates and regular expressions. */
function escaped(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const { output } = await build({
  cwd: root,
  input: 'plugin/bin.ts',
  platform: 'node',
  logLevel: 'warn',
  plugins: [lateBuiltins(['child_process', 'crypto'])],
  write: false,
  output: { format: 'cjs', codeSplitting: false, minify: true, comments: false },
});
// In ASCII: a text with other characters takes twice the memory and time to read.
const code = output[0].code.replaceAll(/[^\0-\u007e]/g, escaped);
const program = `(function (exports, require, module) {${code}\n})`;
const hash = createHash('sha256').update(program).digest('hex').slice(0, 16);

mkdirSync(dirname(out), { recursive: true });
const work = mkdtempSync(join(dirname(out), '.bundle-'));
try {
  const launcher = readFileSync(join(root, 'tools/bundle/launcher.cjs'), 'utf8').replace('HASH', hash);
  const file = join(work, 'waybill.cjs');
  // The end of a comment inside the program is broken up; the launcher puts it together again.
  writeFileSync(file, `${launcher}/*${program.replaceAll('*/', '*\u0001/')}*/\n`);
  chmodSync(file, 0o755);

  // What these runs compile is what the cache holds. The second adds to the first.
  const source = join(work, 'program.js');
  const cache = join(work, 'cache');
  writeFileSync(source, program);
  for (const format of ['json', 'yaml']) {
    const render = ['render', 'tools/warm-up', '-e', 'production', '-o', format];
    execFileSync(process.execPath, [join(root, 'tools/bundle/make-cache.cjs'), source, cache, ...render], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  writeFileSync(cache, Buffer.concat([readFileSync(cache), Buffer.from(hash)]));
  renameSync(cache, `${out}.cache`);
  renameSync(file, out);
} finally {
  rmSync(work, { recursive: true });
}
