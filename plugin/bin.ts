/**
 * The executable. Everything is in cli/program.ts; only this file touches the process.
 */
import { run } from './cli/program.ts';

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
});
