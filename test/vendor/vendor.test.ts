/**
 * `waybill vendor` with a real helm, a chart repository, git and a Git server: what would be fetched is in the repository
 * afterwards, a render needs no network, and what was changed is noticed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders, writeFolder } from '../tools/folder.ts';
import { type GitServer, serveGit } from '../tools/git-http.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();
const folder = temporaryFolders();
const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;
let helm = '';
let kustomize = '';
let chartServer = '';
let published = '';
let gitServer: GitServer;
const charts = createServer((request, response) => {
  const file = join(published, new URL(request.url ?? '/', 'http://localhost').pathname);
  if (existsSync(file)) response.end(readFileSync(file));
  else response.writeHead(404).end();
});

/** Publishes the chart `base` 1.0.0 with one ConfigMap. */
function publish(name: string): void {
  const chart = folder({
    'base/Chart.yaml': 'apiVersion: v2\nname: base\nversion: 1.0.0\n',
    'base/templates/a.yaml': configMap(name),
  });
  const run = (...args: string[]) =>
    execFileSync(helm, args, { env: { PATH: '/usr/bin:/bin', HOME: chart }, stdio: 'pipe' });
  run('package', join(chart, 'base'), '--destination', published);
  run('repo', 'index', published, '--url', chartServer);
}

const env = () => ({ ...repositories.env, WAYBILL_HELM: helm, WAYBILL_KUSTOMIZE: kustomize });

beforeAll(async () => {
  helm = await helm4Binary();
  kustomize = await kustomizeBinary();
  published = folder({ 'empty.txt': '' });
  await new Promise<void>((done) => {
    charts.listen(0, '127.0.0.1', done);
  });
  const address = charts.address();
  chartServer = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  publish('from-the-chart');
  gitServer = await serveGit(repositories.folder, 'secret');
});
afterAll(async () => {
  charts.close();
  await gitServer.close();
});

const bases = {
  'base/kustomization.yaml': 'resources: [a.yaml, ../shared]\n',
  'base/a.yaml': configMap('from-the-base'),
  'shared/kustomization.yaml': 'resources: [b.yaml]\n',
  'shared/b.yaml': configMap('shared'),
  'other/big.yaml': configMap('other'),
};

