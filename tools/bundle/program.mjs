// Waybill as one CommonJS program, from plugin/bin.ts: what dist/waybill.cjs and the executable are made of.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { lateBuiltins } from './late-builtins.mjs';

/** The repository's root. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** `\u00e9`, for one UTF-16 code unit. The same in strings, templates and regular expressions. */
function escaped(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** @returns {Promise<string>} the program's text, in ASCII: another one takes twice the memory and time to read */
export async function bundle() {
  const { output } = await build({
    cwd: root,
    input: 'plugin/bin.ts',
    platform: 'node',
    logLevel: 'warn',
    plugins: [lateBuiltins(['child_process', 'crypto'])],
    write: false,
    // Modules that a render does not run are not to be compiled for it.
    optimization: { pifeForModuleWrappers: false },
    output: { format: 'cjs', codeSplitting: false, minify: true, comments: false },
  });
  return output[0].code.replaceAll(/[^\0-\u007e]/g, escaped);
}
