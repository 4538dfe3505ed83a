/**
 * Kubernetes' selector syntax over labels or annotations: `app=web,tier!=cache,env in (a,b),zone notin (c),!canary,n>3`.
 *
 * The grammar and the meaning of a missing key are those of k8s.io/apimachinery/pkg/labels (Parse, Requirement.Matches),
 * which kustomize uses for both selectors and Argo CD for subscriptions; test/overlays and test/conformance compare with
 * them. There is no maintained package for it.
 */

/** Tells whether labels (or annotations) satisfy a selector. */
export type Selector = (labels: ReadonlyMap<string, string>) => boolean;

interface Token {
  readonly kind: 'word' | 'symbol' | 'end';
  readonly text: string;
}

const TOKEN = /[ \t\r\n]*(?:(?<symbol>==|!=|[=!(),<>])|(?<word>[^=!(),<> \t\r\n]+)|$)/uy;
const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/u;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/u;
/** strconv.ParseInt(value, 10, 64). */
const INTEGER = /^[+-]?\d+$/u;
const INT64 = 2n ** 63n;

/**
 * Compiles a selector; the empty text selects everything.
 * @throws SyntaxError saying what was found and what was expected
 */
export function compileSelector(text: string): Selector {
  const requirements = new SelectorParser(text).parse();
  return (labels) => requirements.every((matches) => matches(labels));
}

/** Why a text is no selector; undefined for one that can be compiled. */
export function selectorProblem(text: string): string | undefined {
  try {
    compileSelector(text);
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

function integer(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return value >= -INT64 && value < INT64 ? value : undefined;
}

function checkKey(key: string): void {
  const slash = key.indexOf('/');
  const [prefix, name] = slash < 0 ? [undefined, key] : [key.slice(0, slash), key.slice(slash + 1)];
  const isPrefix = prefix === undefined || (prefix.length <= 253 && SUBDOMAIN.test(prefix));
  if (!isPrefix || name.length > 63 || !NAME.test(name)) throw new SyntaxError(`"${key}" cannot be a label's key`);
}

function checkValue(value: string): void {
  if (value === '' || (value.length <= 63 && NAME.test(value))) return;
  throw new SyntaxError(
    `"${value}" cannot be a label's value: at most 63 letters, digits, "-", "_" and ".", a letter or digit at both ends`,
  );
}

class SelectorParser {
  readonly #tokens: Token[] = [];
  #at = 0;

  constructor(text: string) {
    let position = 0;
    do {
      TOKEN.lastIndex = position;
      // The expression matches at every position: what is not a symbol or space is a word.
      const groups = TOKEN.exec(text)?.groups;
      position = TOKEN.lastIndex;
      if (groups?.['symbol'] !== undefined) this.#tokens.push({ kind: 'symbol', text: groups['symbol'] });
      else if (groups?.['word'] !== undefined) this.#tokens.push({ kind: 'word', text: groups['word'] });
      else position = text.length;
    } while (position < text.length);
  }

  parse(): Selector[] {
    const requirements: Selector[] = [];
    if (this.#peek().kind === 'end') return requirements;
    for (;;) {
      requirements.push(this.#requirement());
      const next = this.#take();
      if (next.kind === 'end') return requirements;
      if (next.text !== ',' || next.kind !== 'symbol') throw expected('"," or the end', next);
    }
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  #take(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #isNext(...symbols: readonly string[]): boolean {
    const { kind, text } = this.#peek();
    return kind === 'symbol' && symbols.includes(text);
  }

  #requirement(): Selector {
    const negated = this.#isNext('!');
    if (negated) this.#take();
    const word = this.#take();
    if (word.kind !== 'word') throw expected(negated ? 'a key' : 'a key or "!"', word);
    const key = word.text;
    checkKey(key);
    if (negated) return (labels) => !labels.has(key);
    if (this.#peek().kind === 'end' || this.#isNext(',')) return (labels) => labels.has(key);
    return this.#comparison(key, this.#take());
  }

  #comparison(key: string, operator: Token): Selector {
    switch (operator.text) {
      case '=':
      case '==':
        return isOneOf(key, [this.#value()]);
      case '!=':
        return isNoneOf(key, [this.#value()]);
      case 'in':
        return isOneOf(key, this.#values());
      case 'notin':
        return isNoneOf(key, this.#values());
      case '>':
      case '<':
        return this.#order(key, operator.text);
      default:
        throw expected('one of =, ==, !=, in, notin, >, <', operator);
    }
  }

  #order(key: string, operator: '>' | '<'): Selector {
    const text = this.#value();
    const limit = integer(text);
    if (limit === undefined) throw new SyntaxError(`"${text}" after "${operator}" is no integer`);
    return (labels) => {
      const value = integer(labels.get(key) ?? '');
      return value !== undefined && (operator === '>' ? value > limit : value < limit);
    };
  }

  /** What follows an operator; nothing is the empty value. */
  #value(): string {
    if (this.#peek().kind === 'end' || this.#isNext(',')) return '';
    const token = this.#take();
    if (token.kind !== 'word') throw expected('a value', token);
    checkValue(token.text);
    return token.text;
  }

  #values(): string[] {
    if (!this.#isNext('(')) throw expected('"("', this.#peek());
    this.#take();
    const values: string[] = [];
    for (;;) {
      const value = this.#isNext(',', ')') ? '' : this.#value();
      values.push(value);
      const next = this.#take();
      if (next.kind === 'symbol' && next.text === ')') return values;
      if (next.kind !== 'symbol' || next.text !== ',') throw expected('"," or ")"', next);
    }
  }
}

function expected(what: string, found: Token): SyntaxError {
  return new SyntaxError(`found ${found.kind === 'end' ? 'the end' : `"${found.text}"`}, expected ${what}`);
}

function isOneOf(key: string, values: readonly string[]): Selector {
  return (labels) => {
    const value = labels.get(key);
    return value !== undefined && values.includes(value);
  };
}

/** True also where the key is missing, as in Kubernetes. */
function isNoneOf(key: string, values: readonly string[]): Selector {
  const isOne = isOneOf(key, values);
  return (labels) => !isOne(labels);
}
