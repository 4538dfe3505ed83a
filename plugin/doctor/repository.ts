/**
 * Whether commands with `--push` would get through: git is asked to push a branch that does not exist, without doing it.
 */
import { git } from '../git/git.ts';
import type { Finding } from './finding.ts';

/** Seconds for the remote to answer. */
const PATIENCE = 15;

/** The remote `origin`, and whether it would take a push; undefined outside of a git repository. */
export async function checkRepository(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<Finding | undefined> {
  const subject = 'repository';
  const inside = await git(['rev-parse', '--is-inside-work-tree'], { cwd, env });
  if (inside.status !== 0) return undefined;
  const named = await git(['config', '--get', 'remote.origin.url'], { cwd, env });
  if (named.status !== 0) {
    const advice = ['Commands with --push need one: git remote add origin URL.'];
    return { subject, state: 'missing', detail: 'no remote origin', advice };
  }
  // A URL may hold a password.
  const url = named.stdout
    .toString()
    .trim()
    .replace(/^(\w+:\/\/)[^/@]*@/u, '$1');
  const push = ['push', '--dry-run', '--no-verify', 'origin', 'HEAD:refs/heads/waybill-doctor'];
  const { status, stderr } = await git(push, { cwd, env, withCredentials: true, timeoutSeconds: PATIENCE });
  if (status === 0) {
    return { subject, state: 'ok', detail: `${url} accepts a push (branch protection was not checked)` };
  }
  const said = stderr
    .trim()
    .split('\n')
    .find((line) => /fatal|error|denied|refused/iu.test(line));
  return {
    subject,
    state: 'missing',
    detail: `${url} accepts no push: ${said ?? `no response within ${PATIENCE} seconds`}`,
    advice: ['Only commands with --push need this right. git decides it by its own credentials.'],
  };
}
