/**
 * The one place that runs git: no shell, no prompt, a fixed language, and no secret in what comes back.
 *
 * git finds credentials in its own ways only (helpers, ssh agent, GIT_ASKPASS, configuration), which is
 * why those variables pass and nothing else of the caller's environment does.
 */
import { spawn, spawnSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { expectPipes } from '../binaries/start.ts';
import { redact } from '../diagnostics/redact.ts';

/** Variables git needs to find its configuration, credentials, proxies and certificates. */
const PASSED = [
  /^(PATH|HOME|USER|LOGNAME|USERPROFILE|APPDATA|SYSTEMROOT|TMPDIR|TEMP|TMP)$/u,
  /^(XDG_CONFIG_HOME|SSH_AUTH_SOCK|SSH_AGENT_PID|SSH_ASKPASS)$/u,
  /^(https?|all|no)_proxy$/iu,
  /^(SSL_CERT_FILE|SSL_CERT_DIR)$/u,
  /^GIT_(SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_\w+|HTTP_\w+|PROXY_\w+|CONFIG_\w+|AUTHOR_\w+|COMMITTER_\w+|EXEC_PATH)$/u,
];

/** How git is run. */
export interface GitOptions {
  /** The working folder: a work tree, a bare repository, or any folder for `clone`. */
  readonly cwd: string;
  /** The caller's environment, from which git's own variables are taken. @default none but PATH */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Passes on the whole of `env` but the variables that lead git to another repository: for commands that meet a
   * remote on a user's behalf, since credential helpers read variables of any name. @default false
   */
  readonly withCredentials?: boolean;
  /** Variables set on top, such as GIT_INDEX_FILE. */
  readonly set?: Readonly<Record<string, string>>;
  /** Standard input; a stream is passed on as it comes. @default empty */
  readonly input?: string | Uint8Array | Readable;
  /** Gets standard output as it comes, and the result has none of it. */
  readonly onOutput?: (chunk: Buffer) => void;
  /** Killed after this many seconds (status -1). @default 300 */
  readonly timeoutSeconds?: number;
}

/** What git said. */
export interface GitResult {
  /** The exit status; -1 when it could not be started or was killed. */
  readonly status: number;
  readonly stdout: Buffer;
  /** Without passwords and tokens. */
  readonly stderr: string;
}

/** Variables that say which repository git works on: a hook or a wrapper may have set them. */
const ELSEWHERE =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX)$/u;

function environment(options: GitOptions): NodeJS.ProcessEnv {
  const from = options.env ?? { PATH: process.env['PATH'] };
  const mayPass = (name: string): boolean =>
    options.withCredentials ? !ELSEWHERE.test(name) : PASSED.some((pattern) => pattern.test(name));
  const passed = Object.entries(from).filter(([name]) => mayPass(name));
  return {
    ...Object.fromEntries(passed),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    ...options.set,
  };
}

const MISSING = 'git could not be started: install git (2.34 or newer) and put it on PATH';

/** Runs git and waits; never throws for a failing command: look at `status`. */
export async function git(args: readonly string[], options: GitOptions): Promise<GitResult> {
  const child = spawn('git', args, {
    cwd: options.cwd,
    env: environment(options),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  expectPipes(child, 'git');
  // Not spawn's own timeout: its timer outlives a program that could not be started, and keeps the process waiting.
  const timer = setTimeout(
    () => {
      child.kill('SIGKILL');
      // Helpers that git started (git-remote-https, ssh) hold the pipes open for as long as their server is silent.
      child.stdout.destroy();
      child.stderr.destroy();
    },
    (options.timeoutSeconds ?? 300) * 1000,
  );
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', options.onOutput ?? ((chunk: Buffer) => stdout.push(chunk)));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A command that ends without reading its input is no error of ours.
  child.stdin.on('error', () => undefined);
  if (options.input instanceof Readable) options.input.pipe(child.stdin);
  else child.stdin.end(options.input ?? '');
  return await new Promise<GitResult>((resolve) => {
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ status: -1, stdout: Buffer.concat(stdout), stderr: `${MISSING} (${error.message})` });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ status: code ?? -1, stdout: Buffer.concat(stdout), stderr: redact(Buffer.concat(stderr).toString()) });
    });
  });
}

/** As {@link git}, for the synchronous file tree. */
export function gitSync(
  args: readonly string[],
  options: Omit<GitOptions, 'onOutput' | 'input'> & { readonly input?: string | Uint8Array },
): GitResult {
  const done = spawnSync('git', args, {
    cwd: options.cwd,
    env: environment(options),
    input: options.input ?? '',
    timeout: (options.timeoutSeconds ?? 300) * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: 1024 * 1024 * 1024,
  });
  if (done.error)
    return { status: -1, stdout: done.stdout ?? Buffer.alloc(0), stderr: `${MISSING} (${done.error.message})` };
  return { status: done.status ?? -1, stdout: done.stdout, stderr: redact(done.stderr.toString()) };
}
