/**
 * The one place that starts helm, kustomize and cosign: no shell, empty input, a time limit, an output limit, the
 * boundary of the kernel where a run has one (confine.ts), and a failure that keeps the program's own message and the
 * command to repeat it with.
 */
import { isUtf8 } from 'node:buffer';
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { failure } from '../diagnostics/failure.ts';
import type { Location } from '../diagnostics/diagnostic.ts';
import { largeWork, SMALL } from '../limits/effort.ts';
import { limitedTurn } from '../limits/watch.ts';
import type { Binaries, Binary } from './binaries.ts';
import { type Boundary, refusalIn, startBehind } from './confine.ts';
import { expectPipes } from './start.ts';
import { wordsOf } from './words.ts';

/**
 * The last words of a Go program whose next page is refused: the heap's own, a mapping that failed, and a thread whose
 * stack finds no room (Go's runtime/malloc.go, runtime/os_linux.go; runtime/cgo for programs built with cgo).
 */
const LAST_WORDS = [
  /^(?:fatal error: |runtime: )+(?:out of memory|cannot allocate memory|cannot map pages)/mu,
  /^runtime\/cgo: pthread_create failed: (?:Resource temporarily unavailable|Cannot allocate memory)/mu,
  /^runtime: failed to create new OS thread/mu,
  /^fatal error: (?:newosproc|failed to reserve|mmap errno)/mu,
];

/** Whether stderr of a Go program says that it ended for want of memory. */
export function ranOutOfMemory(stderr: string): boolean {
  return LAST_WORDS.some((pattern) => pattern.test(stderr));
}

/** One run. */
export interface Run {
  readonly binary: Binary;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What it may do, where the boundary can be set; absent for programs that read nothing of a repository. */
  readonly boundary?: Boundary;
  /** What in the application asked for it. */
  readonly location?: Location;
  /** Text that means nothing to the user (temporary folders) and what to show instead; longest first. */
  readonly rename?: readonly (readonly [from: string, to: string])[];
}

/** What a program printed. */
export interface Printed {
  readonly stdout: string;
  /** Without terminal codes, with temporary folders renamed. */
  readonly stderr: string;
}

/** A run that ended with an exit code. */
export interface Ended extends Printed {
  readonly exitCode: number;
}

/** Hears of every program. */
export interface ChildWatcher {
  /** One is about to be started. */
  starting(): void;
  started(pid: number): void;
  /** It has ended, or could not be started: then it has no number. */
  ended(pid: number | undefined): void;
}

let childWatcher: ChildWatcher | undefined;

/** Lets a worker thread tell which programs are to be ended with it: Node does not end them when a thread is terminated. */
export function watchChildren(watcher: ChildWatcher): void {
  childWatcher = watcher;
}

const defaults = { timeoutMs: 60_000, outputBytes: 100 * 1024 * 1024 };

function quote(arg: string): string {
  return /^[\w@%+=:,./-]+$/u.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}

function renamed(text: string, rename: Run['rename']): string {
  return (rename ?? []).reduce((result, [from, to]) => result.replaceAll(from, to), text);
}

/** The command as a person would type it, with {@link Run.rename} applied. */
export function commandLine({ binary, args, rename }: Run): string {
  return renamed([binary.name, ...args.map(quote)].join(' '), rename);
}

/** The text of an output. Bytes that are no UTF-8 would silently become other characters in a manifest. */
function decode(bytes: Buffer, run: Run): string {
  if (isUtf8(bytes)) return bytes.toString();
  throw failure('binary-failed', `${run.binary.name} printed bytes that are not UTF-8`, {
    location: run.location,
    help: [`Command: ${commandLine(run)}`],
  });
}

