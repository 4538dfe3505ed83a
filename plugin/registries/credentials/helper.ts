/**
 * The one place that starts docker credential helpers
 * (https://github.com/docker/docker-credential-helpers#development): `docker-credential-NAME get`, the server on stdin, the
 * answer as JSON on stdout. No shell; a limit in time and size; what a helper printed in success is never shown.
 */
import { execFile } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { lookOnPath } from '../../binaries/find.ts';
import { failure } from '../../diagnostics/failure.ts';
import { validate } from '../../schemas/helper-answer.validate.generated.js';
import type { Credential } from '../credential.ts';

/** Which helper, and for whom. */
export interface HelperRequest {
  /** What follows `docker-credential-`. */
  readonly helper: string;
  /** The registry as helpers know it. */
  readonly server: string;
  /** Where the helper is named, for messages. */
  readonly source: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @default 30000 */
  readonly timeoutMs?: number;
}

/** By the helpers' own protocol: no failure, there just is none. */
const none = /credentials not found in native keychain|no credentials server URL|no basic auth credentials/iu;

interface Ended {
  /** Undefined: it was killed, or did not start. */
  readonly code: number | undefined;
  readonly killed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(path: string, { server, env, timeoutMs = 30_000 }: HelperRequest): Promise<Ended> {
  // Not in the current folder, which in the plugin is the application's.
  const options = { env, cwd: '/', timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 1024 * 1024 } as const;
  return await new Promise((resolve) => {
    const child = execFile(path, ['get'], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
      resolve({ code, killed: error?.killed === true, stdout, stderr });
    });
    // A helper that does not read its input.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(`${server}\n`);
  });
}

function parse(text: string): Pick<Credential, 'kind' | 'user' | 'secret'> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!validate(value)) return undefined;
  const { Username: user, Secret: secret } = value;
  return user === '<token>' ? { kind: 'identity', user: '', secret } : { kind: 'password', user, secret };
}

/** What the helper has for the server; undefined when it has nothing. Failure `registry-credentials`. */
export async function askHelper(request: HelperRequest): Promise<Credential | undefined> {
  const { helper, server, source, env, timeoutMs = 30_000 } = request;
  const name = `docker-credential-${helper}`;
  const help = [`It is named in ${source}. To see what it does: echo ${server} | ${name} get`];
  const path = lookOnPath(name, env);
  if (path === undefined) {
    throw failure('registry-credentials', `${name}, which has the credentials for ${server}, is not on PATH`, { help });
  }
  const { code, killed, stdout, stderr } = await run(path, request);
  if (code === 0) {
    const parsed = parse(stdout);
    if (parsed) return { ...parsed, source: `${name} (${source})` };
    throw failure('registry-credentials', `${name} printed something else than credentials for ${server}`, { help });
  }
  if (killed) {
    const message = `${name} was stopped: it printed nothing for ${server} within ${timeoutMs / 1000} seconds, or too much`;
    throw failure('registry-credentials', message, { help });
  }
  const words = stripVTControlCharacters(`${stdout} ${stderr}`).replaceAll(/\s+/gu, ' ').trim().slice(0, 300);
  if (none.test(words)) return undefined;
  throw failure('registry-credentials', `${name} failed for ${server}: ${words || `exit code ${code ?? 'unknown'}`}`, {
    help,
  });
}
