/**
 * Where these tests run: real repositories for source, deployments and events, found by the URLs of the examples;
 * `waybill` on PATH, built from this code; and a shell as CI has it.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { type FolderContent, writeFolder } from '../../tools/folder.ts';
import { jqBinary } from '../../tools/jq.mjs';
import { builtProgram } from '../../tools/program.mjs';

/** What a command said, both streams in one, and how it ended. */
export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** How a script is run. */
export interface ShellOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** @default `sh -e`, as GitHub Actions and GitLab call it */
  readonly shell?: readonly string[];
}

/** The image that every walk releases. */
export const image = 'ghcr.io/acme/user-service';

/** The tests that run at the deployed commit: they note that they ran, and fail where the commit has a file `broken`. */
const acceptanceTests = `#!/bin/sh
echo "$1 $(git rev-parse HEAD) \${STATUS_TOKEN:-no token}" >>"$TESTED"
[ ! -e broken ]
`;

/** The scan finds something where the commit has a file `leaky`, and says what. */
const securityScan = `#!/bin/sh
[ ! -e leaky ] || { echo 'CVE-2026-1 in "leaky"' >"$WAYBILL_SUMMARY"; exit 1; }
`;

export class World {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'waybill-walk-')));
  /** The whole environment of every command. */
  readonly env: Readonly<Record<string, string>> = {
    PATH: `${join(this.folder, 'bin')}:${process.env['PATH']}`,
    HOME: join(this.folder, 'home'),
    GIT_CONFIG_NOSYSTEM: '1',
    // Not in HOME: pods have one of their own.
    GIT_CONFIG_GLOBAL: join(this.folder, 'gitconfig'),
    TESTED: join(this.folder, 'tested'),
  };
  readonly #moved: string[] = [];
  readonly #places = new Map<string, string>();

  /** Makes the folders and the program. */
  async prepare(): Promise<void> {
    for (const name of ['bin', 'home', 'bare']) mkdirSync(join(this.folder, name));
    writeFileSync(join(this.folder, 'tested'), '');
    symlinkSync(await builtProgram(), join(this.folder, 'bin/waybill'));
    symlinkSync(await jqBinary(), join(this.folder, 'bin/jq'));
    this.#configure();
  }

  #configure(): void {
    const user = '[user]\n  name = CI\n  email = ci@acme.dev\n';
    writeFileSync(join(this.folder, 'gitconfig'), user + this.#moved.join(''));
  }

  /** Runs git and returns its output, trimmed. */
  git(cwd: string, ...args: readonly string[]): string {
    return execFileSync('git', ['-C', cwd, ...args], { env: this.env, encoding: 'utf8', stdio: 'pipe' }).trim();
  }

  /**
   * A repository at this URL with one commit of these files; `server`: what serves the folder `bare` over http, in
   * place of the files. Returns a clone of it to work in, which needs no server.
   */
  repository(url: string, content: FolderContent, server?: string): string {
    const name = url.slice(url.lastIndexOf('/') + 1);
    const [bare, clone] = [join(this.folder, 'bare', `${name}.git`), join(this.folder, name)];
    this.git(this.folder, 'init', '--quiet', '--bare', '--initial-branch', 'main', bare);
    this.git(bare, 'config', 'uploadpack.allowFilter', 'true');
    this.git(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
    this.git(bare, 'config', 'http.receivepack', 'true');
    const file = pathToFileURL(bare).href;
    this.#places.set(url, server === undefined ? file : `${server}/${name}.git`);
    this.alias(url, url);
    this.git(this.folder, 'clone', '--quiet', file, clone);
    writeFolder(clone, content);
    this.commit(clone, 'first');
    return clone;
  }

  /** Another URL of a repository that is there. */
  alias(url: string, of: string): void {
    this.#moved.push(`[url "${this.#places.get(of)}"]\n  insteadOf = ${url}\n`);
    this.#configure();
  }

  /** A repository of code with the tests and the scan of the examples. */
  sources(url: string): string {
    const files = { 'acceptance-tests.sh': acceptanceTests, 'security-scan.sh': securityScan };
    const clone = this.repository(url, files);
    for (const name of Object.keys(files)) chmodSync(join(clone, name), 0o755);
    this.commit(clone, 'run the tests');
    return clone;
  }

  /** Commits everything in a clone and pushes it. Returns the commit. */
  commit(clone: string, message: string): string {
    this.git(clone, 'add', '--all');
    this.git(clone, 'commit', '--quiet', '--allow-empty', '--message', message);
    this.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
    return this.git(clone, 'rev-parse', 'HEAD');
  }

  /** A commit of the code; `broken`: its tests fail; `leaky`: its scan does. */
  develop(clone: string, message: string, fault?: 'broken' | 'leaky'): string {
    for (const name of ['broken', 'leaky']) rmSync(join(clone, name), { force: true });
    if (fault !== undefined) writeFileSync(join(clone, fault), message);
    return this.commit(clone, message);
  }

  /** Runs a script as CI does. */
  async sh(script: string, { cwd = this.folder, env = {}, shell = ['sh', '-e'] }: ShellOptions = {}): Promise<Ran> {
    const [program = 'sh', ...flags] = shell;
    const child = spawn(program, [...flags, '-c', script], { cwd, env: { ...this.env, ...env } });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((done) => child.on('close', done));
    return { code, output };
  }
}

/** A world for one test file. Call at its top. */
export function useWorld(): World {
  const world = new World();
  beforeAll(async () => await world.prepare());
  afterAll(() => rmSync(world.folder, { recursive: true, force: true }));
  return world;
}
