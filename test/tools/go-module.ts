/**
 * The files of a Go module at the version that a module of the tests uses: manifests and schemas that its release holds.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The folder of a module that `user` (a folder with a go.mod) requires; downloaded when it is not on this machine. */
export async function goModule(user: string, module: string): Promise<string> {
  const args = ['list', '-m', '-f', '{{.Dir}}', module];
  const { stdout } = await run('go', args, { cwd: user });
  if (stdout.trim() !== '') return stdout.trim();
  await run('go', ['mod', 'download', module], { cwd: user });
  return (await run('go', args, { cwd: user })).stdout.trim();
}
