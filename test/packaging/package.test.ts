/**
 * What people get: the npm package in an empty folder, the executable without Node, the action, and the names in all of
 * them. Nothing here uses the network.
 */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readYaml } from '../../plugin/yaml/read.ts';
import { outputs } from '../../tools/generate/names.mjs';
import { textAt } from '../handback/oracle.ts';
import type { Json } from '../../plugin/resources/json.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { builtProgram } from '../tools/program.mjs';

const folder = temporaryFolders();
const root = process.cwd();
const run = promisify(execFile);
const parseJson = (text: string): Json | undefined =>
  readYaml(text, { file: 'a.json', duplicateKeys: 'error' })[0]?.value;
const example = ['render', 'examples/plain/user-service', '-e', 'production'];
const expected = readFileSync('examples/plain/expected/user-service/production.yaml', 'utf8');

/** The README's example, with the name and namespace of the expected file. */
const args = [...example, '--app', 'user-service-production'];

await builtProgram();

describe('the npm package', () => {
  it('works in an empty folder without a network: init --all, and the README example', async () => {
    const place = folder({
      'repository/web/base/kustomization.yaml': 'resources: [a.yaml]\n',
      'repository/web/base/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
      'repository/api/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
      'repository/.git/HEAD': 'ref: refs/heads/main\n',
      'package.json': '{"private": true}',
    });
    // Nobody may ask a registry, and no script may run.
    const env = {
      PATH: process.env['PATH'],
      HOME: place,
      npm_config_offline: 'true',
      npm_config_ignore_scripts: 'true',
    };
    const packed = await run('npm', ['pack', '--json', '--pack-destination', place], { env });
    const tarball = join(place, textAt(parseJson(packed.stdout), [0, 'filename']));
    const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
      .split('\n')
      .map((path) => path.slice('package/'.length));
    expect(files).toContain('dist/waybill.cjs.cache');
    expect(files.filter((path) => /\.test\.|^test\/|^dist\/executable|^plugin\/.*\.ts$/u.test(path))).toEqual([]);
    await run('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: place, env });
    const npx = async (cwd: string, ...words: string[]) =>
      await run('npx', ['--no-install', 'waybill', ...words], { cwd, env, encoding: 'utf8' });
    const { stderr } = await npx(join(place, 'repository'), 'init', '--all', 'api');
    expect(stderr).toContain('1 object of 1 equal to what Argo CD renders today, no pod restarts');
    cpSync('examples/plain', join(place, 'repository/examples/plain'), { recursive: true });
    await npx(join(place, 'repository'), 'page', 'api', '--output', join(place, 'page'));
    expect(readFileSync(join(place, 'page/index.html'), 'utf8')).toContain('<title>');
    const installed = join(place, 'node_modules/.bin/waybill');
    expect((await run(installed, args, { cwd: join(place, 'repository'), env, encoding: 'utf8' })).stdout).toBe(
      execFileSync(process.execPath, ['dist/waybill.cjs', ...args], { encoding: 'utf8' }),
    );
  });

  it('says where it is from, and asks for provenance', () => {
    const json = parseJson(readFileSync('package.json', 'utf8'));
    expect(textAt(json, ['repository', 'url'])).toMatch(/^git\+https:\/\/github\.com\/[\w-]+\/waybill\.git$/u);
    expect(json).toMatchObject({
      license: 'Apache-2.0',
      publishConfig: { access: 'public', provenance: true },
    });
    // All that the program needs is in its one file.
    expect(json).not.toHaveProperty('dependencies');
  });
});

/** What a program that fails has said. */
async function refusal(running: Promise<unknown>): Promise<string> {
  try {
    await running;
    return 'did not fail';
  } catch (error) {
    if (!(error instanceof Error && 'stdout' in error && 'stderr' in error)) throw error;
    return `${String(error.stdout)}${String(error.stderr)}`;
  }
}

describe('the executable and the action', () => {
  let executable = '';
  beforeAll(async () => {
    executable = join(folder({}), 'waybill-linux-x64');
    await run(process.execPath, ['tools/executable.mjs', executable]);
  });

  it('renders the README example with the same bytes, without a Node on PATH', async () => {
    const { stdout } = await run(executable, args, { env: { PATH: '/nowhere' }, encoding: 'utf8' });
    expect(stdout).toBe(execFileSync(process.execPath, ['dist/waybill.cjs', ...args], { encoding: 'utf8' }));
    for (const line of expected.split('\n').filter((one) => one.includes('waybill.dev/source-'))) {
      expect(stdout).toContain(line);
    }
    expect(statSync(executable).mode & 0o111).toBe(0o111);
    // A command that is in the second script.
    expect((await run(executable, ['schema', 'lock'])).stdout).toBe(
      execFileSync(process.execPath, ['dist/waybill.cjs', 'schema', 'lock'], { encoding: 'utf8' }),
    );
  });

  it('works in threads, and writes the page', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `app-${index}`);
    const files = names.flatMap((name): [string, string][] => [
      [`${name}/waybill.yaml`, 'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { manifests: a.yaml }\n'],
      [`${name}/a.yaml`, 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n'],
    ]);
    const cwd = folder(Object.fromEntries<string>([...files, ['.git/HEAD', 'ref: refs/heads/main\n']]));
    const env = { PATH: '/nowhere' };
    const { stdout } = await run(executable, ['validate'], { cwd, env, encoding: 'utf8' });
    expect(stdout).toBe(names.map((name) => `${name}: 1 resource\n`).join(''));
    await run(executable, ['page', '--output', 'out'], { cwd, env });
    expect(readFileSync(join(cwd, 'out/index.html'), 'utf8')).toContain('<title>');
  });

  /** Serves a release, and runs the action's steps in bash as GitHub does. */
  async function act(checksums: (name: string, sum: string) => string, inputs: { version?: string; run?: string }) {
    const releases = folder({});
    const name = process.arch === 'arm64' ? 'waybill-linux-arm64' : 'waybill-linux-x64';
    mkdirSync(join(releases, 'v9.9.9'));
    cpSync(executable, join(releases, 'v9.9.9', name));
    const sum = createHash('sha256').update(readFileSync(executable)).digest('hex');
    writeFileSync(join(releases, 'v9.9.9/checksums.txt'), checksums(name, sum));
    const server = createServer((request, response) => {
      const file = join(releases, new URL(request.url ?? '/', 'http://localhost').pathname);
      if (existsSync(file)) response.end(readFileSync(file));
      else response.writeHead(404).end();
    });
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done);
    });
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const [action] = readYaml(readFileSync('action.yml', 'utf8'), { file: 'action.yml', duplicateKeys: 'error' });
    const script = (index: number) => textAt(action?.value, ['runs', 'steps', index, 'run']);
    const env = {
      PATH: process.env['PATH'],
      RUNNER_TEMP: releases,
      GITHUB_PATH: join(releases, 'path'),
      GITHUB_OUTPUT: join(releases, 'output'),
      VERSION: inputs.version ?? '9.9.9',
      RELEASES: `http://127.0.0.1:${port}`,
      RUN: inputs.run ?? '',
    };
    await run('bash', ['-c', script(0)], { env });
    const path = `${readFileSync(env.GITHUB_PATH, 'utf8').trim()}:${env.PATH}`;
    return await run('bash', ['-c', script(1)], { env: { ...env, PATH: path }, cwd: root });
  }

  it('is installed by the action and run by it; a version that is not what its checksums say is not', async () => {
    const good = (name: string, sum: string) => `${'0'.repeat(64)}  other\n${sum}  ${name}\n`;
    const { stdout } = await act(good, { run: args.join(' ') });
    expect(stdout).toContain('kind: Deployment');
    const other = 'is not what the checksums of v9.9.9 say';
    expect(await refusal(act((name) => `${'0'.repeat(64)}  ${name}\n`, {}))).toContain(other);
    expect(await refusal(act((_name, sum) => `${sum}  waybill-other\n`, {}))).toContain(other);
    expect(await refusal(act(good, { version: '9.9.8' }))).toContain('404');
    expect(await refusal(act(good, { version: '../9.9.9' }))).toContain('version is no version: ../9.9.9');
  });
});

