import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confineBinary } from '../tools/confine.mjs';
import { temporaryFolders } from '../tools/folder.ts';

// The program by itself: what it lets a program do. Node stands in for one that tries everything.
const folder = temporaryFolders();
let confine: string;
beforeAll(async () => {
  confine = await confineBinary();
});

function run(options: readonly string[], command: readonly string[], env: Record<string, string> = {}) {
  const args = command.length > 0 ? [...options, '--', ...command] : options;
  // Where Node looks for it differs; it is none of what is tested.
  const { status, signal, stdout, stderr } = spawnSync(confine, args, {
    encoding: 'utf8',
    env: { OPENSSL_CONF: '/dev/null', ...env },
  });
  return { status, signal, stdout: stdout.trim(), stderr: stderr.trim() };
}

/** What a script of Node's prints, or the code of its error, in a place where only `own` may be read. */
function attempt(options: readonly string[], script: string): string {
  const code = `try { console.log(String((${script}))) } catch (error) { console.log(error.code ?? error.message) }`;
  const { stdout, stderr } = run(options, [process.execPath, '-e', code]);
  return stdout || stderr;
}

describe('waybill-confine', () => {
  it('says what the kernel can enforce', () => {
    const { status, stdout } = run(['--check'], []);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^the whole boundary: files, network and processes \(Landlock ABI \d+, seccomp\)$/u);
    const reported = run(['--report'], ['/bin/echo', 'hello']);
    expect(reported).toEqual({ status: 0, signal: null, stdout: 'hello', stderr: `waybill-confine: ${stdout}` });
  });

  it('takes the place of the program: its arguments, outputs, environment and exit code', () => {
    const script =
      'console.log(process.argv.slice(1).join("|"), process.env.A, process.ppid); console.error("e"); process.exit(7)';
    const { status, stdout, stderr } = run(['--read', '/'], [process.execPath, '-e', script, '--', '--read', 'x y'], {
      A: 'b',
    });
    expect({ status, stderr }).toEqual({ status: 7, stderr: 'e' });
    expect(stdout).toBe(`--read|x y b ${process.pid}`);
  });

  it('lets files be read and written where it is told', () => {
    const root = folder({ 'own/a.txt': 'mine', 'other/b.txt': 'canary', 'out/c.txt': 'old' });
    symlinkSync(join(root, 'other/b.txt'), join(root, 'own/link'));
    const path = (name: string): string => JSON.stringify(join(root, name));
    const options = ['--read', join(root, 'own'), '--write', join(root, 'out')];
    const results = [
      [`fs.readFileSync(${path('own/a.txt')})`, 'mine'],
      [`fs.readdirSync(${path('own')})`, 'a.txt,link'],
      [`fs.readFileSync(${path('other/b.txt')})`, 'EACCES'],
      [`fs.readdirSync(${path('other')})`, 'EACCES'],
      [`fs.readFileSync(${path('own/link')})`, 'EACCES'],
      [`fs.readFileSync(${path('own/../other/b.txt')})`, 'EACCES'],
      ['fs.readFileSync("/proc/1/environ")', 'EACCES'],
      [`fs.readFileSync("/proc/${process.pid}/environ")`, 'EACCES'],
      ['fs.readFileSync("/etc/passwd")', 'EACCES'],
      [`fs.writeFileSync(${path('own/a.txt')}, "x")`, 'EACCES'],
      [`fs.truncateSync(${path('other/b.txt')})`, 'EACCES'],
      [`fs.writeFileSync(${path('other/new')}, "x")`, 'EACCES'],
      [`fs.mkdirSync(${path('own/new')})`, 'EACCES'],
      [`fs.unlinkSync(${path('own/a.txt')})`, 'EACCES'],
      [`fs.symlinkSync("/etc", ${path('own/etc')})`, 'EACCES'],
      [`fs.linkSync(${path('other/b.txt')}, ${path('out/b')})`, 'EXDEV'],
      [`fs.renameSync(${path('other/b.txt')}, ${path('out/b')})`, 'EACCES'],
      [`fs.symlinkSync(${path('other/b.txt')}, ${path('out/s')}), fs.readFileSync(${path('out/s')})`, 'EACCES'],
      [`fs.writeFileSync(${path('out/d')}, "x"), fs.readFileSync(${path('out/d')})`, 'x'],
      [
        `fs.mkdirSync(${path('out/e')}), fs.renameSync(${path('out/d')}, ${path('out/e/d')}), fs.readFileSync(${path('out/e/d')})`,
        'x',
      ],
      ['fs.readFileSync("/dev/null")', ''],
    ] as const;
    for (const [script, expected] of results) expect([script, attempt(options, script)]).toEqual([script, expected]);
    expect(readFileSync(join(root, 'other/b.txt'), 'utf8')).toBe('canary');
  });

  it('runs no program but the one it is given, and none from where it may write', () => {
    const root = folder({ 'own/x.sh': '#!/bin/sh\necho canary\n' });
    const options = ['--read', join(root, 'own')];
    const start = (path: string): string => `child_process.spawnSync(${JSON.stringify(path)}).error?.code ?? 'started'`;
    expect(attempt(options, start('/bin/ls'))).toBe('EACCES');
    expect(attempt([...options, '--execute', '/bin/ls'], start('/bin/ls'))).toBe('started');
    const copied = `fs.copyFileSync('/bin/ls', ${JSON.stringify(join(root, 'own/ls'))}), fs.chmodSync(${JSON.stringify(join(root, 'own/ls'))}, 0o755), ${start(join(root, 'own/ls'))}`;
    expect(attempt(['--write', join(root, 'own'), '--read', '/bin/ls'], copied)).toBe('EACCES');
    expect(attempt([...options, '--no-children', '--execute', '/bin/ls'], start('/bin/ls'))).toBe('EPERM');
  });

  it('looks into no other process', () => {
    expect(attempt(['--read', '/'], `process.kill(${process.pid}, 0)`)).toBe('EPERM');
  });

  it('stops a program that takes too much', () => {
    const hog = 'const a = []; for (;;) a.push(Buffer.alloc(1 << 24, 1))';
    const memory = run(['--read', '/', '--memory', String(1 << 29)], [process.execPath, '-e', hog]);
    expect(memory.status).not.toBe(0);
    expect(memory.stderr).toMatch(/memory|allocation/iu);
    const cpu = run(['--read', '/', '--cpu', '1'], [process.execPath, '-e', 'for (;;);']);
    expect(cpu.signal).toMatch(/^SIG(?:XCPU|KILL)$/u);
    const root = folder({});
    const large = `fs.writeFileSync(${JSON.stringify(join(root, 'a'))}, Buffer.alloc(1 << 20))`;
    expect(attempt(['--write', root, '--file-size', '1000'], large)).toBe('EFBIG');
  });

  it('kills the program and its children when the time is over', () => {
    const root = folder({});
    const child = `setTimeout(() => require('fs').writeFileSync(${JSON.stringify(join(root, 'late'))}, ''), 3000)`;
    const parent = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' }); setInterval(() => {}, 1000)`;
    const ended = run(
      ['--read', '/', '--write', root, '--execute', process.execPath, '--timeout', '1'],
      [process.execPath, '-e', parent],
    );
    expect(ended.status).toBe(124);
    expect(ended.stderr).toContain('took longer than 1s and was stopped');
    spawnSync('/bin/sleep', ['3']);
    expect(existsSync(join(root, 'late'))).toBe(false);
  });

  it('passes the exit code on below a time limit', () => {
    expect(run(['--timeout', '60'], [process.execPath, '-e', 'process.exit(3)']).status).toBe(3);
  });

  it.each([
    [[], [], 'expected -- and the absolute path of a program'],
    [['--read'], [], '--read is not an option, or has no value'],
    [['--read', 'relative'], ['/bin/true'], '--read relative: expected an absolute path'],
    [['--no-netwrok'], ['/bin/true'], 'is not an option'],
    [['--memory', '0'], ['/bin/true'], '--memory 0: expected a whole number above 0'],
    [['--memory', '-1'], ['/bin/true'], '--memory -1: expected'],
    [['--timeout', 'NaN'], ['/bin/true'], '--timeout NaN: expected seconds'],
    [[], ['true'], 'absolute path of a program'],
    [[], ['/nowhere/true'], '/nowhere/true could not be started'],
  ])('starts nothing with %j %j', (options, command, message) => {
    const { status, stderr } = run(options, command);
    expect(status).toBe(125);
    expect(stderr).toMatch(/^waybill-confine: /u);
    expect(stderr).toContain(message);
  });
});

