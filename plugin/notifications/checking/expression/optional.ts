/**
 * Fields of an Application that are often not there, read without `?.`. Such an expression fails, which counts as
 * false and costs a line in the controller's log at every event.
 */
import type { Token } from './tokens.ts';

/** Fields that may be missing, with when they are. `app.status` is missing only for the first moment of an Application. */
const mayBeMissing: Readonly<Record<string, string>> = {
  'app.metadata.annotations': 'an Application may have no annotation',
  'app.metadata.labels': 'an Application may have no label',
  'app.spec.source': 'an Application with several sources has none',
  'app.spec.syncPolicy': 'an Application that is synced by hand may have none',
  'app.spec.syncPolicy.automated': 'an Application that is synced by hand has none',
  'app.status.health': 'an Application that was never compared has none',
  'app.status.sync': 'an Application that was never compared has none',
  'app.status.summary': 'an Application that was never compared has none',
  'app.status.operationState': 'it is missing before the first operation, and for a moment before each',
  'app.status.operationState.syncResult': 'it is missing while an operation runs',
};

/** A read that fails when something in it is missing. */
export interface UnsafeRead {
  /** What may be missing, with when it is. */
  readonly missing: readonly (readonly [path: string, when: string])[];
  /** How it should be written. */
  readonly better: string;
  /** The first word that fails. */
  readonly token: Token;
}

interface Step {
  /** What stands before: `app.status`. */
  readonly base: string;
  readonly token: Token;
  readonly optional: boolean;
  /** The step as text: `health` or `["key"]`. */
  readonly text: string;
}

interface Chain {
  readonly steps: readonly Step[];
  /** Index of the first token behind it. */
  readonly end: number;
  readonly path: string;
}

/** The reads of the chain that begins with `app` at `start`, up to where it ends. */
function chainAt(tokens: readonly Token[], start: number): Chain {
  const steps: Step[] = [];
  let path = 'app';
  let at = start + 1;
  for (;;) {
    const [token, next] = [tokens[at], tokens[at + 1]];
    if (!token || !next) return { steps, end: at, path };
    const optional = token.text === '?.';
    const indexed = token.text === '[' || (optional && next.text === '[');
    if (!indexed && !optional && token.text !== '.') return { steps, end: at, path };
    if (!indexed) {
      steps.push({ base: path, token, optional, text: next.text });
      path = `${path}.${next.text}`;
      at += 2;
      continue;
    }
    const open = optional ? at + 1 : at;
    const close = tokens.findIndex(({ text }, index) => index > open && text === ']');
    const inside = tokens.slice(open + 1, close < 0 ? undefined : close).map(({ text }) => text);
    steps.push({ base: path, token, optional, text: `[${inside.join('')}]` });
    // What lies behind an index is not known to be missing.
    path = `${path}[]`;
    at = close < 0 ? tokens.length : close + 1;
  }
}

/** The chain as it should be written, with `?.` wherever `unsafe` says. */
function written(steps: readonly Step[], unsafe: (step: Step) => boolean): string {
  return steps.reduce((text, step) => {
    const optional = step.optional || unsafe(step);
    if (step.text.startsWith('[')) return `${text}${optional ? '?.' : ''}${step.text}`;
    return `${text}${optional ? '?.' : '.'}${step.text}`;
  }, 'app');
}

/** The chains that begin with `app`, in order. */
function chainsOf(tokens: readonly Token[]): readonly (Chain & { readonly start: number })[] {
  return tokens.flatMap(({ kind, text }, index) => {
    const before = tokens[index - 1]?.text ?? '';
    const begins = kind === 'identifier' && text === 'app' && before !== '.' && before !== '?.';
    return begins ? [{ start: index, ...chainAt(tokens, index) }] : [];
  });
}

/** What an expression compares with nil, on either side: such as `app.status.health`. */
export function guardsOf(tokens: readonly Token[]): string[] {
  const isNil = (at: number): boolean => tokens[at]?.text === 'nil';
  const compares = (at: number): boolean => /^[!=]=$/u.test(tokens[at]?.text ?? '');
  return chainsOf(tokens)
    .filter(({ start, end }) => {
      return (compares(end) && isNil(end + 1)) || (compares(start - 1) && isNil(start - 2));
    })
    .map(({ path }) => path);
}

/**
 * The reads of an expression that may fail; what is compared with nil somewhere is taken for guarded.
 * @param guards what is guarded besides: the engine evaluates oncePer only where `when` holds
 */
export function unsafeReads(tokens: readonly Token[], guards: readonly string[] = []): UnsafeRead[] {
  const chains = chainsOf(tokens);
  const guarded = new Set([...guardsOf(tokens), ...guards]);
  const unsafe = ({ base, optional }: Step): boolean => !optional && base in mayBeMissing && !guarded.has(base);
  const found = chains.flatMap(({ steps }): UnsafeRead[] => {
    const [first, ...rest] = steps.filter(unsafe);
    if (!first) return [];
    const missing = [first, ...rest].map(({ base }) => [base, mayBeMissing[base] ?? ''] as const);
    return [{ missing, better: written(steps, unsafe), token: first.token }];
  });
  // One finding for each field that may be missing, however often it is read.
  const key = ({ missing }: UnsafeRead): string => missing.map(([path]) => path).join();
  return found.filter((one, index) => found.findIndex((other) => key(other) === key(one)) === index);
}
