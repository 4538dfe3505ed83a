import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { commandLine, type Run, runBinary } from './run.ts';

// Node stands in for helm and kustomize: what is tested is how any program is run.
function node(script: string, more: Partial<Run> = {}): Run {
  const binary = { name: 'tool', path: process.execPath };
  return { binary, args: ['-e', script], cwd: '/', env: { ONLY: 'this' }, ...more };
}

async function failureOf(work: Promise<unknown>): Promise<Failure['diagnostics'][number] | undefined> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Failure) return error.diagnostics[0];
    throw error;
  }
  throw new Error('did not fail');
}

describe('runBinary', () => {
  it('returns what was printed, and passes exactly the given environment and an empty input', async () => {
    const script = `
      let input = '';
      process.stdin.on('data', (chunk) => { input += chunk; });
      process.stdin.on('end', () => {
        process.stdout.write(JSON.stringify({ input, env: process.env }));
        process.stderr.write('\\u001b[31mcareful\\u001b[0m\\n');
      });`;
    const { stdout, stderr } = await runBinary(node(script), { env: {} });
    expect(JSON.parse(stdout)).toEqual({ input: '', env: { ONLY: 'this' } });
    expect(stderr).toBe('careful');
  });

  it('puts the decisive line first and keeps the rest and the command', async () => {
    const script = `
      console.error('WARNING: old thing');
      console.error('Error: template: /tmp/waybill-x/chart/a.yaml:3 went wrong');
      console.error('  more about it');
      process.exit(3);`;
    const run = node(script, {
      location: { file: 'app/waybill.yaml', line: 4 },
      rename: [['/tmp/waybill-x/chart', 'app/chart']],
    });
    expect(await failureOf(runBinary(run, { env: {} }))).toEqual({
      severity: 'error',
      code: 'binary-failed',
      message: 'tool failed: template: app/chart/a.yaml:3 went wrong',
      location: { file: 'app/waybill.yaml', line: 4 },
      help: ['WARNING: old thing', '  more about it', `Command: ${commandLine(run)}`],
    });
  });

  it.each([
    ['a silent failure', 'process.exit(7)', {}, 'binary-failed', 'exit code 7 without a message'],
    ['endless work', 'setInterval(() => {}, 1000)', { timeoutMs: 300 }, 'binary-timeout', '0.3 seconds'],
    [
      'endless work of a child of its own',
      `require('node:child_process').spawnSync(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'], { stdio: 'inherit' })`,
      { timeoutMs: 1000 },
      'binary-timeout',
      '1 seconds',
    ],
    [
      'endless output',
      `const more = () => { while (process.stdout.write('x'.repeat(65536))); }; process.stdout.on('drain', more); more();`,
      { outputBytes: 100_000 },
      'binary-output',
      'more than 100000 bytes',
    ],
    ['output that is no text', 'process.stdout.write(Buffer.from([0x61, 0xff]))', {}, 'binary-failed', 'not UTF-8'],
  ])('stops and reports %s', async (_name, script, limits, code, message) => {
    const diagnostic = await failureOf(runBinary(node(script), { env: {}, ...limits }));
    expect(diagnostic?.code).toBe(code);
    expect(diagnostic?.message).toContain(message);
  });

  it('keeps the first lines of a crash, and says how many it leaves out', async () => {
    const script = `
      const lines = Array.from({ length: 100000 }, (_, index) => 'goroutine ' + index + ' [running]:');
      require('node:fs').writeSync(2, 'panic: ' + 'x'.repeat(5000) + '\\n' + lines.join('\\n'));
      process.exit(2);`;
    const diagnostic = await failureOf(runBinary(node(script), { env: {} }));
    expect(diagnostic?.message).toMatch(/^tool failed: panic: x{993}… \(4007 characters left out\)$/u);
    expect(diagnostic?.help?.slice(0, -1)).toEqual([
      ...Array.from({ length: 40 }, (_, index) => `goroutine ${index} [running]:`),
      '(99960 more lines left out)',
    ]);
  });

  it('reports a program that cannot be started', async () => {
    const diagnostic = await failureOf(
      runBinary(node('', { binary: { name: 'tool', path: '/nowhere/tool' } }), { env: {} }),
    );
    expect(diagnostic).toMatchObject({ code: 'binary-failed', help: [expect.stringContaining('Command: tool')] });
  });
});

describe('commandLine', () => {
  it('quotes what a shell would take apart', () => {
    const run = node('', { args: ['build', "it's", 'a b', 'a=b,c/d:e'] });
    expect(commandLine(run)).toBe(`tool build 'it'\\''s' 'a b' a=b,c/d:e`);
  });
});