describe('sockets', () => {
  const root = folder({});
  const asked: string[] = [];
  const http = createHttpServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('canary');
  });
  const unix = createServer((socket) => {
    asked.push('unix');
    socket.end('canary');
  });
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((done) => {
      http.listen(0, '127.0.0.1', done);
    });
    await new Promise<void>((done) => {
      unix.listen(join(root, 'socket'), done);
    });
    const address = http.address();
    port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  });
  afterAll(() => {
    http.close();
    unix.close();
  });

  // In a process of its own: this one must go on answering.
  async function connect(options: readonly string[], script: string): Promise<string> {
    const { execFile } = await import('node:child_process');
    return new Promise((done) => {
      execFile(confine, [...options, '--', process.execPath, '-e', script], (_error, stdout) => done(stdout.trim()));
    });
  }
  const tell =
    ".on('connect', () => { console.log('connected'); process.exit() }).on('error', (error) => console.log(error.code))";

  it('are opened only where the network is allowed', async () => {
    const tcp = `require('net').connect(${port}, '127.0.0.1')${tell}`;
    const pipe = `require('net').connect(${JSON.stringify(join(root, 'socket'))})${tell}`;
    const udp =
      "try { require('dgram').createSocket('udp4').on('error', (error) => console.log(error.code)).send('x', 53, '127.0.0.1', () => { console.log('sent'); process.exit() }) } catch (error) { console.log(error.code) }";
    const listen =
      "require('net').createServer().on('error', (error) => console.log(error.code)).listen(0, () => { console.log('listens'); process.exit() })";
    for (const script of [tcp, pipe, udp, listen]) {
      expect([script, await connect(['--read', '/', '--no-network'], script)]).toEqual([script, 'EACCES']);
    }
    expect(await connect(['--read', '/'], tcp)).toBe('connected');
  });
});

it('the program is told of files that are not there by none of its options', () => {
  const root = folder({});
  mkdirSync(join(root, 'a'));
  writeFileSync(join(root, 'a/b'), 'c');
  const options = ['--read', join(root, 'none'), '--write', join(root, 'none'), '--read', join(root, 'a')];
  expect(attempt(options, `fs.readFileSync(${JSON.stringify(join(root, 'a/b'))})`)).toBe('c');
});
