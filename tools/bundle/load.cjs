// Runs the program: two scripts, each an object that has the functions of its chunks by name (program.mjs makes them).
// `compile(0)` gives the first one, `compile(1)` the other, which is read when a chunk of it is needed.
'use strict';

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
