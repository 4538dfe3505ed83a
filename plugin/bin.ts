/**
 * The executable. Everything is in cli/program.ts; only this file touches the process.
 */
import { run } from './cli/program.ts';
import { writeStdout } from './cli/write-stdout.ts';

// Not awaited at top level: the bundle is a script, which starts faster than a module. Streams are opened when they
// are used, since opening one costs more than rendering a small application.
void run(process.argv.slice(2), {
  stdout: { write: writeStdout },
  get stderr() {
    return process.stderr;
  },
  get stdin() {
    return process.stdin;
  },
  env: process.env,
  cwd: process.cwd(),
}).then((exitCode) => {
  process.exitCode = exitCode;
  // Everything is written: taking the heap apart would only take time. (On Windows, stderr may still be on its way.)
  if (process.platform !== 'win32') process.exit();
});
