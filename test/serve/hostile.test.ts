import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { constants, gzipSync } from 'node:zlib';
import { packTar, type TarEntry } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../tools/folder.ts';
import { helm4Binary } from '../tools/renderers.mjs';
import { type ServeProcess, startServe } from '../tools/serve-process.ts';
import { archiveOf, Caller, chunk, encode, file, messagesOf, metadata, type Step } from './client.ts';

// Everything that a caller can do to the socket. After each of it, a good request gets its answer.
const folder = temporaryFolders();
let server: ServeProcess;
let caller: Caller;

const good: readonly TarEntry[] = [
  file('app/a.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: "1"}\n'),
];

beforeAll(async () => {
  const root = folder({});
  server = await startServe({
    folder: root,
    env: { PATH: process.env['PATH'], TMPDIR: root, WAYBILL_HELM: await helm4Binary() },
    args: ['--metrics', 'none', '--threads', '2', '--repository-mib', '64'],
  });
  caller = new Caller(server.socket);
});
afterAll(async () => {
  caller.close();
  expect(await server.stop()).toBe(0);
});

async function expectGood(): Promise<void> {
  const answered = await caller.render(good);
  expect(answered).toMatchObject({ status: 'OK', text: '' });
  expect(answered.manifests.map((text): unknown => JSON.parse(text))).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: '1' } },
  ]);
}

const link = (name: string, linkname: string, type: 'symlink' | 'link' = 'symlink'): TarEntry => ({
  header: { name, linkname, type, size: 0 },
});
const special = (type: 'character-device' | 'block-device' | 'fifo'): TarEntry => ({
  header: { name: 'app/special', type, size: 0 },
});

describe('an archive', () => {
  it.each<[string, readonly TarEntry[], string]>([
    ['a name with ..', [...good, file('app/../../x', 'x')], 'leaves it: "app/../../x"'],
    ['an absolute name', [...good, file('/etc/x', 'x')], 'leaves it: "/etc/x"'],
    ['a link that leaves it', [...good, link('app/l', '../../x')], 'leads out of the repository'],
    ['a link to an absolute path', [...good, link('app/l', '/etc/passwd')], 'leads out of the repository'],
    ['a file below a link', [link('app/l', '.'), file('app/l/x.yaml', 'x')], 'below "app/l", which is a link'],
    ['a file below a file', [file('app', 'x'), ...good], 'below "app", which is a file'],
    ['a hard link', [...good, link('app/l', 'app/a.yaml', 'link')], 'no file, directory or symbolic link'],
    ['a character device', [...good, special('character-device')], 'no file, directory or symbolic link'],
    ['a block device', [...good, special('block-device')], 'no file, directory or symbolic link'],
    ['a pipe', [...good, special('fifo')], 'no file, directory or symbolic link'],
    ['a name twice', [...good, ...good], '"a.yaml" twice'],
  ])('with %s is refused', async (_name, entries, expected) => {
    const answered = await caller.render(entries);
    expect(answered).toMatchObject({ status: 'INVALID_ARGUMENT', manifests: [] });
    expect(answered.text).toContain(`error[archive-invalid]: `);
    expect(answered.text).toContain(expected);
    await expectGood();
  });

  it('has modes that mean nothing, and its own git folder is not read', async () => {
    const entries = [
      file('app/a.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n', { mode: 0o4777 }),
      file('.git/config', 'secret'),
      file('app/.git/x.yaml', 'kind: ['),
    ];
    expect(await caller.render(entries)).toMatchObject({ status: 'OK' });
  });

  it.each<[string, () => Promise<Buffer> | Buffer, string]>([
    ['no gzip', () => Buffer.from('hello'), 'is not gzip-ed'],
    ['gzip that ends too early', async () => (await archiveOf(good)).subarray(0, -20), 'is not gzip-ed'],
    ['gzip-ed text', () => gzipSync('x'.repeat(2000)), 'is no tar'],
    ['nothing', () => gzipSync(''), 'is no tar'],
  ])('that is %s is refused', async (_name, make, expected) => {
    const answered = await caller.send(messagesOf(await make()));
    expect(answered.status).not.toBe('OK');
    expect(answered.text).toContain(expected);
    await expectGood();
  });

  it('of ten gigabytes of zeros stops at the limit', async () => {
    // gzip members follow each other.
    const member = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: constants.Z_BEST_SPEED });
    const bomb = Buffer.concat(Array.from({ length: 160 }, () => member));
    const answered = await caller.send(messagesOf(bomb, {}, 64 * 1024));
    expect(answered.status).toBe('RESOURCE_EXHAUSTED');
    expect(answered.text).toContain('error[archive-limit]: the repository has more than 67108864 bytes');
    await expectGood();
  });

  it('of a million empty files stops at the limit', async () => {
    const header = (await packTar([file('other/x', '')])).subarray(0, 512);
    const member = gzipSync(Buffer.concat(Array.from({ length: 10_000 }, () => header)));
    const many = (thousands: number): Buffer => Buffer.concat(Array.from({ length: thousands / 10 }, () => member));
    const tooLarge = await caller.send(messagesOf(many(1000), {}, 64 * 1024));
    expect(tooLarge.status).toBe('RESOURCE_EXHAUSTED');
    expect(tooLarge.text).toContain('error[archive-limit]: the repository has more than 67108864 bytes');
    await expectGood();
  });
});

