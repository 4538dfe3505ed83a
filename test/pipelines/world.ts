/**
 * The world in which the steps of the pipeline examples run: a source repository, the deployments repository behind a
 * server that asks for a password, a webhook, and a machine that has git, curl, sh, waybill, and stand-ins for docker,
 * buildah, trivy and cosign.
 */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { type GitServer, serveGit } from '../tools/git-http.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { builtProgram } from '../tools/program.mjs';

const program = await builtProgram();

/** What every credential of the tests contains: no output and no argument may. */
export const secret = 'V3ry-s3cret';

/** Variables of a process. */
export type Variables = Readonly<Record<string, string>>;

/** A request that reached the webhook or the API. */
interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** What a service is built from, and what its pipeline is told. */
export interface Service {
  readonly name: string;
  readonly image: string;
  /** The URL by which the CI system knows the source repository. */
  readonly url: string;
  readonly source: string;
  readonly commit: string;
}

/** One run of a pipeline. */
export interface Run {
  readonly service: Service;
  /** URL of the deployments repository. */
  readonly deployments: string;
  /** URL of the webhook and of the API. */
  readonly web: string;
  /** Variables that every process of the run has. */
  readonly env: Variables;
  /** What all steps printed. */
  readonly output: string[];
  /** The calls of docker, buildah, trivy and cosign, with their arguments. */
  calls(): readonly (readonly string[])[];
  /** What reached the webhook. */
  readonly received: readonly Received[];
  /** A file that the CI system keeps for the run. */
  path(name: string): string;
  /** A new folder; with the source repository checked out as CI does, or empty. */
  workspace(content: 'source' | 'empty', depth?: number): string;
  /** Runs a script. `shell` is the command that reads it. Gives its exit code. */
  sh(script: string, shell: readonly string[], cwd: string, env: Variables): Promise<number>;
}

/** Everything that the runs of a test file share. */
export interface World {
  /** A source repository of its own; `tests` is the exit code of its tests. */
  service(name: string, tests?: number, hasDockerfile?: boolean): Service;
  run(service: Service, env?: Variables): Run;
  /** A file of the tip of the deployments repository. */
  deployed(path: string): string;
  git(cwd: string, ...args: string[]): string;
  readonly deployments: string;
}

/** The documents of a YAML text that are objects. */
export function documents(text: string): JsonObject[] {
  return readYaml(text, { file: 'text', duplicateKeys: 'error' }).flatMap(({ value }) =>
    isObject(value) ? [value] : [],
  );
}

function executable(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o755 });
}

/** Every file of a folder, by its path below it, with the source repositories where this provider has them. */
export function filesOf(folder: string, url: (service: string) => string): Record<string, string> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    found.map((one) => {
      const path = join(one.parentPath, one.name);
      const text = readFileSync(path, 'utf8');
      const moved = text.replaceAll(/https:\/\/github\.com\/acme\/([\w-]+-service)/gu, (_all, name: string) =>
        url(name),
      );
      return [path.slice(folder.length + 1), moved];
    }),
  );
}

/**
 * Call at the top of a test file or a describe; `content` is the folder that the deployments repository begins with,
 * `url` where the users of the CI system keep the source of a service.
 */
