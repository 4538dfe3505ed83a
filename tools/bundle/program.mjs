// Waybill as two scripts of CommonJS, from plugin/bin.ts: what dist/waybill.cjs and the executable are made of.
//
// The first script has what a render may run, and the second one everything else. Each is an expression: an object of
// functions, one for each chunk of the bundler, that load.cjs calls. So a render reads neither the text nor V8's code of
// what it never runs.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { lateBuiltins } from './late-builtins.mjs';

/** The repository's root. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Modules that every render runs, with all that they import. They are one chunk, so that calls between them are cheap. */
const always = ['plugin/bin.ts', 'plugin/cli/commands/render.ts', 'plugin/output/stream.ts'];

/** Modules that a render may load besides: their chunks, and what these import, are in the first script. */
const often = [
  'plugin/cli/commands/plugin.ts',
  'plugin/overlays/merge/merge.ts',
  'plugin/overlays/patch/patch.ts',
  'plugin/overlays/set/set.ts',
  'plugin/sources/helm/read.ts',
  'plugin/sources/kustomize/in-process/build.ts',
  'plugin/sources/kustomize/read.ts',
  'plugin/sources/manifests/directory.ts',
];

/** Libraries that a module requires when it first needs them: only then their chunk is loaded. */
const late = /[\\/]node_modules[\\/](?<name>yaml|handlebars|picomatch)[\\/]/u;

/** `\u00e9`, for one UTF-16 code unit. The same in strings, templates and regular expressions. */
function escaped(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The chunks that these import, and those that they import in turn, without those that are loaded late. */
function closure(chunks, names) {
  const found = new Set();
  const add = (name) => {
    const chunk = chunks.get(name);
    if (chunk === undefined || found.has(name) || isLate(chunk)) return;
    found.add(name);
    chunk.imports.forEach(add);
  };
  names.forEach(add);
  return found;
}

function isLate(chunk) {
  return Object.keys(chunk.modules).some((id) => late.test(id));
}

/**
 * A script: an object that has, by name, the function of each chunk; for one that is loaded late the names of what it
 * exports. In ASCII: another text takes twice the memory and time to read.
 */
function script(entries) {
  const members = entries.map(([name, text]) => `${JSON.stringify(`./${name}`)}:${text}`);
  return `({${members.join(',\n')}})`.replaceAll(/[^\0-\u007e]/g, escaped);
}

function functionOf(chunk) {
  return `function(exports,require){${chunk.code}\n}`;
}

/**
 * @returns {Promise<{ load: string, scripts: string[], modules: string[][] }>} the text of load.cjs, the scripts that it
 *   takes, and the ids of the modules in each of them
 */
export async function bundle() {
  const { output } = await build({
    cwd: root,
    input: 'plugin/bin.ts',
    platform: 'node',
    logLevel: 'warn',
    plugins: [lateBuiltins(['child_process', 'crypto'])],
    write: false,
    preserveEntrySignatures: 'allow-extension',
    // Modules that a render does not run are not to be compiled for it.
    optimization: { pifeForModuleWrappers: false },
    output: {
      format: 'cjs',
      minify: true,
      comments: false,
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name]-[hash].cjs',
      codeSplitting: {
        groups: [
          {
            debugName: 'late',
            name: (id) => late.exec(id)?.groups?.name ?? null,
            priority: 2,
            // What they share with others is not to wait for them.
            includeDependenciesRecursively: false,
          },
          { name: 'render', test: (id) => always.some((path) => id.endsWith(`/${path}`)), priority: 1 },
        ],
      },
    },
  });
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const holders = [...always, ...often].map((path) => {
    const chunk = output.find(({ modules }) => `${root}/${path}` in modules);
    if (chunk === undefined) throw new Error(`${path} is in no chunk`);
    return chunk.fileName;
  });
  const first = closure(chunks, holders);
  const stubs = new Set([...first].flatMap((name) => chunks.get(name).imports).filter((name) => !first.has(name)));
  const inFirst = output.filter(({ fileName }) => first.has(fileName));
  const inRest = output.filter(({ fileName }) => !first.has(fileName));
  return {
    load: readFileSync(join(root, 'tools/bundle/load.cjs'), 'utf8').replace('ENTRY', './bin.cjs'),
    scripts: [
      script([
        ...inFirst.map((chunk) => [chunk.fileName, functionOf(chunk)]),
        ...[...stubs].map((name) => [name, JSON.stringify(chunks.get(name).exports)]),
      ]),
      script(inRest.map((chunk) => [chunk.fileName, functionOf(chunk)])),
    ],
    modules: [inFirst, inRest].map((part) => part.flatMap(({ modules }) => Object.keys(modules))),
  };
}