describe('a stream', () => {
  it.each<[string, (archive: Buffer) => readonly Step[], string]>([
    ['with a wrong checksum', (archive) => messagesOf(archive, { checksum: 'a'.repeat(64) }), 'checksum'],
    ['without metadata', (archive) => [chunk(archive)], 'a chunk before the metadata'],
    ['with nothing', () => [], 'there is no metadata'],
    ['with two messages of metadata', (archive) => [metadata(archive), ...messagesOf(archive)], 'two messages'],
    ['with late metadata', (archive) => [chunk(archive), metadata(archive)], 'a chunk before the metadata'],
    ['with chunks after the end', (archive) => [...messagesOf(archive), chunk(Buffer.from('x'))], 'is longer than'],
    ['that ends too early', (archive) => messagesOf(archive).slice(0, -1), 'bytes, not the'],
    ['with an empty message', (archive) => [Buffer.alloc(0), ...messagesOf(archive)], 'neither metadata nor a chunk'],
    ['of no size', (archive) => messagesOf(archive, { size: 0 }), "does not contain the archive's size"],
    ['of a negative size', (archive) => messagesOf(archive, { size: -1 }), "does not contain the archive's size"],
    ['of an immense size', (archive) => messagesOf(archive, { size: 2 ** 52 }), 'at most 104857600'],
    [
      'whose application lies outside',
      (archive) => messagesOf(archive, { appRelPath: '../x' }),
      'leaves the repository',
    ],
    ['whose application is absolute', (archive) => messagesOf(archive, { appRelPath: '/etc' }), 'is not relative'],
    [
      'with an environment of ten megabytes',
      (archive) => messagesOf(archive, { env: [{ name: 'A', value: 'x'.repeat(10_000_000) }] }),
      'the environment of the Application',
    ],
    [
      'with a NUL in the environment',
      (archive) => messagesOf(archive, { env: [{ name: 'ARGOCD_APP_NAME', value: 'a\0b' }] }),
      'NUL character',
    ],
  ])('%s is refused when it has ended', async (_name, steps, expected) => {
    const answered = await caller.send(steps(await archiveOf(good)));
    expect(answered.status).not.toBe('OK');
    expect(answered.manifests).toEqual([]);
    expect(answered.text).toContain(expected);
    await expectGood();
  });

  it('of bytes that are no message is refused', async () => {
    const answered = await caller.send([Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])]);
    expect(['INTERNAL', 'INVALID_ARGUMENT']).toContain(answered.status);
    await expectGood();
  });

  it('may set each variable many times, with line ends and equals signs: the last counts', async () => {
    const env = [
      { name: 'ARGOCD_APP_NAME', value: 'first' },
      { name: 'ARGOCD_APP_NAME=shop\n', value: 'x' },
      { name: '', value: 'x' },
      { name: 'WAYBILL_POLICY', value: '/etc/passwd' },
      { name: 'PATH', value: '/nowhere' },
      { name: 'ARGOCD_APP_PARAMETERS', value: '[{"name":"environment","string":"production"}]' },
    ];
    const entries = [
      ...good,
      file('app/waybill.yaml', 'apiVersion: waybill.dev/v1\nkind: Waybill\nenvironments: {production: {}}\n'),
      file('app/b.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n'),
    ];
    expect(await caller.render(entries, { env })).toMatchObject({ status: 'OK' });
  });
});

