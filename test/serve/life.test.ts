import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { get } from 'node:http';
import type { TarEntry } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { runBundled } from '../tools/bundled.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { type ServeProcess, startServe } from '../tools/serve-process.ts';
import { archiveOf, Caller, file, messagesOf } from './client.ts';

// How the server starts, answers for itself, keeps what it may, and ends.
const folder = temporaryFolders();
const manifest = (data: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: "${data}"}\n`;
const good = [file('app/a.yaml', manifest('1'))];

interface Started {
  readonly root: string;
  readonly server: ServeProcess;
  readonly caller: Caller;
}

async function start(
  env: Record<string, string> = {},
  args = ['--metrics', 'none'],
  root = folder({}),
): Promise<Started> {
  const { PATH = '' } = process.env;
  const all = { PATH, TMPDIR: root, ...env };
  const server = await startServe({
    folder: root,
    env: all,
    args: ['--threads', '2', ...args],
  });
  return { root, server, caller: new Caller(server.socket) };
}

async function stop({ server, caller }: Started): Promise<void> {
  caller.close();
  expect(await server.stop()).toBe(0);
}

function page(port: number, path: string): Promise<{ code: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () => resolve({ code: response.statusCode, text }));
    }).on('error', reject);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server: Server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

describe('waybill serve', () => {
  it('says that it is well, counts what it does, and writes a line for each request without secrets', async () => {
    const port = await freePort();
    const started = await start({}, ['--metrics', `127.0.0.1:${port}`]);
    const { caller, server, root } = started;
    expect(await caller.health()).toBe('SERVING');
    expect(await caller.health('plugin.ConfigManagementPluginService')).toBe('SERVING');
    expect(await caller.health('other')).toBe('NOT_FOUND');
    const env = [
      { name: 'ARGOCD_APP_NAME', value: 'shop' },
      { name: 'ARGOCD_APP_REVISION', value: 'abc' },
      { name: 'ARGOCD_ENV_TOKEN', value: 'hunter2-is-secret' },
    ];
    expect(await caller.render(good, { env })).toMatchObject({ status: 'OK' });
    const broken = [file('app/a.yaml', 'kind: [\nurl: https://user:hunter2-is-secret@example.com\n')];
    expect(await caller.render(broken, { env })).toMatchObject({ status: 'UNKNOWN' });
    const lines = server.log().slice(1);
    expect(lines).toMatchObject([
      {
        level: 'info',
        msg: 'manifests',
        application: 'shop',
        revision: 'abc',
        outcome: 'done',
        files: 1,
        resources: 1,
      },
      { level: 'error', msg: 'manifests', application: 'shop', outcome: 'yaml-syntax' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    const { text } = await page(port, '/metrics');
    expect(text).toContain('waybill_serve_requests_total{what="manifests",outcome="done"} 1');
    expect(text).toContain('waybill_serve_errors_total{code="yaml-syntax"} 1');
    expect(text).toMatch(/waybill_serve_request_duration_seconds_count\{what="manifests"\} 2/u);
    for (const name of ['queue_length', 'running', 'cache_bytes', 'archive_bytes_total']) {
      expect(text).toMatch(new RegExp(`^waybill_serve_${name} \\d+$`, 'mu'));
    }
    // What the dashboard, the alerts and the docs name is there.
    for (const reader of ['examples/monitoring/dashboard.json', 'examples/monitoring/rules.yaml']) {
      const names = readFileSync(reader, 'utf8').match(/waybill_serve_[a-z_]+/gu) ?? [];
      expect(names.length).toBeGreaterThan(1);
      for (const name of names) expect(text).toMatch(new RegExp(`^${name}[ {]`, 'mu'));
    }
    expect(await page(port, '/readyz')).toEqual({ code: 200, text: 'ok\n' });
    expect(await page(port, '/../etc/passwd')).toMatchObject({ code: 404 });
    const check = ['serve', '--check', '--socket-dir', root];
    expect(await runBundled(check, { cwd: root, env: process.env })).toMatchObject({ code: 0 });
    await stop(started);
    expect(await runBundled(check, { cwd: root, env: process.env })).toMatchObject({ code: 3 });
  });

  it('finishes what runs when it is asked to end, and removes its socket', async () => {
    const started = await start({ WAYBILL_HELM: await helm4Binary() });
    const { server, caller } = started;
    // A render that takes a while and succeeds.
    const chart = [
      file('app/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n'),
      file('app/templates/a.yaml', `{{ range until 1500 }}{{ range until 1000 }}{{ end }}{{ end }}\n${manifest('1')}`),
    ];
    const running = caller.send(messagesOf(await archiveOf(chart)));
    const idle = new Caller(server.socket);
    await idle.health();
    server.signal('SIGTERM');
    expect(await running).toMatchObject({ status: 'OK' });
    idle.close();
    caller.close();
    expect(await server.ended).toBe(0);
    expect(existsSync(server.socket)).toBe(false);
  });

  it('takes over the socket of a server that was killed, and no other', async () => {
    const first = await start();
    const again = await runBundled(['serve', '--socket-dir', first.root, '--metrics', 'none'], {
      cwd: first.root,
      env: process.env,
    });
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('error[server-socket]: another server uses');
    expect(await first.caller.render(good)).toMatchObject({ status: 'OK' });
    first.caller.close();
    first.server.signal('SIGKILL');
    await first.server.ended;
    expect(existsSync(first.server.socket)).toBe(true);
    const second = await start({}, ['--metrics', 'none'], first.root);
    expect(await second.caller.render(good)).toMatchObject({ status: 'OK' });
    await stop(second);
    writeFileSync(second.server.socket, 'a file');
    await expect(start({}, ['--metrics', 'none'], first.root)).rejects.toThrow('is no socket');
    expect(readFileSync(second.server.socket, 'utf8')).toBe('a file');
  });

  it('starts helm and kustomize again only for what they read', async () => {
    const root = folder({});
    const log = join(root, 'started');
    const wrapper = (name: string, program: string): string => {
      const path = join(root, name);
      writeFileSync(path, `#!/bin/sh\necho ${name} >> ${log}\nexec ${program} "$@"\n`, { mode: 0o755 });
      return path;
    };
    const started = await start({
      WAYBILL_HELM: wrapper('helm', await helm4Binary()),
      WAYBILL_KUSTOMIZE: wrapper('kustomize', await kustomizeBinary()),
    });
    const image =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: "a.example.com/a:1"}]}\n';
    // The chart is beside the lock: templates can read each file inside a chart's folder, so each of those counts.
    const sources: Readonly<Record<string, TarEntry[]>> = {
      helm: [
        file(
          'app/waybill.yaml',
          'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: {helm: {chart: chart}}\nenvironments: {x: {}}\n',
        ),
        file('app/chart/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n'),
        file('app/chart/templates/a.yaml', image),
      ],
      kustomize: [file('app/kustomization.yaml', 'resources: [a.yaml]\n'), file('app/a.yaml', image)],
    };
    const lock = (tag: string): TarEntry =>
      file(
        'app/locks/x.yaml',
        `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: x\nimages:\n- name: a.example.com/a\n  tag: "${tag}"\n`,
      );
    const env = [
      { name: 'ARGOCD_APP_NAME', value: 'shop' },
      { name: 'ARGOCD_ENV_WAYBILL_ENVIRONMENT', value: 'x' },
    ];
    for (const [name, entries] of Object.entries(sources)) {
      rmSync(log, { force: true });
      const tags: string[] = [];
      for (const tag of ['2', '3', '4']) {
        const answered = await started.caller.render([...entries, lock(tag)], { env });
        expect(answered.text).toBe('');
        tags.push(/a\.example\.com\/a:(\w+)/u.exec(answered.manifests.join(''))?.[1] ?? '');
      }
      expect(tags).toEqual(['2', '3', '4']);
      // Once to render, and once for its version.
      const starts = readFileSync(log, 'utf8').trim().split('\n');
      expect(starts.length, name).toBeLessThanOrEqual(3);
      const changed = [
        ...entries.slice(0, -1),
        file(entries.at(-1)?.header.name ?? '', image.replace('name: a}', 'name: b}')),
      ];
      const answered = await started.caller.render([...changed, lock('4')], { env });
      expect(answered.manifests.join('')).toContain('"name":"b"');
      expect(readFileSync(log, 'utf8').trim().split('\n').length).toBeGreaterThan(starts.length);
    }
    await stop(started);
  });

  it('keeps results while nothing that they were made of changes', async () => {
    const policy = join(folder({}), 'policy.yaml');
    const kind = 'apiVersion: waybill.dev/v1\nkind: Policy\n';
    writeFileSync(policy, kind);
    const started = await start({ WAYBILL_POLICY: policy });
    const { caller, server } = started;
    const env = (repository: string): readonly { name: string; value: string }[] => [
      { name: 'ARGOCD_APP_NAME', value: 'shop' },
      { name: 'ARGOCD_APP_SOURCE_REPO_URL', value: repository },
    ];
    const outcome = async (entries = good, repository = 'https://a.example.com/r'): Promise<unknown> => {
      const answered = await caller.render(entries, { env: env(repository) });
      const line = server.log().at(-1);
      expect(answered.status).toBe(line?.['level'] === 'info' ? 'OK' : 'UNKNOWN');
      return line?.['outcome'];
    };
    expect(await outcome()).toBe('done');
    expect(await outcome()).toBe('cached');
    // Another file of the repository, and then one of the application.
    expect(await outcome([...good, file('other/b.yaml', 'x')])).toBe('cached');
    expect(await outcome([...good, file('app/b.yaml', manifest('2').replace('name: a', 'name: b'))])).toBe('done');
    expect(await outcome([file('app/a.yaml', manifest('2'))])).toBe('done');
    expect(await outcome(good, 'https://b.example.com/r')).toBe('done');
    writeFileSync(policy, `${kind}limits: {bytes: 10}\n`);
    expect(await outcome()).toBe('limit-bytes');
    writeFileSync(policy, `${kind}sources: [helm]\n`);
    expect(await outcome()).toBe('source-forbidden');
    writeFileSync(policy, `${kind}registries: {ask: [registry.example.com]}\n`);
    // What may ask the network is never kept.
    expect([await outcome(), await outcome()]).toEqual(['done', 'done']);
    writeFileSync(policy, 'kind: [');
    expect(await outcome()).toBe('yaml-syntax');
    await stop(started);
  });
});