describe('names', () => {
  it('come from one place: a fork changes repository.url and version', async () => {
    const files = (await outputs(root)).map(([path]) => path);
    const fork = folder({});
    for (const path of files) {
      mkdirSync(dirname(join(fork, path)), { recursive: true });
      cpSync(path, join(fork, path));
    }
    const text = readFileSync('package.json', 'utf8')
      .replace(/git\+https:[^"]*/u, 'git+https://github.com/Acme-Corp/waybill.git')
      .replace(/"version": "[^"]*"/u, '"version": "7.8.9"');
    writeFileSync(join(fork, 'package.json'), text);
    const made = new Map(await outputs(fork));
    const old = /github\.com\/([\w-]+)\/waybill/u.exec(readFileSync('package.json', 'utf8'))?.[1] ?? '';
    for (const [path, content] of made) expect(content, path).not.toContain(`${old}/waybill`);
    expect(made.get('docs/install.md')).toContain('uses: Acme-Corp/waybill@v7.8.9');
    expect(made.get('docs/install.md')).toContain('releases/download/v7.8.9');
    expect(made.get('sidecar/argo-helm-values.yaml')).toContain('image: ghcr.io/acme-corp/waybill:7.8.9');
    expect(made.get('action.yml')).toContain('default: "7.8.9"');
  });
});

describe('the changelog', () => {
  it('is made from tags and subjects', async () => {
    const place = folder({ 'a.txt': '' });
    const git = (...words: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...words], { cwd: place });
    git('init', '-q');
    for (const [subject, tag] of [
      ['Add a command\n\nWhy.', 'v0.1.0'],
      ['Refuse two records of one name', undefined],
      ['Describe the command', undefined],
      ['Let it be faster', 'v0.2.0'],
    ] as const) {
      git('commit', '-q', '--allow-empty', '-m', subject);
      if (tag !== undefined) git('tag', tag);
    }
    const { stdout } = await run(join(root, 'node_modules/.bin/git-cliff'), ['--config', join(root, 'cliff.toml')], {
      cwd: place,
    });
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\d/gu, 'DATE')).toBe(`# Changelog

Made from the commits by \`npm run changelog\`. A version is a tag \`vX.Y.Z\`.


## 0.2.0 (DATE)

### Stricter

- Refuse two records of one name

### Better

- Let it be faster

## 0.1.0 (DATE)

### New

- Add a command

`);
  });
});
