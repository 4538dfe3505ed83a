// Runs the program once and keeps the code that V8 made for it: make-cache.cjs PROGRAM CACHE ARGUMENT…
// What ran is compiled in the cache, with what an earlier cache there had; everything else stays to be compiled when it
// is needed. A process of its own, since the program writes to stdout and ends its process.
'use strict';
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { Script } = require('node:vm');

const [node, , program, cache, ...args] = process.argv;
const script = new Script(readFileSync(program, 'latin1'), {
  filename: 'waybill',
  cachedData: existsSync(cache) ? readFileSync(cache) : undefined,
});
process.argv = [node, program, ...args];
process.on('exit', () => writeFileSync(cache, script.createCachedData()));
script.runInThisContext()(exports, require, module);
