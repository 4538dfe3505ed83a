import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { createProgram } from '../../plugin/cli/program.ts';
import { Session } from '../../plugin/cli/session.ts';
import { runCli } from '../tools/run-cli.ts';

describe('the program', () => {
  it.each([
    ['no command', [], 'Usage: waybill'],
    ['an unknown command', ['rendr'], "error: unknown command 'rendr'"],
    ['an unknown option', ['schema', '--nme'], "error: unknown option '--nme'"],
    ['a wrong choice', ['schema', 'lokc'], "'lokc' is invalid"],
    ['too many arguments', ['schema', 'record', 'record'], 'too many arguments'],
    [
      'one value given twice',
      ['schema', '-C', '.', '--directory=.', 'lock'],
      '--directory is given twice (., .), but accepts one value',
    ],
    ['an empty option', ['schema', '-C', '', 'lock'], '--directory is given an empty text'],
    ['an empty option that is repeatable', ['render', '--image', ''], '--image is given an empty text'],
    ['an empty argument', ['render', ''], 'the argument dir is an empty text'],
    ['an empty argument of many', ['validate', 'examples', ''], 'the argument dirs is an empty text'],
    ['-C into nothing', ['schema', '-C', 'no-such-dir'], '-C no-such-dir: there is no such directory'],
  ])('%s is a usage error: exit 2, nothing on stdout', async (_name, args, message) => {
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('suggests the command that was meant', async () => {
    expect((await runCli(['shema'])).stderr).toContain('Did you mean schema?');
  });

  it.each([[['--help']], [['help']], [['schema', '--help']], [['help', 'schema']], [['--version']]])(
    '%j goes to stdout and is no error',
    async (args) => {
      const { code, stdout, stderr } = await runCli(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).not.toBe('');
    },
  );

  it('prints schemas that are valid JSON', async () => {
    const { stdout } = await runCli(['schema', 'record']);
    expect(JSON.parse(stdout)).toHaveProperty('$schema', 'https://json-schema.org/draft/2020-12/schema');
  });
});

/** A command line of each command for each of its options that holds one value, with the option given twice. */
async function repeats(): Promise<{ args: string[]; long: string }[]> {
  const stream = { write: () => true };
  const session = new Session({ stdout: stream, stderr: stream, env: {}, cwd: '/' });
  const program = await createProgram(session, { stdout: stream, stderr: stream, env: {}, cwd: '/' }, 'all');
  const below = (command: CommandUnknownOpts, path: readonly string[]): { args: string[]; long: string }[] => [
    ...command.options.flatMap((option) => {
      // What its help says is what people rely on.
      if ((!option.required && !option.optional) || /repeatable/u.test(option.description)) return [];
      const value = option.argChoices?.[0] ?? '1';
      const flag = option.short ?? option.long ?? '';
      return [{ args: [...path, flag, value, `${option.long}=${value}`], long: option.long ?? '' }];
    }),
    ...command.commands.flatMap((nested) => below(nested, [...path, nested.name()])),
  ];
  return below(program, []);
}

describe('an option that is given twice', () => {
  it('is refused by every command, unless its help says that it may be repeated', async () => {
    const lines = await repeats();
    expect(lines.length).toBeGreaterThan(80);
    const accepted: string[] = [];
    for (const { args, long } of lines) {
      const { code, stdout, stderr } = await runCli(args);
      if (code !== 2 || stdout !== '' || !stderr.includes(`error: ${long} is given twice (`))
        accepted.push(`${args.join(' ')}: ${stderr}`);
    }
    expect(accepted).toEqual([]);
  });

  it('is refused for values of one name that differ', async () => {
    const { code, stderr } = await runCli(['render', '.', '--value', 'a=1', '--value', 'a=2']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: --value a=2: a is given twice, first as "1"\n' });
  });
});

describe('an option that has an effect only beside another', () => {
  it.each([
    ['images set a=:1 -e staging --no-source --remote origin', '--remote needs --push or --pull-request-branch'],
    ['hold a:1 -e staging --reason x --branch main', '--branch needs --push or --pull-request-branch'],
    ['record -e staging --branch main', '--branch needs --push or --pull-request-branch'],
    ['images list --exit-code', '--exit-code needs --drift'],
    ['images import a.yaml --replace', '--replace needs --write'],
    ['status --interval 3s', '--interval needs --watch'],
    ['page --output public --interval 3s', '--interval needs --serve'],
    ['page --output public --listen 1234', '--listen needs --serve'],
    ['page --output public --host a.dev', '--host needs --serve'],
    ['status --events-branch main', '--events-branch needs --events-repository'],
    ['promote --from a --to b --events-branch main', '--events-branch needs --events-repository'],
    ['doctor --namespace argocd', '--namespace needs --kube or --context'],
    ['adopt --no-browser', '--no-browser needs --github-app'],
    ['rollback -e staging --any-state --statuses a', '--statuses has no effect with --to and --any-state'],
    [
      'images set a=:1 -e staging --no-source --run https://ci',
      '--no-source excludes the options that describe a source',
    ],
  ])('%s: %s', async (line, message) => {
    const { code, stdout, stderr } = await runCli(line.split(' '));
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: `error: ${message}\n` });
  });

  it('is taken beside it, and in commands where it stands alone', async () => {
    const listed = await runCli(['images', 'list', 'examples/plain/user-service', '--drift', '--exit-code']);
    expect(listed.code).toBe(3);
    const waiting = await runCli(['event', 'wait', '--repository', '/none', '--interval', '1', '--timeout', '1']);
    expect(waiting.stderr).not.toContain('needs');
  });
});

describe('flush', () => {
  it('waits for a slow reader before it goes on', async () => {
    const taken: string[] = [];
    const waiting: (() => void)[] = [];
    const stdout = {
      write: (text: string, done?: () => void) => {
        taken.push(text);
        if (done) waiting.push(done);
        return false;
      },
    };
    const session = new Session({ stdout, stderr: stdout, env: {}, cwd: '/' });
    session.print('one');
    session.print('two');
    const flushed = session.flush();
    expect(taken).toEqual(['one', '']);
    waiting.shift()?.();
    await Promise.resolve();
    expect(taken).toEqual(['one', '', 'two', '']);
    waiting.shift()?.();
    await flushed;
  });
});

describe('during', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['says on a terminal what takes long, and takes it away', true, 1000, '\r\u001B[Krendering\r\u001B[K'],
    ['says nothing of what is quick', true, 100, ''],
    ['says nothing without a terminal', false, 1000, ''],
  ])('%s', async (_name, isTTY, milliseconds, expected) => {
    vi.useFakeTimers();
    let written = '';
    const stderr = {
      isTTY,
      write: (text: string) => {
        written += text;
      },
    };
    const session = new Session({ stdout: stderr, stderr, env: {}, cwd: '/' });
    const work = new Promise<string>((resolve) => {
      setTimeout(() => resolve('done'), milliseconds);
    });
    const result = session.during('rendering', work);
    await vi.advanceTimersByTimeAsync(milliseconds);
    expect(await result).toBe('done');
    expect(written).toBe(expected);
  });
});
