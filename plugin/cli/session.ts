/**
 * One run of the command line: what a command's action talks to instead of the process.
 *
 * Everything meant for stdout is kept until the command has succeeded. A command that fails half-way has printed
 * nothing: Argo CD takes whatever stands on stdout for the complete application and prunes the rest.
 */
import { resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { formatDiagnostics, inOneLine, type ReadSource, visibleLines } from '../diagnostics/format.ts';
import { redact } from '../diagnostics/redact.ts';
import { wantsColor } from './color.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Host, Streams } from './streams.ts';

/** After this time, what the command waits for is shown on a terminal. */
const SPINNER_AFTER_MS = 500;

/** Made by program.ts for one command line and handed to the command that runs. */
export class Session {
  readonly env: Streams['env'];
  /** Where relative paths begin: the process's directory, or what `-C` names. Absolute. */
  cwd: string;
  /** Where the process was started, whatever `-C` says. Absolute. */
  readonly startedIn: string;
  /** How the command ended; set by {@link finish}. */
  exitCode: ExitCode = exitCodes.done;
  /** Where the lines shown under a diagnostic come from. A command that reads files sets it before it can fail. */
  readSource: ReadSource = () => undefined;
  readonly #streams: Streams;
  readonly #product: string[] = [];

  constructor(streams: Streams) {
    this.#streams = streams;
    this.env = streams.env;
    this.cwd = streams.cwd;
    this.startedIn = streams.cwd;
  }

  /** Standard input, opened when first asked for. */
  get stdin(): Streams['stdin'] {
    return this.#streams.stdin;
  }

  /** The process. A command that needs it cannot run inside another program. */
  get host(): Host {
    const { host } = this.#streams;
    if (!host) throw new Error('this command runs as a process of its own only');
    return host;
  }

  /** The script that is this program, with which worker threads are started; undefined inside another program. */
  get script(): string | undefined {
    return this.#streams.host?.script;
  }

  /** Adds to the product what programs read, as it is: written to stdout when the command has finished without throwing. */
  print(text: string): void {
    this.#product.push(text);
  }

  /** The same for people: nothing in it moves the cursor or turns a line around. What stands in a line is to be `inOneLine`. */
  show(text: string): void {
    this.#product.push(visibleLines(text));
  }

  /** A line for people, on stderr, at once, without secrets. */
  note(line: string): void {
    this.#streams.stderr.write(`${inOneLine(redact(line))}\n`);
  }

  /** Diagnostics on stderr, with their source lines. */
  report(diagnostics: readonly Diagnostic[]): void {
    const text = formatDiagnostics(diagnostics, this.readSource, { color: this.color });
    if (text !== '') this.#streams.stderr.write(text);
  }

  /** One warning, as the stages send it. Bound, so that it can be passed on. */
  readonly warn = (diagnostic: Diagnostic): void => this.report([diagnostic]);

  /** Shows what is being done, on a terminal only; each call replaces the line before. '' clears it. */
  progress(text: string): void {
    if (this.#streams.stderr.isTTY) this.#streams.stderr.write(`\r\u001B[K${text}`);
  }

  /**
   * Waits for `work`, saying `text` on a terminal when it takes longer than half a second (helm and kustomize may).
   * Whether there is a terminal is asked only then: opening stderr costs more than rendering a small application.
   */
  async during<Result>(text: string, work: Promise<Result>): Promise<Result> {
    let shown = false;
    const timer = setTimeout(() => {
      shown = true;
      this.progress(text);
    }, SPINNER_AFTER_MS);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      if (shown) this.progress('');
    }
  }

  /** Whether stderr takes ANSI colours. */
  get color(): boolean {
    return wantsColor(this.env, this.#streams.stderr.isTTY);
  }

  /** Whether stdout does. */
  get colorOut(): boolean {
    return wantsColor(this.env, this.#streams.stdout.isTTY);
  }

  /** An absolute path from one that the user typed. */
  path(typed: string): string {
    return resolve(this.cwd, typed);
  }

  /** What an action calls last, with what its work came to. */
  finish(exitCode: ExitCode = exitCodes.done): void {
    this.exitCode = exitCode;
  }

  /** Writes the product to stdout and waits until it is taken, so that a slow reader gets all of it. */
  async flush(): Promise<void> {
    const { stdout } = this.#streams;
    for (const text of this.#product) {
      if (stdout.write(text) === false) {
        // The callback of an empty write comes after everything before it is written.
        await new Promise<void>((taken) => {
          stdout.write('', () => taken());
        });
      }
    }
    this.#product.length = 0;
  }
}
