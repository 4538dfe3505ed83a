/**
 * One command at a time in one checkout: reading, changing and committing its files is one step for all others that
 * take the lock.
 *
 * The lock is a symbolic link whose target says who holds it, since a link is there at once with its content. It is left
 * behind by a process that is killed; then the next one removes it, and which of several may do so is decided by a lock
 * of the same kind, so that no two ever hold it.
 */
import { randomUUID } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { failure } from '../diagnostics/failure.ts';

const longestWaitMs = 120_000;
/** Whether a process of another machine (a shared disk) still runs cannot be known: nobody works that long. */
const foreignMs = 15 * 60_000;

/** When a process began, in the kernel's ticks: a number that is used again is another process. '' where unknown. */
function beginningOf(pid: number): string {
  try {
    return (
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /su, '')
        .split(' ')[19] ?? ''
    );
  } catch {
    return '';
  }
}

function isRunning(pid: number, beginning: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  return beginning === beginningOf(pid);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function ownerOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAbandoned(path: string, owner: string): boolean {
  const [pid, beginning, , ...host] = owner.split(':');
  if (host.join(':') === hostname()) return !isRunning(Number(pid), beginning ?? '');
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > foreignMs;
}

/** Takes the lock, or returns false; then what a dead process left may be gone, and the next try succeeds. */
function tryToTake(path: string): boolean {
  try {
    // Process, its beginning, a name of this lock alone, machine.
    symlinkSync([process.pid, beginningOf(process.pid), randomUUID(), hostname()].join(':'), path);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const owner = ownerOf(path);
  if (owner === undefined || !isAbandoned(path, owner)) return false;
  const right = `${path}.${owner.split(':')[2]}`;
  if (!tryToTake(right)) return false;
  try {
    // Only who has this right removes it, so between looking and removing it stays the same.
    if (ownerOf(path) === owner) rmSync(path, { force: true });
  } finally {
    rmSync(right, { force: true });
  }
  return false;
}

/**
 * Runs `work` while nobody else holds the lock at `path`.
 * @throws Failure `checkout-locked` when somebody holds it for two minutes
 */
export async function withCheckoutLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const until = Date.now() + longestWaitMs;
  while (!tryToTake(path)) {
    if (Date.now() > until) {
      const [pid, , , ...host] = (ownerOf(path) ?? '').split(':');
      throw failure(
        'checkout-locked',
        `another command of Waybill works in this checkout (process ${pid} on ${host.join(':')})`,
        {
          help: [`Wait for it, or remove ${path} when it is not there any more.`],
        },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 40));
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
