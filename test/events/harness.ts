/**
 * Event commands run in-process against bare repositories in a temporary folder.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from '../../plugin/cli/program.ts';

/** What one command line did. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A place of its own: repositories, caches and spools below one folder. */
export class EventRepositories {
  readonly folder = mkdtempSync(join(tmpdir(), 'waybill-events-'));
  readonly #env: Readonly<Record<string, string>>;

  /** `env`: variables that every command finds. */
  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#env = env;
  }

  /** Makes a bare repository and returns its URL. */
  repository(name: string): string {
    const folder = join(this.folder, name);
    execFileSync('git', ['init', '-q', '-b', 'main', '--bare', folder]);
    execFileSync('git', ['-C', folder, 'config', 'uploadpack.allowFilter', 'true']);
    execFileSync('git', ['-C', folder, 'config', 'http.receivepack', 'true']);
    return pathToFileURL(folder).href;
  }

  /** Runs `waybill event …`. `machine` names whose cache and spool are used. */
  async event(args: readonly string[], machine = 'one'): Promise<Ran> {
    let stdout = '';
    let stderr = '';
    const env = {
      PATH: process.env['PATH'],
      HOME: join(this.folder, machine),
      GIT_CONFIG_GLOBAL: '/dev/null',
      ...this.#env,
    };
    const code = await run(['event', ...args], {
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: (text: string) => (stderr += text) },
      env,
      cwd: this.folder,
    });
    return { code, stdout, stderr };
  }

  /** Removes everything. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * How often a fault test runs: once, or 20 times in a row with WAYBILL_RACES=full, as was done for the figures in
 * docs/events.md.
 */
export const rounds = Array.from({ length: process.env['WAYBILL_RACES'] === 'full' ? 20 : 1 }, (_, index) => index + 1);

/** Numbers from 0 to 1 that look random, the same in every run. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Prints what a fault test is about, in one line. */
export function tell(what: string, delivered: number, attempted: number): void {
  const share = ((100 * delivered) / attempted).toFixed(1);
  console.log(`${what}: delivered ${delivered} of ${attempted} (${share} %)`);
}

/** The facts of a deployment as flags. */
export function facts(attempt: string, application = 'user-service', environment = 'production'): string[] {
  const flags = {
    application,
    environment,
    attempt,
    'source-repository': 'https://github.com/acme/user-service',
    'source-commit': '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706',
  };
  return Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
}

/** The parsed lines of `-o json`. */
export function attempts(ran: Ran): string[] {
  return ran.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => /"attempt":"([^"]*)"/u.exec(line)?.[1] ?? '');
}
