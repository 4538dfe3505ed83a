/**
 * Builds scenarios: Applications change as Argo CD changes them, and in between stands what GitHub must have received.
 * A scenario does not depend on the configuration under test.
 */
import type { Fault, Scenario, Step } from '../../plugin/notifications/engine/scenario.ts';
import { Application, type ApplicationOptions } from './application.ts';
import { commitOf } from './recordings.ts';

/** What GitHub must be told about one commit: `owner/repository@<40 hex> environment state`. */
export interface Expectation {
  /** The first step that counts, and the last. */
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
  /** The lines, as the scenario lists them. */
  readonly told: readonly string[];
  /** By line: the application that the context of the commit status names; none where no status gets through. */
  readonly applications: readonly (string | undefined)[];
}

/** A finished scenario. */
export interface BuiltScenario {
  readonly scenario: Pick<Scenario, 'start' | 'steps' | 'world' | 'controller'>;
  readonly expectations: readonly Expectation[];
  /** What the controller may log, as regular expressions. */
  readonly problems: readonly RegExp[];
  /** States of GitHub's deployments in the end: `owner/repository@<40 hex> environment` to state. */
  readonly states: ReadonlyMap<string, string>;
  /** The same, as the scenario has them: `v1 success`. */
  readonly inTheEnd: readonly string[];
}

const begin = Date.parse('2026-03-02T09:00:00Z');

const line =
  /^(?:(?<repository>\S+)@)?(?<label>\S+)(?: (?<environment>\S+))? (?<state>[a-z_]+)(?: by (?<application>\S+))?$/u;

/** A line of {@link ScenarioBuilder.expect} with what it leaves out. */
function parseLine(text: string): Record<'repository' | 'label' | 'environment' | 'state' | 'application', string> {
  const { repository, label, environment, state, application } = line.exec(text)?.groups ?? {};
  if (!label || !state) throw new Error(`not an expectation: ${text}`);
  return {
    label,
    state,
    repository: repository ?? 'acme/web',
    environment: environment ?? 'staging',
    application: application ?? 'web',
  };
}

export class ScenarioBuilder {
  readonly #steps: Step[] = [];
  readonly #expectations: Expectation[] = [];
  readonly #problems: RegExp[] = [];
  readonly #finally = new Map<string, string>();
  readonly #inTheEnd: string[] = [];
  #seconds = 0;
  /** Seconds between two events. */
  #step = 1;
  #told = 0;
  #faults: readonly Fault[] | undefined;
  #restarts = false;
  #world: Scenario['world'];
  #controller: Scenario['controller'];

  /** Seconds after the start at which the next thing happens. */
  get seconds(): number {
    return this.#seconds;
  }

  /** The clock of Argo CD's other controllers, to the second; `skew` seconds ahead. */
  time(skew = 0): string {
    return `${new Date(begin + (Math.floor(this.#seconds) + skew) * 1000).toISOString().slice(0, 19)}Z`;
  }

  /** An Application; it exists from its first change on. */
  application(name: string, options: ApplicationOptions = {}): Application {
    return new Application(this, name, options);
  }

  /** What exists outside, and how the controller was started. */
  given(world: Scenario['world'], controller?: Scenario['controller']): void {
    this.#world = world;
    this.#controller = controller;
  }

  /** From here on the controller is restarted between every two events. */
  restartAlways(): void {
    this.#restarts = true;
  }

  /** From the next event on this goes wrong, and nothing else; without arguments everything works again. */
  fault(...faults: readonly Fault[]): void {
    this.#faults = faults;
  }

  /** The controller may log what matches. */
  logs(...problems: readonly RegExp[]): void {
    this.#problems.push(...problems);
  }

  /** One event; the next one comes a second later unless {@link wait} says otherwise. */
  event(step: Omit<Step, 'at'>): void {
    this.#steps.push({
      at: this.#seconds,
      ...(this.#faults ? { faults: this.#faults } : {}),
      ...(this.#restarts ? { restart: true } : {}),
      ...step,
    });
    this.#faults = undefined;
    this.#seconds += this.#step;
  }

  /** What happens here happens within one second. */
  sameSecond(happen: () => void): void {
    this.#step = 0.1;
    happen();
    this.#step = 1;
    this.#seconds = Math.ceil(this.#seconds);
  }

  /** Time passes. */
  wait(seconds: number): void {
    this.#seconds += seconds;
    this.event({});
  }

  /** Time passes while the controller is down: a month of looking every minute would prove nothing. */
  pass(seconds: number): void {
    this.#seconds += seconds;
    this.event({ down: true });
  }

  /**
   * What GitHub must have been told since the last expectation, in order: `v1 success`, or in full
   * `acme/api@v1 production success`; ` by APPLICATION` where it is not the default one.
   */
  expect(...lines: readonly string[]): void {
    this.#expect(lines, true);
  }

  /** What was told since the last expectation is not looked at: {@link final} says what counts. */
  ignore(): void {
    this.#told = this.#steps.length;
  }

  /** The state of each of GitHub's deployments in the end, by commit as in {@link expect}. */
  final(states: Readonly<Record<string, string>>): void {
    this.ignore();
    this.#inTheEnd.push(...Object.entries(states).map(([subject, state]) => `${subject} ${state}`));
    for (const [subject, state] of Object.entries(states)) {
      const { label, repository, environment } = parseLine(`${subject} ${state}`);
      this.#finally.set(`${repository}@${commitOf(label)} ${environment}`, state);
    }
  }

  /** As {@link expect}, where GitHub takes no commit status. */
  expectWithoutStatuses(...lines: readonly string[]): void {
    this.#expect(lines, false);
  }

  #expect(lines: readonly string[], statuses: boolean): void {
    const parsed = lines.map(parseLine);
    this.#expectations.push({
      from: this.#told,
      to: this.#steps.length - 1,
      told: lines,
      lines: parsed.map(({ repository, label, environment, state }) => {
        return `${repository}@${commitOf(label)} ${environment} ${state}`;
      }),
      applications: parsed.map(({ application }) => (statuses ? application : undefined)),
    });
    this.#told = this.#steps.length;
  }

  /** Ends the scenario: whatever comes within two minutes after the last event is unexpected. */
  end(): BuiltScenario {
    this.wait(125);
    this.expect();
    return {
      scenario: {
        start: new Date(begin).toISOString(),
        steps: this.#steps,
        ...(this.#world ? { world: this.#world } : {}),
        ...(this.#controller ? { controller: this.#controller } : {}),
      },
      expectations: this.#expectations,
      problems: this.#problems,
      states: this.#finally,
      inTheEnd: this.#inTheEnd,
    };
  }
}