describe('waybill vendor', () => {
  it('fetches charts by their lock and bases by commit, and commits them', async () => {
    const bare = repositories.bare('bases', bases);
    const commit = repositories.git(bare, 'rev-parse', 'main');
    repositories.git(bare, 'tag', 'v1');
    const url = gitServer.url.replace('http://', 'http://ci:secret@');
    const clone = repositories.clone(
      repositories.bare('deployments', {
        'web/kustomization.yaml': `# Ours.\nresources:\n  - ${url}/bases.git//base?ref=v1 # theirs\n  - c.yaml\n`,
        'web/c.yaml': configMap('ours'),
        'shop/Chart.yaml': `apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{ name: base, version: ^1.0.0, repository: "${chartServer}" }]\n`,
        '.gitignore': 'charts/\n*.tgz\n',
      }),
    );
    const before = await runCli(['render', 'web'], { cwd: clone, env: env() });
    expect(before.stderr).toContain('error[source-remote]');
    const { code, stderr } = await runCli(['vendor', '--commit'], { cwd: clone, env: env() });
    expect({ code, stderr: stderr.replaceAll(/ci:\S+@/gu, 'ci@') }).toMatchObject({ code: 0 });
    expect(stderr).toContain('shop: base-1.0.0.tgz\n');
    expect(stderr).not.toContain('secret');
    const text = readFileSync(join(clone, 'web/kustomization.yaml'), 'utf8');
    const host = new URL(gitServer.url).host.replace(':', '-');
    expect(text).toBe(`# Ours.\nresources:\n  - ../vendor/${host}/bases/${commit}/base # theirs\n  - c.yaml\n`);
    // The base and what it builds on, and nothing else.
    expect(readdirSync(join(clone, `vendor/${host}/bases/${commit}`)).sort()).toEqual(['base', 'shared']);
    const rendered = await runCli(['render', 'web'], { cwd: clone, env: env() });
    expect(rendered.stdout.match(/name: .*/gu)?.toSorted()).toEqual([
      'name: from-the-base',
      'name: ours',
      'name: shared',
    ]);
    expect((await runCli(['render', 'shop'], { cwd: clone, env: env() })).stdout).toContain('name: from-the-chart');
    expect(repositories.git(clone, 'status', '--porcelain')).toBe('');
    expect(repositories.git(clone, 'log', '-1', '--format=%s')).toBe('Vendor charts and bases');
    expect(readFileSync(join(clone, 'vendor/waybill-vendor.yaml'), 'utf8')).not.toContain('secret');

    // Repeated, it has nothing to do.
    expect((await runCli(['vendor'], { cwd: clone, env: env() })).stderr).toBe('nothing is fetched from elsewhere\n');
    expect(await runCli(['vendor', '--check'], { cwd: clone, env: env() })).toMatchObject({ code: 0 });
    writeFileSync(join(clone, `vendor/${host}/bases/${commit}/shared/b.yaml`), configMap('edited'));
    const checked = await runCli(['vendor', '--check'], { cwd: clone, env: env() });
    expect(checked.code).toBe(1);
    expect(checked.stderr).toContain(`vendor/${host}/bases/${commit} is not what was fetched`);
    // init does not take what was fetched for an application.
    repositories.git(clone, 'checkout', '--', '.');
    const { stderr: found } = await runCli(['init', '--all'], { cwd: clone, env: env() });
    expect(found).toContain('2 applications, 2 renders; 4 objects of 4 equal');
  });

  it('refuses another chart under the same version', async () => {
    const content = {
      'shop/Chart.yaml': `apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{ name: base, version: 1.0.0, repository: "${chartServer}" }]\n`,
    };
    const clone = repositories.clone(repositories.bare('shop', content));
    expect(await runCli(['vendor'], { cwd: clone, env: env() })).toMatchObject({ code: 0 });
    execFileSync('rm', [join(clone, 'shop/charts/base-1.0.0.tgz')]);
    publish('replaced');
    const { code, stderr } = await runCli(['vendor'], { cwd: clone, env: env() });
    expect(code).toBe(1);
    expect(stderr).toContain('error[vendor-changed]: base-1.0.0.tgz is not what it was');
    expect(existsSync(join(clone, 'shop/charts/base-1.0.0.tgz'))).toBe(false);
  });

  it('says what it cannot take, all at once, and writes nothing', async () => {
    const content = {
      'a/kustomization.yaml': `resources:\n  - https://127.0.0.1:9/x/y//z?ref=v1\n  - https://127.0.0.1:9/file.yaml\n  - ${gitServer.url.replace('http://', 'http://ci:secret@')}/bases.git//nowhere?ref=main\n  - ${gitServer.url}/../../etc//x?ref=--upload-pack=evil\n`,
    };
    const clone = repositories.clone(repositories.bare('wrong', content));
    const { code, stderr } = await runCli(['vendor'], { cwd: clone, env: env() });
    expect(code).toBe(1);
    expect(stderr).toContain(
      'a/kustomization.yaml:2:5: error[vendor-unreachable]: v1 of https://127.0.0.1:9/x/y cannot be fetched',
    );
    expect(stderr).toContain('a/kustomization.yaml:3:5: error[vendor-unknown]');
    expect(stderr).toContain('a/kustomization.yaml:4:5: error[vendor-unknown]');
    expect(stderr).toContain('a/kustomization.yaml:5:5: error[vendor-unknown]');
    expect(existsSync(join(clone, 'vendor'))).toBe(false);
    mkdirSync(join(clone, 'vendor'));
    writeFolder(clone, { 'vendor/waybill-vendor.yaml': 'kind: Other\n' });
    expect((await runCli(['vendor', '--check'], { cwd: clone, env: env() })).stderr).toContain('error[vendor-invalid]');
  });
});
