/**
 * `waybill notifications github-app` with a GitHub that answers as its published description says, and a browser that
 * follows what it is sent; and with browsers and answers that are not what they should be.
 */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../plugin/cli/program.ts';
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import { isObject, type JsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { githubDescription } from '../conformance/github-api.ts';
import { type Arrived, listen } from '../handback/loopback.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { createRepository } from '../tools/repository.ts';

const folder = temporaryFolders();
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

/** GitHub's own example of an answer, by its description. */
function example(name: string): JsonObject {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  const [document] = readJsonObjects(readFileSync(file, 'utf8'), 'api');
  const value = valueAt(document?.value ?? null, ['components', 'examples', name, 'value']);
  if (!isObject(value)) throw new Error(`there is no example ${name}`);
  return value;
}

interface Fake {
  readonly owner?: string;
  readonly account?: string;
  readonly status?: number;
}

async function startGitHub({ owner = 'acme', account = 'acme', status = 201 }: Fake = {}) {
  const { check, matches } = githubDescription();
  const problems: string[] = [];
  const asked: Arrived[] = [];
  const app = example('integration-from-manifest');
  const installation = example('base-installation');
  const user = valueAt(app, ['owner']);
  const server = await listen((request) => {
    asked.push(request);
    problems.push(
      ...check({ method: request.method, url: `https://api.github.com${request.path}`, headers: {}, status: 200 }),
    );
    if (request.path.endsWith('/conversions')) {
      const json = {
        ...app,
        id: 4711,
        slug: 'waybill-acme',
        pem,
        owner: { ...(isObject(user) ? user : {}), login: owner },
      };
      problems.push(...matches('integration', json));
      return { status, json };
    }
    const on = valueAt(installation, ['account']);
    const json = { ...installation, id: 42, account: { ...(isObject(on) ? on : {}), login: account } };
    problems.push(...matches('installation', json));
    return { status: request.path === '/app/installations/42' ? 200 : 404, json };
  });
  onTestFinished(() => server.close());
  return { url: server.url, problems, asked };
}

/** Starts the command; `url` is the page's address as soon as it is told. */
function start(api: string, ...args: string[]) {
  return startIn(folder({}), api, ['notifications', 'github-app', '--organization', 'acme', ...args]);
}

function startIn(cwd: string, api: string, args: readonly string[]) {
  const said = { stdout: '', stderr: '' };
  let told: (url: string) => void = () => undefined;
  const url = new Promise<string>((resolve) => {
    told = resolve;
  });
  const code = run([...args, '--no-browser'], {
    stdout: { write: (text: string) => (said.stdout += text) },
    stderr: {
      write: (text: string) => {
        said.stderr += text;
        const [, found] = /Open (http:\/\/127\.0\.0\.1:\d+)\//u.exec(said.stderr) ?? [];
        if (found !== undefined) told(found);
      },
    },
    env: { GITHUB_API_URL: api },
    cwd,
  });
  return { cwd, said, url, code };
}

const get = async (url: string, headers: Record<string, string> = {}) =>
  await fetch(url, { redirect: 'manual', headers });

function manifestOf(html: string): { state: string; manifest: JsonObject } {
  const [, state = ''] = /settings\/apps\/new\?state=([\w-]+)"/u.exec(html) ?? [];
  const [, text = ''] = /name="manifest" value="([^"]*)"/u.exec(html) ?? [];
  const decoded = text.replaceAll(/&#(\d+);/gu, (_all, digits: string) => String.fromCodePoint(Number(digits)));
  const [document] = readJsonObjects(decoded, 'manifest');
  if (!isObject(document?.value)) throw new Error(`no manifest in ${html}`);
  return { state, manifest: document.value };
}

