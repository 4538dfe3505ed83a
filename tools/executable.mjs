// Builds dist/executable/waybill (or the file given as argument): one executable with Node and Waybill in it, for people without Node.
// It is a "single executable application" of the Node that runs this, for this machine's system and processor.
//   node tools/executable.mjs [FILE] [--node NODE]     (NODE: another Node of the same version, such as one for arm64)
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { inject } from 'postject';
import { pageTemplate } from './bundle/page.mjs';
import { bundle, root } from './bundle/program.mjs';

const { values, positionals } = parseArgs({ options: { node: { type: 'string' } }, allowPositionals: true });
const out = resolve(positionals[0] ?? join(root, 'dist/executable/waybill'));
/** Node looks for this text to see whether an application is in it (deps/postject of Node). */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

mkdirSync(dirname(out), { recursive: true });
const work = mkdtempSync(`${out}.part-`);
try {
  const main = join(work, 'main.cjs');
  const rest = join(work, 'rest.js');
  const { load, scripts } = await bundle();
  // The second script is read when something of it is needed, as in dist/waybill.cjs.
  const compileRest =
    "new (require('node:vm').Script)(require('node:sea').getAsset('rest', 'latin1')).runInThisContext()";
  writeFileSync(main, `${load}module.exports((index) => (index === 0 ? ${scripts[0]} : ${compileRest}), require);\n`);
  writeFileSync(rest, scripts[1]);
  const page = join(work, 'page.html');
  writeFileSync(page, await pageTemplate(root));
  const blob = join(work, 'waybill.blob');
  const config = join(work, 'sea.json');
  const mac = process.platform === 'darwin';
  writeFileSync(
    config,
    // A code cache would only fit the very processor that made it.
    // plugin/workers/embedded.ts reads the assets: worker threads need the program as a text.
    JSON.stringify({
      main,
      output: blob,
      disableExperimentalSEAWarning: true,
      useCodeCache: false,
      assets: { rest, 'program.cjs': main, 'page.html': page },
    }),
  );
  execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  const executable = join(work, 'waybill');
  copyFileSync(values.node ?? process.execPath, executable);
  chmodSync(executable, 0o755);
  if (mac) execFileSync('codesign', ['--remove-signature', executable]);
  await inject(executable, 'NODE_SEA_BLOB', readFileSync(blob), {
    sentinelFuse: FUSE,
    ...(mac ? { machoSegmentName: 'NODE_SEA' } : {}),
  });
  if (mac) execFileSync('codesign', ['--sign', '-', executable]);
  renameSync(executable, out);
} finally {
  rmSync(work, { recursive: true, force: true });
}
