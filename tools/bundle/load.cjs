// Runs the program: two scripts, each an object that has the functions of its chunks by name (program.mjs makes them).
// `compile(0)` gives the first one, `compile(1)` the other, which is read when a chunk of it is needed.
'use strict';

// Node 20's V8 has nothing between its interpreter and its optimizer, and starts the optimizer so early that a run of a
// few hundred milliseconds pays for it and seldom gets anything back: a render of 200 resources took 124 ms of processor
// time, and takes 86 with sixteen times V8's own number. Only when the optimizer starts depends on it. It is set before
// any code is read, since functions that have run keep the old number, and since V8 takes code only under the flags that
// it was made with. Later versions (with Maglev) are left alone.
if (process.versions.v8.startsWith('11.')) {
  process.getBuiltinModule('node:v8').setFlagsFromString('--interrupt-budget=1000000');
}

module.exports = (compile, require) => {
  const first = compile(0);
  let rest;
  const loaded = new Map();
  const late = new Map();

  function evaluate(known, name, script) {
    const before = known.get(name);
    if (before !== undefined) return before;
    const exported = {};
    known.set(name, exported);
    script[name](exported, load);
    return exported;
  }

  const fromRest = (known, name) => evaluate(known, name, (rest ??= compile(1)));

  function load(name) {
    if (!name.startsWith('./')) return require(name);
    const own = first[name];
    if (own === undefined) return fromRest(loaded, name);
    if (!Array.isArray(own)) return evaluate(loaded, name, first);
    // It waits until one of its exports, which are listed, is used.
    const exported = {};
    for (const key of own) Object.defineProperty(exported, key, { get: () => fromRest(late, name)[key] });
    return exported;
  }

  load('ENTRY');
};