describe('waybill notifications github-app', () => {
  it('makes the App and writes its key where only the user reads it', async () => {
    const github = await startGitHub();
    const { cwd, said, url, code } = start(github.url);
    const local = await url;
    const page = await get(`${local}/`);
    expect(page.headers.get('content-security-policy')).toContain('form-action https://github.com;');
    const { state, manifest } = manifestOf(await page.text());
    expect(manifest).toEqual({
      name: 'waybill-acme',
      url: 'https://argo-cd.readthedocs.io',
      description: 'Reports deployments of Argo CD to the commits that they came from.',
      public: false,
      redirect_url: `${local}/created`,
      setup_url: `${local}/installed`,
      hook_attributes: { url: `${local}/none`, active: false },
      default_events: [],
      default_permissions: { deployments: 'write', statuses: 'write', metadata: 'read' },
    });
    const created = await get(`${local}/created?code=c0de&state=${state}`);
    expect([created.status, created.headers.get('location')]).toEqual([
      302,
      'https://github.com/apps/waybill-acme/installations/new',
    ]);
    // A reload asks GitHub no second time.
    await get(`${local}/created?code=c0de&state=${state}`);
    expect((await get(`${local}/installed?installation_id=42&setup_action=install`)).status).toBe(200);
    expect(await code).toBe(0);
    expect(readdirSync(cwd)).toEqual(['argocd-notifications-secret.yaml']);
    const file = join(cwd, 'argocd-notifications-secret.yaml');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const [secret] = readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' });
    expect(secret?.value).toMatchObject({
      kind: 'Secret',
      metadata: { name: 'argocd-notifications-secret', namespace: 'argocd' },
      stringData: { 'github-appID': '4711', 'github-installationID': '42', 'github-privateKey': pem },
    });
    expect(said.stdout).toBe(
      'github:\n  - organization: acme\n    appID: $github-appID\n    installationID: $github-installationID\n    privateKey: $github-privateKey\n',
    );
    expect(said.stdout + said.stderr).not.toMatch(/PRIVATE KEY|c0de/u);
    expect(github.problems).toEqual([]);
    expect(github.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /app-manifests/c0de/conversions',
      'GET /app/installations/42',
    ]);
    const [head = '', claims = '', signature = ''] = (github.asked[1]?.headers['authorization'] ?? '')
      .replace('Bearer ', '')
      .split('.');
    expect(verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(
      true,
    );
    expect(Buffer.from(claims, 'base64url').toString()).toContain('"iss":"4711"');
  });

  it('is made by waybill adopt, too, into a folder that git does not see', async () => {
    const github = await startGitHub();
    const cwd = createRepository({
      'web/waybill.yaml':
        'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { manifests: { path: k8s }, native: true }\nrecord: k8s/record.yaml\nenvironments: { production: }\n',
      'web/k8s/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
    });
    const repository = ['--repository', 'https://github.com/acme/deployments'];
    const args = ['adopt', '--native', '--github-app', '--argocd-url', 'https://argocd.acme.dev', ...repository];
    const { said, url, code } = startIn(cwd, github.url, args);
    const local = await url;
    const { state } = manifestOf(await (await get(`${local}/`)).text());
    await get(`${local}/created?code=c0de&state=${state}`);
    await get(`${local}/installed?installation_id=42&setup_action=install`);
    expect(await code).toBe(0);
    expect(said.stdout).toContain('1. Apply the notifications\n');
    expect(said.stdout).toContain('kubectl apply --server-side --force-conflicts -f waybill-adopt/notifications/\n');
    const applied = readdirSync(join(cwd, 'waybill-adopt/notifications')).map((name) => {
      const file = join(cwd, 'waybill-adopt/notifications', name);
      return readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' })[0]?.value;
    });
    expect(applied).toMatchObject([
      { kind: 'ConfigMap', metadata: { name: 'argocd-notifications-cm', namespace: 'argocd' } },
      { kind: 'Secret', metadata: { name: 'argocd-notifications-secret' }, stringData: { 'github-appID': '4711' } },
    ]);
    execFileSync('git', ['init', '-q'], { cwd });
    const seen = execFileSync('git', ['add', '--dry-run', '--all'], { cwd, encoding: 'utf8' });
    expect(seen).toContain('argocd-notifications-cm.yaml');
    expect(seen).not.toContain('secret');
  });

  it('answers nobody else: another state, another host, an installation elsewhere', async () => {
    const github = await startGitHub({ account: 'mallory' });
    const { url, code, cwd } = start(github.url, '--timeout', '3', '--key-file', 'key.pem');
    const local = await url;
    expect((await get(`${local}/created?code=evil&state=`)).status).toBe(400);
    expect((await get(`${local}/created?code=evil&state=${'A'.repeat(32)}`)).status).toBe(400);
    expect((await get(`${local}/installed?installation_id=42`)).status).toBe(400);
    expect(github.asked).toEqual([]);
    // A name that points to this machine (DNS rebinding) is another origin.
    const port = new URL(local).port;
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      request({ port, host: '127.0.0.1', path: '/', headers: { host: `evil.example:${port}` } }, (response) =>
        resolve(response.resume().statusCode),
      ).end();
    });
    expect(status).toBe(421);
    expect((await fetch(`${local}/`, { method: 'POST' })).status).toBe(405);
    const { state } = manifestOf(await (await get(`${local}/`)).text());
    await get(`${local}/created?code=c0de&state=${state}`);
    for (const wrong of ['42', '43', '0', '-1', '42x', '']) {
      expect((await get(`${local}/installed?installation_id=${wrong}`)).status, wrong).toBe(400);
    }
    expect(await code).toBe(1);
    // The App exists: its key is not lost.
    expect(readFileSync(join(cwd, 'key.pem.pem'), 'utf8')).toBe(pem);
    expect(statSync(join(cwd, 'key.pem.pem')).mode & 0o777).toBe(0o600);
  });

  it.each<[string, Fake, string]>([
    ['a code that GitHub refuses', { status: 404 }, 'GitHub responded with 404 to the code'],
    ['an App of another account', { owner: 'mallory' }, 'the App belongs to mallory, not to acme'],
  ])('fails for %s and writes nothing', async (_name, fake, message) => {
    const github = await startGitHub(fake);
    const { cwd, said, url, code } = start(github.url);
    const local = await url;
    const { state } = manifestOf(await (await get(`${local}/`)).text());
    expect((await get(`${local}/created?code=c0de&state=${state}`)).status).toBe(502);
    expect(await code).toBe(1);
    expect(said.stderr).toContain(`error[github-app]: ${message}`);
    expect(said.stdout).toBe('');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('refuses what it could not do well before it opens a page', async () => {
    expect(await start('http://127.0.0.1:9', '--name', 'x'.repeat(35)).code).toBe(2);
    expect(await start('http://github.acme.dev').code).toBe(2);
    expect(await start('http://127.0.0.1:9', '--server', 'http://github.acme.dev').code).toBe(2);
    expect(await start('http://127.0.0.1:9', '--organization', 'a/b').code).toBe(2);
    expect(existsSync('argocd-notifications-secret.yaml')).toBe(false);
  });
});
