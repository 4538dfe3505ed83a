/**
 * The executable. Everything is in cli/program.ts; only this file touches the process.
 */
import { run } from './cli/program.ts';

// A reader that has seen enough (`waybill render | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  // Opening a stream costs a millisecond or two: only when something is written or read.
  get stderr() {
    return process.stderr;
  },
  get stdin() {
    return process.stdin;
  },
  env: process.env,
  cwd: process.cwd(),
});