/** Starts a program. Failure `system-limit` */
function startWatched({ path, args }: { path: string; args: readonly string[] }, { binary, cwd, env }: Run) {
  const watcher = childWatcher;
  let pid: number | undefined;
  watcher?.starting();
  try {
    const child = spawn(path, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    ({ pid } = child);
    expectPipes(child, binary.name);
    return child;
  } finally {
    if (pid === undefined) watcher?.ended(undefined);
    else watcher?.started(pid);
  }
}

/** Runs a program to its end, whatever its exit code. Failure `binary-failed` (not startable), `binary-timeout`, `binary-output`, `system-limit`. */
export async function runToEnd(run: Run, limits: Binaries): Promise<Ended> {
  const timeoutMs = limits.timeoutMs ?? defaults.timeoutMs;
  const outputBytes = limits.outputBytes ?? defaults.outputBytes;
  const { binary, location } = run;
  const help = [`Command: ${commandLine(run)}`];
  if (run.args.some((arg) => arg.includes('\0'))) {
    throw failure('binary-failed', `an argument of ${binary.name} holds a NUL character`, { location, help });
  }
  const plain = { path: binary.path, args: run.args };
  const start = run.boundary ? startBehind(run.boundary, binary, run.args, limits, location) : plain;
  const child = startWatched(start, run);
  let stopped: 'time' | 'output' | undefined;
  const stop = (why: 'time' | 'output'): void => {
    stopped ??= why;
    child.kill('SIGKILL');
    // A child of the child, such as git, would keep the pipes open.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const timer = setTimeout(stop, timeoutMs, 'time');
  let bytes = 0;
  const collect = (into: Buffer[]) => (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > SMALL.bytes) largeWork();
    if (bytes > outputBytes) stop('output');
    else into.push(chunk);
  };
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', collect(stdout));
  child.stderr.on('data', collect(stderr));
  try {
    const { exitCode, signal } = await new Promise<{ exitCode: number; signal: string | null }>((resolve, reject) => {
      child.once('error', (error) => {
        reject(failure('binary-failed', `${binary.name} could not be started: ${error.message}`, { location, help }));
      });
      child.once('close', (code, by) => resolve({ exitCode: code ?? -1, signal: by }));
    });
    await limitedTurn();
    // The kernel's own clock counts the time of every processor.
    if (signal === 'SIGXCPU') stopped ??= 'time';
    if (stopped === 'time') {
      const message = `${binary.name} took longer than ${Math.round(timeoutMs / 100) / 10} seconds and was stopped`;
      throw failure('binary-timeout', message, { location, help });
    }
    if (stopped === 'output') {
      const message = `${binary.name} printed more than ${outputBytes} bytes and was stopped`;
      throw failure('binary-output', message, { location, help });
    }
    const said = stripVTControlCharacters(Buffer.concat(stderr).toString()).trim();
    const refusal = refusalIn(start, binary, exitCode, said);
    if (refusal !== undefined) {
      throw failure('confinement', `${binary.name} was not started: the boundary around it cannot be set`, {
        location,
        help: [refusal, ...help],
      });
    }
    if (start.path !== binary.path && ranOutOfMemory(said)) {
      const message = `${binary.name} needed more memory than it may have (limits.programMemory of the policy) and was stopped`;
      throw failure('binary-memory', message, { location, help });
    }
    if (signal !== null) throw failure('binary-failed', `${binary.name} was ended by ${signal}`, { location, help });
    return { exitCode, stdout: decode(Buffer.concat(stdout), run), stderr: renamed(said, run.rename) };
  } finally {
    clearTimeout(timer);
  }
}

/** The Failure `binary-failed` of a run that ended badly: the decisive line first, then the first of the others, then the command. */
function runFailure(run: Run, ended: Ended): Error {
  const { decisive, others } = wordsOf(ended.stderr);
  const reason = decisive ?? `exit code ${ended.exitCode} without a message`;
  return failure('binary-failed', `${run.binary.name} failed: ${reason}`, {
    location: run.location,
    help: [...others, `Command: ${commandLine(run)}`],
  });
}

/** Runs a program and returns what it printed. Failure `binary-failed` for any exit code but 0, and as {@link runToEnd}. */
export async function runBinary(run: Run, limits: Binaries): Promise<Printed> {
  const ended = await runToEnd(run, limits);
  if (ended.exitCode !== 0) throw runFailure(run, ended);
  return ended;
}
