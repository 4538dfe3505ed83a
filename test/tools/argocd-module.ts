/**
 * The files of Argo CD's own repository, at the version that the tests run: its Go module, which holds its manifests.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The folder of the Argo CD module of test/argocd, downloaded when it is not on this machine. */
export async function argocdModule(): Promise<string> {
  const args = ['list', '-m', '-f', '{{.Dir}}', 'github.com/argoproj/argo-cd/v3'];
  const options = { cwd: 'test/argocd' };
  const { stdout } = await run('go', args, options);
  if (stdout.trim() !== '') return stdout.trim();
  await run('go', ['mod', 'download', 'github.com/argoproj/argo-cd/v3'], options);
  return (await run('go', args, options)).stdout.trim();
}
