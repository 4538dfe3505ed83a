// A rolldown plugin: Node's own modules are loaded where a module that needs them begins to run, not all at the start.
// The costly ones (two and three milliseconds) wait until one of their functions is used.
import { builtinModules } from 'node:module';

const PREFIX = '\0builtin:';

/** The text of a module that stands for `name`; `real` is the expression that gives it. */
function standIn(name, real) {
  const functions = Object.entries(process.getBuiltinModule(name)).filter(([, value]) => typeof value === 'function');
  return [
    // The target can be called and constructed. Whoever looks into it (util.promisify does) finds the real fields.
    'const late = (load) => new Proxy(function () {}, {',
    '  apply: (_target, self, args) => Reflect.apply(load(), self, args),',
    '  construct: (_target, args) => Reflect.construct(load(), args),',
    '  get: (_target, field) => Reflect.get(load(), field),',
    '});',
    `export default late(() => ${real});`,
    ...functions.map(([key]) => `export const ${key} = late(() => ${real}.${key});`),
  ].join('\n');
}

/**
 * @param {readonly string[]} costly names without `node:`; only functions of these can be imported by name
 */
export function lateBuiltins(costly) {
  return {
    name: 'late-builtins',
    resolveId(id) {
      const name = id.replace('node:', '');
      return id.startsWith('node:') || builtinModules.includes(name) ? PREFIX + name : undefined;
    },
    load(id) {
      if (!id.startsWith(PREFIX)) return undefined;
      const name = id.slice(PREFIX.length);
      const real = `process.getBuiltinModule(${JSON.stringify(`node:${name}`)})`;
      return { code: costly.includes(name) ? standIn(name, real) : `module.exports = ${real};`, moduleType: 'js' };
    },
  };
}
