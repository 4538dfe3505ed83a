// Runs the program once and keeps the code that V8 made for one of its scripts: make-cache.cjs FOLDER INDEX ARGUMENT…
// FOLDER has load.cjs, the scripts 0.js and 1.js, and gets the code, INDEX.code. What ran is compiled in it, with what
// an earlier run left there; everything else stays to be compiled when it is needed. A process of its own, since the
// program writes to stdout and ends its process.
'use strict';
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { Script } = require('node:vm');

const [node, , folder, kept, ...args] = process.argv;
process.argv = [node, path.join(folder, 'waybill.cjs'), ...args];

function compile(index) {
  const code = path.join(folder, `${index}.code`);
  const script = new Script(readFileSync(path.join(folder, `${index}.js`), 'latin1'), {
    filename: `waybill${index}`,
    cachedData: existsSync(code) ? readFileSync(code) : undefined,
  });
  if (index === Number(kept)) process.on('exit', () => writeFileSync(code, script.createCachedData()));
  return script.runInThisContext();
}

require(path.join(folder, 'load.cjs'))(compile, require);
