/**
 * `values`: layers of scalars, each a template over the others, resolved when somebody asks.
 *
 * Names see the final values (an environment's or an override's), as in Helm; only a value that names itself sees
 * the one it inherits.
 */
import { Failure, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import type { Path } from '../resources/pointer.ts';
import type { ConfigValues } from '../schemas/config.generated.ts';
import { expand, isTemplate } from '../templates/expand.ts';
import type { Entry, Scalar, Scope } from '../templates/scope.ts';
import type { Application } from './application.ts';
import { environmentOf } from './inheritance.ts';
import { typed } from './typed.ts';

interface Layer {
  readonly values: ConfigValues;
  readonly path: Path;
}

type Outcome = { readonly value: Scalar | undefined } | { readonly error: Failure };

/** Values that use values that use values …: nobody writes chains this long. */
const MAX_DEPTH = 100;

/** The values of one environment. */
export class Values {
  readonly #application: Application;
  /** The application's own, then each ancestor's, then the environment's. */
  readonly #layers: readonly Layer[];
  readonly #overrides: ReadonlyMap<string, string>;
  readonly #outcomes = new Map<string, Outcome>();
  /** What is being resolved, in order: layer and name. */
  readonly #open: string[] = [];
  /** Names of all declared values, in the order of the file. */
  readonly names: readonly string[];
  /** Everything templates may name. */
  readonly scope: Scope;

  /** `base` holds the names other than values. Failure `value-unknown` for overrides of what is not declared. */
  constructor(
    application: Application,
    lineage: readonly string[],
    overrides: Readonly<Record<string, string>>,
    base: ReadonlyMap<string, Entry>,
  ) {
    this.#application = application;
    this.#layers = [
      { values: application.config.values ?? {}, path: ['values'] },
      ...lineage.map((name) => ({
        values: environmentOf(application, name).values ?? {},
        path: ['environments', name, 'values'],
      })),
    ];
    this.#overrides = new Map(Object.entries(overrides));
    this.names = [...new Set(this.#layers.flatMap(({ values }) => Object.keys(values)))];
    const entries = this.names.map((name): [string, Entry] => [
      `values.${name}`,
      {
        value: () => this.get(name),
        unset: `Give it with --value ${name}=…, or in Argo CD with the parameter values.`,
      },
    ]);
    this.scope = new Map([...base, ...entries]);
    this.#checkOverrides();
  }

  /** The value of a declared name; undefined when it has none. Throws the Failure of its template, the same each time. */
  get(name: string): Scalar | undefined {
    return this.#at(name, this.#layers.length);
  }

  #checkOverrides(): void {
    const { names } = this;
    const unknown = [...this.#overrides.keys()].filter((name) => !names.includes(name));
    if (unknown.length === 0) return;
    throw new Failure(
      unknown.flatMap(
        (name) =>
          failure(
            'value-unknown',
            `a value is given for ${JSON.stringify(name)}, which waybill.yaml does not declare`,
            {
              help: [
                ...notFoundHelp('Declared values', name, names),
                `Declare it under values; "${name}: null" takes any text.`,
              ],
            },
          ).diagnostics,
      ),
    );
  }

  /** What a value of layer `below` may name: itself as it inherits it, all others as they finally are. */
  #scopeFor(self: string, below: number): Scope {
    const inherited: Entry = {
      value: () => this.#at(self, below, true),
      unset: 'A value that uses itself sees the one it inherits, and there is none.',
    };
    return {
      get: (name) => (name === `values.${self}` ? inherited : this.scope.get(name)),
      keys: () => this.scope.keys(),
    };
  }

  /** The highest layer below `below` that declares `name`; -1 for none. */
  #layerOf(name: string, below: number): number {
    return this.#layers.slice(0, below).findLastIndex(({ values }) => Object.hasOwn(values, name));
  }

  #at(name: string, below: number, inherited = false): Scalar | undefined {
    const index = this.#layerOf(name, below);
    const overridden = !inherited && this.#overrides.has(name);
    const key = `${overridden ? 'given' : index}:${name}`;
    const known = this.#outcomes.get(key);
    if (known) {
      if ('error' in known) throw known.error;
      return known.value;
    }
    if (this.#open.includes(key) || this.#open.length > MAX_DEPTH) throw this.#cycle(key, name, index);
    this.#open.push(key);
    let outcome: Outcome;
    try {
      outcome = { value: overridden ? this.#given(name, index) : this.#resolve(name, index) };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      outcome = { error };
    } finally {
      this.#open.pop();
    }
    this.#outcomes.set(key, outcome);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  #resolve(name: string, index: number): Scalar | undefined {
    const layer = this.#layers[index];
    if (!layer) return undefined;
    const raw = layer.values[name] ?? undefined;
    if (typeof raw !== 'string' || !isTemplate(raw)) return raw;
    return expand(raw, this.#scopeFor(name, index), this.#application.document.where([...layer.path, name]));
  }

  /** The override of a name, with the type of what it overrides. */
  #given(name: string, index: number): Scalar {
    const text = this.#overrides.get(name) ?? '';
    const layer = this.#layers[index];
    let model: Scalar | undefined;
    try {
      model = this.#resolve(name, index);
    } catch (error) {
      // A default that cannot be computed is what the override is there for: it has no type to take.
      if (!(error instanceof Failure)) throw error;
    }
    return typed(name, text, model, () => this.#application.document.locate([...(layer?.path ?? []), name]));
  }

  #cycle(key: string, name: string, index: number): Failure {
    const names = this.#open.slice(Math.max(0, this.#open.indexOf(key))).map((one) => one.slice(one.indexOf(':') + 1));
    const location = this.#application.document.locate([...(this.#layers[index]?.path ?? []), name]);
    const message = this.#open.includes(key)
      ? `values refer to each other in a cycle: ${[...names, name].join(' -> ')}`
      : `more than ${MAX_DEPTH} values refer to each other in a row`;
    return failure('value-cycle', message, {
      location,
      help: ['A value may use itself, and then sees the inherited one; it may not use a value that uses it.'],
    });
  }
}
