import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Binaries } from '../../plugin/binaries/binaries.ts';
import { childEnvironment } from '../../plugin/binaries/environment.ts';
import { helmTemplate } from '../../plugin/binaries/helm.ts';
import { kustomizeBuild } from '../../plugin/binaries/kustomize.ts';
import { runToEnd } from '../../plugin/binaries/run.ts';
import { withScratch } from '../../plugin/binaries/scratch.ts';
import { confineBinary } from '../tools/confine.mjs';
import { type FolderContent, temporaryFolders } from '../tools/folder.ts';
import { helm3Binary, helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { failureText } from '../tools/source-context.ts';

// The boundary alone: helm and kustomize are given what the checks before them would never let through, as options and
// as files, in the folders and with the environment that Waybill gives them. The same attacks against the checks alone
// are in plugin/sources, where nothing but /bin/false would be started.
const folder = temporaryFolders();
const location = { file: 'app/waybill.yaml' };
const CANARY = 'canary-of-another-tenant';
/** What shows that a file or an environment of somebody else was read. */
const LEAKED = /canary-of-another-tenant|PATH=|'not' failed/u;
/** What a program says when the kernel refuses it something. kustomize looks for its file in vain. */
const REFUSED = /permission denied|not permitted|unable to find one of 'kustomization/u;
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  response.end(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${CANARY}}\n`);
});
let url = '';
let confine = '';
beforeAll(async () => {
  confine = await confineBinary();
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => {
  server.close();
});

const configMap = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n${more}`;

/** A folder of another tenant, with all that may be found there. */
const other = (): string =>
  folder({
    'secret.txt': CANARY,
    'values.yaml': `a: ${CANARY}\n`,
    'kustomization.yaml': 'resources: [cm.yaml]\n',
    'cm.yaml': configMap(CANARY),
    'schema.json': `{"not": {}, "$comment": "${CANARY}"}`,
  });

interface Attack {
  /** Options that text of a repository became. */
  readonly args?: (outside: string) => readonly string[];
  readonly files?: (outside: string) => FolderContent;
}

/** What came of an attack: everything that was printed. Both with the boundary and without. */
async function attack(
  name: 'helm' | 'kustomize',
  path: string,
  { args = () => [], files = () => ({}) }: Attack,
  ordinary: FolderContent,
  confinement: Binaries['confinement'],
): Promise<{ printed: string; outside: string }> {
  const outside = other();
  const root = folder({ ...ordinary, ...files(outside) });
  return withScratch(async (scratch) => {
    writeFileSync(join(root, 'run.sh'), `#!/bin/sh\ncat ${outside}/secret.txt\n`);
    chmodSync(join(root, 'run.sh'), 0o755);
    const command = name === 'helm' ? ['template', ...args(outside), 'x', root] : ['build', ...args(outside), root];
    const binaries: Binaries = { env: { WAYBILL_CONFINE: confine }, ...(confinement ? { confinement } : {}) };
    const run = {
      binary: { name, path },
      args: command,
      cwd: scratch.files,
      // Without the dead proxy, which would be another barrier.
      env: { ...childEnvironment(scratch, binaries, false), HTTP_PROXY: '', HTTPS_PROXY: '', PATH: '/usr/bin:/bin' },
      boundary: { read: [root, scratch.files], write: [scratch.home], execute: [], network: false },
    };
    const { stdout, stderr } = await runToEnd(run, binaries);
    return { printed: `${stdout}\n${stderr}`, outside };
  });
}

const chart = {
  'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  'values.yaml': 'a: b\n',
  'templates/a.yaml': `${configMap('a')}data: {a: {{ .Values.a | quote }}}\n`,
};

describe.each([
  ['helm 3', helm3Binary],
  ['helm 4', helm4Binary],
])('%s, with the boundary alone', (version, helmBinary) => {
  it.each<[string, Attack, ('helm 4' | 'written')?]>([
    ['a file as a value', { args: (outside) => [`--set-file=a=${outside}/secret.txt`] }],
    ['values of another tenant', { args: (outside) => [`--values=${outside}/values.yaml`] }],
    ['a URL as a value', { args: () => [`--set-file=a=${url}/set-file`] }],
    ['values from a URL', { args: () => [`--values=${url}/values.yaml`] }],
    ['environment of the process that started it', { args: () => [`--set-file=a=/proc/${process.ppid}/environ`] }],
    [
      'a program behind the output',
      {
        args: () => [
          '--post-renderer=/bin/sh',
          '--post-renderer-args=-c',
          `--post-renderer-args=curl ${url}/post || cat /etc/hostname; echo ${CANARY}`,
        ],
      },
      'helm 4',
    ],
    ['output elsewhere', { args: (outside) => [`--output-dir=${outside}/written`] }, 'written'],
    [
      'a link out of the chart',
      {
        files: (outside) => ({
          'files/secret': { link: `${outside}/secret.txt` },
          'templates/a.yaml': `${configMap('a')}data: {a: {{ .Files.Get "files/secret" | quote }}}\n`,
        }),
      },
    ],
    [
      'a schema of another tenant',
      { files: (outside) => ({ 'values.schema.json': `{"$ref": "file://${outside}/schema.json"}` }) },
    ],
    ['a schema from a URL', { files: () => ({ 'values.schema.json': `{"$ref": "${url}/schema"}` }) }],
    ['a draft of schemas from a URL', { files: () => ({ 'values.schema.json': `{"$schema": "${url}/draft"}` }) }],
  ])('%s', async (_name, what, kind) => {
    const path = await helmBinary();
    // helm 4 runs no program that is no plugin of its own.
    const works = version === 'helm 3' || kind !== 'helm 4';
    const seen = asked.length;
    const free = await attack('helm', path, what, chart, 'off');
    const wrote = existsSync(join(free.outside, 'written'));
    expect(wrote || asked.length > seen || LEAKED.test(free.printed), free.printed).toBe(works);
    const before = asked.length;
    const held = await attack('helm', path, what, chart, 'required');
    expect(held.printed).not.toMatch(LEAKED);
    expect(asked.slice(before)).toEqual([]);
    expect(existsSync(join(held.outside, 'written'))).toBe(false);
    if (works) expect(held.printed).toMatch(REFUSED);
  });

  it('a chart without end', async () => {
    const endless = `{{- range $i := until 2000000000 }}{{ end }}`;
    const path = await helmBinary();
    const text = await failureText(
      withScratch(async ({ files }) => {
        mkdirSync(join(files, 'c/templates'), { recursive: true });
        writeFileSync(join(files, 'c/Chart.yaml'), chart['Chart.yaml']);
        writeFileSync(join(files, 'c/templates/a.yaml'), endless);
        const template = {
          chart: join(files, 'c'),
          chartName: 'c',
          releaseName: 'x',
          apiVersions: [],
          values: [],
          location,
        };
        return helmTemplate(template, {
          env: { WAYBILL_HELM: path, WAYBILL_CONFINE: confine },
          confinement: 'required',
        });
      }),
    );
    expect(text).toContain('error[binary-memory]: helm needed more memory than it may have');
  });
});

const kustomization = { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': configMap('a') };
describe('kustomize, with the boundary alone', () => {
  const up = '../'.repeat(20);
  const fn = (how: string): string =>
    `apiVersion: acme.dev/v1\nkind: Fn\nmetadata:\n  name: x\n  annotations: {config.kubernetes.io/function: "${how}"}\n`;
  it.each<[string, Attack]>([
    ['a base of another tenant', { files: (outside) => ({ 'kustomization.yaml': `Resources: [${up}${outside}]\n` }) }],
    ['a component of another tenant', { files: (outside) => ({ 'kustomization.yaml': `bases: [${up}${outside}]\n` }) }],
    [
      'a file from anywhere',
      {
        args: () => ['--load-restrictor=LoadRestrictionsNone'],
        files: (outside) => ({
          'kustomization.yaml': `configMapGenerator: [{name: a, files: [${outside}/secret.txt]}]\n`,
        }),
      },
    ],
    ['a resource from a URL', { files: () => ({ 'kustomization.yaml': `resources: ["${url}/resource"]\n` }) }],
    [
      'a generator from a URL',
      { files: () => ({ 'kustomization.yaml': `configMapGenerator: [{name: a, files: ["a=${url}/file"]}]\n` }) },
    ],
    [
      'a plugin that reads a URL',
      {
        files: () => ({
          'kustomization.yaml': 'generators: [g.yaml]\n',
          'g.yaml': `apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: g}\nfiles: ["a=${url}/plugin"]\n`,
        }),
      },
    ],
    [
      'a schema from a URL',
      { files: () => ({ 'kustomization.yaml': `resources: [a.yaml]\nopenapi: {path: "${url}/openapi"}\n` }) },
    ],
    [
      'a repository on the machine',
      {
        files: (outside) => {
          execFileSync('git', ['init', '-q', outside]);
          execFileSync('git', ['-C', outside, 'add', '.']);
          execFileSync('git', ['-C', outside, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'x']);
          return { 'kustomization.yaml': `resources: ["file://${outside}"]\n` };
        },
      },
    ],
    [
      'a program as a function',
      {
        args: () => ['--enable-alpha-plugins', '--enable-exec'],
        files: () => ({
          'kustomization.yaml': 'resources: [a.yaml]\ntransformers: [t.yaml]\n',
          't.yaml': fn('exec: {path: ./run.sh}'),
        }),
      },
    ],
  ])('%s', async (_name, what) => {
    const path = await kustomizeBinary();
    const seen = asked.length;
    const free = await attack('kustomize', path, what, kustomization, 'off');
    expect(asked.length > seen || LEAKED.test(free.printed), free.printed).toBe(true);
    const before = asked.length;
    const held = await attack('kustomize', path, what, kustomization, 'required');
    expect(held.printed).not.toMatch(LEAKED);
    expect(asked.slice(before)).toEqual([]);
    expect(held.printed).toMatch(REFUSED);
  });

  it('a link out of the folder', async () => {
    const outside = other();
    const root = folder(kustomization);
    symlinkSync(outside, join(root, 'base'));
    writeFileSync(join(root, 'kustomization.yaml'), 'resources: [base]\n');
    const build = { root, directory: '', network: false, helm: undefined, origins: false, location };
    const env = { WAYBILL_KUSTOMIZE: await kustomizeBinary(), WAYBILL_CONFINE: confine };
    expect((await kustomizeBuild(build, { env, confinement: 'off' })).stdout).toContain(CANARY);
    expect(await failureText(kustomizeBuild(build, { env, confinement: 'required' }))).toMatch(REFUSED);
  });
});

describe('the policy', () => {
  const render = async (env: Record<string, string>, confinement: Binaries['confinement']) => {
    const root = folder(kustomization);
    const build = { root, directory: '', network: false, helm: undefined, origins: false, location };
    const binaries = { env: { WAYBILL_KUSTOMIZE: await kustomizeBinary(), PATH: '/nowhere', ...env } };
    return kustomizeBuild(build, { ...binaries, ...(confinement ? { confinement } : {}) });
  };

  it('renders without the boundary unless it is required', async () => {
    for (const confinement of ['preferred', 'off', undefined] as const) {
      expect((await render({}, confinement)).stdout).toContain('name: a');
    }
    const text = await failureText(render({}, 'required'));
    expect(text).toContain(
      'app/waybill.yaml: error[confinement]: kustomize may run only behind a boundary of the kernel',
    );
    expect(text).toContain('WAYBILL_CONFINE may name it');
  });

  it('renders nothing where it is required and the kernel cannot set it', async () => {
    const root = folder({
      'old.sh':
        '#!/bin/sh\nfor a; do [ "$a" = --best-effort ] && { while [ "$1" != -- ]; do shift; done; shift; exec "$@"; }; done\necho "waybill-confine: no boundary: this kernel has no Landlock" >&2\nexit 125\n',
    });
    chmodSync(join(root, 'old.sh'), 0o755);
    const env = { WAYBILL_CONFINE: join(root, 'old.sh') };
    expect((await render(env, 'preferred')).stdout).toContain('name: a');
    const text = await failureText(render(env, 'required'));
    expect(text).toContain('error[confinement]: kustomize was not started: the boundary around it cannot be set');
    expect(text).toContain('no boundary: this kernel has no Landlock');
  });

  it('finds waybill-confine on PATH as in the sidecar', async () => {
    const root = folder({});
    symlinkSync(confine, join(root, 'waybill-confine'));
    expect((await render({ PATH: root }, 'required')).stdout).toContain('name: a');
    expect(readFileSync('sidecar/Dockerfile', 'utf8')).toContain('/tools/bin/waybill-confine /usr/local/bin/');
  });
});