export function pipelineWorld(content: string, url: (service: string) => string): World {
  const repositories = temporaryRepositories();
  const { git, folder } = repositories;
  const bare = repositories.bare('deployments', filesOf(content, url));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  executable(join(bin, 'waybill'), `#!/bin/sh\nexec node ${program} "$@"\n`);
  for (const name of ['docker', 'buildah', 'trivy', 'cosign'])
    executable(
      join(bin, name),
      `#!/bin/sh\nexec node ${resolve('test/pipelines/stand-ins/docker.mjs')} ${name} "$@"\n`,
    );
  // Alpine's package manager: what it would install is here.
  executable(join(bin, 'apk'), '#!/bin/sh\n');
  const received: Received[] = [];
  const web = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
      const [sent] = body === '' ? [] : readJsonObjects(body, 'body');
      const { method = '', url: path = '' } = request;
      received.push({ method, path, headers: Object.fromEntries(headers), body: sent?.value ?? null });
      response.writeHead(201).end('{}');
    });
  });
  let server: GitServer | undefined;
  let address = '';
  beforeAll(async () => {
    server = await serveGit(folder, secret);
    await new Promise<void>((ready) => web.listen(0, '127.0.0.1', ready));
    const at = web.address();
    address = `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}`;
  });
  afterAll(async () => {
    web.close();
    await server?.close();
  });
  let count = 0;
  const next = (name: string): string => {
    count += 1;
    const path = join(folder, 'runs', `${count}-${name}`);
    mkdirSync(path, { recursive: true });
    return path;
  };
  return {
    deployments: bare,
    git,
    deployed: (path) => git(bare, 'show', `main:${path}`),
    service(name, tests = 0, hasDockerfile = true) {
      count += 1;
      const source = repositories.bare(`source-${count}`, {
        'run-tests.sh': `#!/bin/sh\necho "the tests ran"\nexit ${tests}\n`,
        ...(hasDockerfile ? { Dockerfile: 'FROM scratch\n' } : {}),
      });
      return { name, image: `ghcr.io/acme/${name}`, url: url(name), source, commit: git(source, 'rev-parse', 'main') };
    },
    run(service, more = {}) {
      const home = next('home');
      const standIns = next('stand-ins');
      // The provider's address of the source repository leads to this disk.
      writeFileSync(
        join(home, '.gitconfig'),
        `[url "${pathToFileURL(service.source).href}"]\n  insteadOf = ${service.url}\n`,
      );
      const env = {
        PATH: `${bin}:${process.env['PATH']}`,
        HOME: home,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        STAND_INS: standIns,
        ...more,
      };
      const output: string[] = [];
      const since = received.length;
      return {
        service,
        deployments: `${server?.url}/deployments.git`,
        web: address,
        env,
        output,
        get received() {
          return received.slice(since);
        },
        calls() {
          const path = join(standIns, 'calls');
          const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
          return lines.filter(Boolean).map((line) => {
            const call: unknown = JSON.parse(line);
            return Array.isArray(call) ? call.map(String) : [];
          });
        },
        path: (name) => join(home, name),
        workspace(kind, depth = 1) {
          const path = next('workspace');
          if (kind === 'source') {
            // As CI systems do it: the commit alone, HEAD detached.
            git(path, 'init', '-q', '-b', 'main');
            git(path, 'fetch', '-q', `--depth=${depth}`, pathToFileURL(service.source).href, service.commit);
            git(path, 'checkout', '-q', '--detach', 'FETCH_HEAD');
            git(path, 'remote', 'add', 'origin', service.url);
            chmodSync(join(path, 'run-tests.sh'), 0o755);
          }
          return path;
        },
        async sh(script, shell, cwd, variables) {
          const path = join(home, `script-${(count += 1)}`);
          writeFileSync(path, script);
          const [command = 'sh', ...args] = shell;
          const child = spawn(command, [...args, path], { cwd, env: { ...env, ...variables } });
          for (const stream of [child.stdout, child.stderr])
            stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
          return await new Promise<number>((done) => {
            child.on('close', (code) => done(code ?? 1));
          });
        },
      };
    },
  };
}

/** What people let their CI system keep, for systems without tokens of their own. */
export function credentials(run: Run): Variables {
  return {
    REGISTRY_USER: 'ci',
    REGISTRY_PASSWORD: secret,
    COSIGN_PRIVATE_KEY: secret,
    COSIGN_PASSWORD: secret,
    DEPLOYMENTS_TOKEN: secret,
    SECURITY_WEBHOOK: `${run.web}/hooks/${secret}`,
  };
}

/** Moves files that a CI system keeps from one job's folder to another's. */
export function copyFiles(from: string, to: string, paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    writeFileSync(join(to, path), readFileSync(join(from, path)));
  }
}

/** The entries of a list of objects; nothing for anything else. */
export function objectsOf(value: Json | undefined): JsonObject[] {
  return (isArray(value) ? value : []).filter(isObject);
}

/** Lines of `NAME=value` in a file that a step wrote. */
export function assignments(path: string): Record<string, string> {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  return Object.fromEntries(
    lines
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
