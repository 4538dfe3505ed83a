/**
 * The one place that talks to waybill-engine, the helper program with Argo CD's own notifications engine inside.
 * It is optional: whoever calls says what is missing without it.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Binary } from '../../binaries/binaries.ts';
import { findBinary, lookForBinary, type Wanted } from '../../binaries/find.ts';
import { expectPipes } from '../../binaries/start.ts';
import { failure } from '../../diagnostics/failure.ts';
import type { EngineAnswer, EngineCheck, EngineReport } from '../../schemas/engine.generated.ts';
import { validate } from '../../schemas/engine.validate.generated.js';
import type { EngineConfig, Scenario } from './scenario.ts';

type Env = Readonly<Record<string, string | undefined>>;

const wanted: Wanted = {
  name: 'waybill-engine',
  variable: 'WAYBILL_ENGINE',
  howToGet:
    "It is Argo CD's own notifications engine; build it in a checkout of Waybill with Go: go build -C engine -o waybill-engine .",
};

/** The helper program: `WAYBILL_ENGINE`, else the first on PATH. Failure `binary-missing`. */
export function findEngine(env: Env): Binary {
  return findBinary(wanted, { env });
}

/** As {@link findEngine}, but undefined when it is not on PATH. */
export function lookForEngine(env: Env): Binary | undefined {
  return lookForBinary(wanted, { env });
}

/** A running engine. Requests are answered in order. */
export interface Engine {
  /** Plays a scenario. Failure `engine-failed` when it cannot be played. */
  run(scenario: Scenario): Promise<EngineReport>;
  /** What the controller makes of a configuration when it reads it. */
  check(config: EngineConfig): Promise<EngineCheck>;
  /** Ends the program. */
  close(): void;
}

/** Integers beyond 2^53 lose digits here, as they do in the engine's own expressions. */
const plainNumbers = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

interface Waiting {
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the program. It gets no secret of the caller, and reaches nothing but itself. */
export function startEngine(binary: Binary, env: Env): Engine {
  const child = spawn(binary.path, [], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: env['PATH'] ?? '', ...(env['TMPDIR'] ? { TMPDIR: env['TMPDIR'] } : {}) },
  });
  expectPipes(child, 'waybill-engine');
  const waiting: Waiting[] = [];
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-4096);
  });
  let ended: string | undefined;
  const end = (reason: string): void => {
    ended ??= reason;
    const help = said.split('\n').filter((line) => line !== '');
    for (const { reject } of waiting.splice(0)) reject(failure('engine-failed', `waybill-engine ${reason}`, { help }));
  };
  child.once('error', (error) => end(`could not be started: ${error.message}`));
  child.once('close', (code) => end(`ended with exit code ${code ?? 'none'}`));
  // A program that has ended cannot be written to; its end is reported by 'close'.
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(line));

  async function ask(request: object): Promise<EngineAnswer> {
    if (ended !== undefined) throw failure('engine-failed', `waybill-engine ${ended}`);
    const line = await new Promise<string>((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify(request, plainNumbers)}\n`);
    });
    const answer: unknown = JSON.parse(line);
    if (!validate(answer)) throw failure('engine-failed', 'waybill-engine is of another version than this program');
    if (answer.error !== undefined) throw failure('engine-failed', answer.error);
    return answer;
  }

  return {
    async run(scenario) {
      const { report } = await ask({ op: 'run', ...scenario });
      if (!report) throw failure('engine-failed', 'waybill-engine sent no report');
      return report;
    },
    async check(config) {
      const { check } = await ask({ op: 'check', ...config });
      if (!check) throw failure('engine-failed', 'waybill-engine sent no check');
      return check;
    },
    close() {
      child.stdin.end();
    },
  };
}