describe('callers', () => {
  it('that send slowly do not hold up others', async () => {
    const archive = await archiveOf(good);
    const [first = Buffer.alloc(0), ...rest] = messagesOf(archive, {}, 64);
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const slow = Array.from({ length: 20 }, () => caller.send([first, ...rest.slice(0, 2), gate, ...rest.slice(2)]));
    await expectGood();
    go();
    for (const answered of await Promise.all(slow)) expect(answered.status).toBe('OK');
  });

  it('that open a thousand streams are answered, or told that it is too much', async () => {
    const callers = Array.from({ length: 10 }, () => new Caller(server.socket));
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const messages = messagesOf(await archiveOf(good));
    const open = callers.flatMap((one) =>
      Array.from({ length: 100 }, () => one.send([messages[0] ?? gate, gate, ...messages.slice(1)])),
    );
    go();
    const answers = await Promise.all(open);
    const seen = new Set(answers.map(({ status }) => status));
    expect(seen).toContain('OK');
    seen.delete('OK');
    seen.delete('RESOURCE_EXHAUSTED');
    expect([...seen]).toEqual([]);
    for (const one of callers) one.close();
    await expectGood();
  });

  it('that disappear leave nothing behind: no work, no program, no file', async () => {
    const chart = [
      file('app/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n'),
      file('app/templates/a.yaml', '{{ range until 10000000 }}{{ range until 100000 }}{{ end }}{{ end }}'),
    ];
    const messages = messagesOf(await archiveOf(chart));
    for (let round = 0; round < 2; round += 1) {
      let cancel = (): void => undefined;
      const before = server.log().length;
      const answered = caller.send(messages, { onStart: (stop) => (cancel = stop) });
      await expect.poll(() => childrenOf(server.pid).length, { timeout: 60_000, interval: 50 }).toBeGreaterThan(0);
      cancel();
      expect((await answered).status).toBe('CANCELLED');
      await expect.poll(() => childrenOf(server.pid), { timeout: 60_000, interval: 50 }).toEqual([]);
      await expect.poll(() => server.log().length, { timeout: 60_000, interval: 50 }).toBeGreaterThan(before);
      // Not when its deadline came, nor when helm had taken too long.
      expect(JSON.stringify(server.log().slice(before))).toContain('the caller has disconnected');
    }
    await expectGood();
  });

  it('get an answer before their deadline', async () => {
    const chart = [
      file('app/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n'),
      file('app/templates/a.yaml', '{{ range until 10000000 }}{{ range until 100000 }}{{ end }}{{ end }}'),
    ];
    const answered = await caller.send(messagesOf(await archiveOf(chart)), { timeoutMs: 1500 });
    expect(answered.status).not.toBe('DEADLINE_EXCEEDED');
    expect(answered.text).toContain('error[limit-seconds]');
    await expectGood();
  });

  it('that speak no HTTP/2 are cut off', async () => {
    const closed = await new Promise<boolean>((resolve) => {
      const socket = connect(server.socket, () => socket.write('GET / HTTP/1.1\r\n\r\n'.repeat(50)));
      socket.on('error', () => resolve(true));
      socket.on('close', () => resolve(true));
      socket.resume();
    });
    expect(closed).toBe(true);
    await expectGood();
  });
});

/** The processes that a process started and that still run. */
function childrenOf(pid: number): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .filter((name) => {
      try {
        return parentOf(name) === pid;
      } catch {
        return false;
      }
    });
}

function parentOf(pid: string): number {
  const text = String(readFileSync(`/proc/${pid}/stat`));
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
}

it('nothing stays open when all callers are gone', async () => {
  const open = (): string[] =>
    readdirSync(`/proc/${server.pid}/fd`)
      .map((fd) => {
        try {
          return readlinkSync(`/proc/${server.pid}/fd/${fd}`);
        } catch {
          return '';
        }
      })
      .filter((target) => target !== '' && !target.startsWith('anon_inode'));
  // Two rounds of the same leave as much open as one.
  const round = async (): Promise<number> => {
    const one = new Caller(server.socket);
    await Promise.all(Array.from({ length: 20 }, () => one.render(good)));
    await one.send([encode('plugin.AppStreamRequest', {})]);
    one.close();
    await expect.poll(() => open().length, { timeout: 60_000, interval: 50 }).toBeLessThan(60);
    return open().length;
  };
  const first = await round();
  await round();
  await expect.poll(() => open().length, { timeout: 60_000, interval: 50 }).toBeLessThanOrEqual(first + 2);
});
