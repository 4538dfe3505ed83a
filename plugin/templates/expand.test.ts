import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { expand, parsedPieces } from './expand.ts';
import type { Entry, Scalar, Scope } from './scope.ts';

function where(expression?: string): { file: string } {
  return { file: expression ?? 'whole' };
}

function scopeOf(values: Record<string, Scalar | undefined>): Scope {
  return new Map(
    Object.entries(values).map(([name, value]): [string, Entry] => [
      name,
      { value: () => value, unset: `Give ${name}.` },
    ]),
  );
}

const scope = scopeOf({
  environment: 'production',
  'app.name': 'user-service',
  'app.namespace': undefined,
  'values.host': 'acme.dev',
  'values.replicas': 3,
  'values.big': 12345678901234567890n,
  'values.on': false,
  'values.html': '<a & "b">',
  'values.braces': '{{ values.host }}',
  'values.empty': '',
  'values.unset': null,
  'values.branch': 'feature/ABC-123_Add',
  'values.constructor': 'own',
});

function go(text: string): Scalar {
  return expand(text, scope, where);
}

describe('expand', () => {
  it.each<[string, Scalar]>([
    ['plain', 'plain'],
    ['', ''],
    ['{{ values.host }}', 'acme.dev'],
    ['{{values.host}}', 'acme.dev'],
    ['a.{{ values.host }}/{{ environment }}', 'a.acme.dev/production'],
    ['{{ app.name }}{{ environment }}', 'user-serviceproduction'],
    // No HTML escaping, whichever braces are used.
    ['{{ values.html }}', '<a & "b">'],
    ['{{{ values.html }}}!', '<a & "b">!'],
    // What comes in is never read as a template again.
    ['{{ values.braces }}', '{{ values.host }}'],
    ['x{{ values.braces }}', 'x{{ values.host }}'],
    // Literals.
    ['\\{{ values.host }}', '{{ values.host }}'],
    ['a \\{{ .Values.x }} {{ environment }}', 'a {{ .Values.x }} production'],
    ['{ {x}} }} {', '{ {x}} }} {'],
    ['{{! comment }}x', 'x'],
    ['a {{~ environment ~}} b', 'aproductionb'],
    // Names that mean something in JavaScript are ordinary names.
    ['{{ values.constructor }}', 'own'],
    ['{{ values.[host] }}', 'acme.dev'],
  ])('%j is %j', (text, expected) => {
    expect(go(text)).toBe(expected);
  });

  it.each<[string, Scalar]>([
    ['{{ values.replicas }}', 3],
    ['{{ values.big }}', 12345678901234567890n],
    ['{{ values.on }}', false],
    ['{{{ values.replicas }}}', 3],
    ['{{ default values.replicas 1 }}', 3],
    ['{{ default values.unset 1.5 }}', 1.5],
    ['{{ default values.unset true }}', true],
    [' {{ values.replicas }}', ' 3'],
    ['{{ values.replicas }}{{ values.big }}', '312345678901234567890'],
    ['{{! }}{{ values.replicas }}', '3'],
  ])('keeps the type of a whole expression: %j is %s', (text, expected) => {
    expect(go(text)).toBe(expected);
  });

  it.each<[string, Scalar]>([
    ['{{ slug values.branch }}', 'feature-abc-123-add'],
    ['{{ lower values.branch }}', 'feature/abc-123_add'],
    ['pr-{{ slug (lower values.branch) }}', 'pr-feature-abc-123-add'],
    ['{{ slug "A B" }}', 'a-b'],
    ['{{ slug values.replicas }}', '3'],
    ['{{ default values.host "x" }}', 'acme.dev'],
    ['{{ default values.empty "x" }}', 'x'],
    ['{{ default values.on "x" }}', false],
    ['{{ default app.namespace "none" }}', 'none'],
    ['{{ default values.unset (slug values.branch) }}', 'feature-abc-123-add'],
  ])('calls helpers: %j is %j', (text, expected) => {
    expect(go(text)).toBe(expected);
  });

  it.each([
    ['{{ values.hots }}', 'template-unknown-name', 'values.hots', 'Did you mean values.host?'],
    ['{{ value.host }}', 'template-unknown-name', 'value.host', 'Names here: environment, app.name'],
    ['{{ host }}', 'template-unknown-name', 'host', 'values.host'],
    ['{{ slug }}', 'template-unknown-name', 'slug', 'slug is a helper: {{ slug text }}.'],
    ['{{ default values.hots "x" }}', 'template-unknown-name', 'values.hots', 'Did you mean values.host?'],
    ['{{ values.unset }}', 'template-unset', 'values.unset has no value', 'Give values.unset.'],
    ['x{{ app.namespace }}', 'template-unset', 'app.namespace', 'Give app.namespace.'],
    ['{{ slug values.unset }}', 'template-unset', 'values.unset', ''],
    ['{{ default "x" values.host }}', 'template-helper', 'the first argument of default', 'default values.host'],
    ['{{ slgu values.host }}', 'template-helper', 'no helper "slgu"', 'Did you mean slug?'],
    ['{{ slug values.host 1 }}', 'template-helper', '2 arguments', '{{ slug text }}'],
    ['{{ values.host values.host }}', 'template-helper', 'no helper', ''],
    ['{{ "a" "b" }}', 'template-unsupported', 'not a helper', ''],
    ['{{#if values.on}}x{{/if}}', 'template-unsupported', 'blocks', ''],
    ['{{#each values}}x{{/each}}', 'template-unsupported', 'blocks', ''],
    ['{{{{raw}}}} {{x}} {{{{/raw}}}}', 'template-unsupported', 'blocks', ''],
    ['{{> partial }}', 'template-unsupported', 'partials', ''],
    ['{{#> layout }}x{{/layout}}', 'template-unsupported', 'partials', ''],
    ['{{* decorator }}', 'template-unsupported', 'decorators', ''],
    ['{{ @root.values }}', 'template-unsupported', 'data variable', ''],
    ['{{ ../environment }}', 'template-unsupported', 'path "../environment"', ''],
    ['{{ this.environment }}', 'template-unsupported', 'path', ''],
    ['{{ this }}', 'template-unsupported', 'path', ''],
    ['{{ ./environment }}', 'template-unsupported', 'path', ''],
    ['{{ app/name }}', 'template-unsupported', 'path', ''],
    ['{{ "text" }}', 'template-unsupported', 'literal', ''],
    ['{{ slug name="x" }}', 'template-unsupported', 'Named arguments', ''],
    ['{{ default values.unset null }}', 'template-unsupported', 'null', ''],
    ['{{ values.host', 'template-syntax', 'no end', '\\{{'],
    ['{{ .Values.host }}', 'template-syntax', 'cannot be read', '\\{{'],
    ['{{ values.host | quote }}', 'template-syntax', 'cannot be read', '\\{{'],
    ['{{ values.host }}}', 'template-syntax', 'cannot be read', ''],
    ['{{/if}}', 'template-syntax', 'cannot be read', ''],
    ['{{ }}', 'template-syntax', 'cannot be read', ''],
  ])('%j fails with %s', (text, code, message, help) => {
    let caught: unknown;
    try {
      go(text);
    } catch (error) {
      caught = error;
    }
    if (!(caught instanceof Failure)) throw new Error(`no Failure, but ${String(caught)}`);
    const [diagnostic] = caught.diagnostics;
    expect(diagnostic?.code).toBe(code);
    expect(diagnostic?.message).toContain(message);
    expect(diagnostic?.help?.join('\n') ?? '').toContain(help);
  });

  it('says which expression of a text is wrong', () => {
    const file = (text: string): unknown => {
      try {
        return go(text);
      } catch (error) {
        return error instanceof Failure ? error.diagnostics[0]?.location?.file : error;
      }
    };
    expect(file('a {{ environment }} {{ nope.x }} b')).toBe('{{ nope.x }}');
    expect(file('a {{ environment }}\n{{ slug nope.x }} b')).toBe('{{ slug nope.x }}');
  });

  it.each([
    '__proto__',
    'constructor',
    'values.__proto__',
    'values.toString',
    'values.hasOwnProperty',
    'values.host.length',
    'app.__proto__.polluted',
    'values.[__proto__]',
    'values.constructor.constructor',
  ])('never reaches a prototype: %s', (name) => {
    expect(() => go(`{{ ${name} }}`)).toThrow('template-unknown-name');
    expect(() => go(`{{ slug ${name} }}`)).toThrow('template-unknown-name');
    expect(() => go(`{{ ${name} "x" }}`)).toThrow('template-helper');
  });

  it('has limits', () => {
    expect(() => go(`{{ environment }}${'x'.repeat(70_000)}{{! }}`)).toThrow('template-syntax');
    expect(() => go(`{{! }}${'{{#a}}'.repeat(8000)}`)).toThrow('template-syntax: a text has more than 1000 {{');
    const nested = `{{ ${'slug ('.repeat(200)}environment${')'.repeat(200)} }}`;
    expect(() => go(nested)).toThrow('template-unsupported');
    const long = scopeOf({ 'values.x': 'x'.repeat(600_000) });
    expect(() => expand('{{ values.x }}{{ values.x }}', long, where)).toThrow('template-too-long');
  });

  it('reads simple expressions as Handlebars does', () => {
    const piece = fc.constantFrom(
      '{{ values.host }}',
      '{{values.replicas}}',
      '{{ environment}}',
      '{{ app.namespace }}',
      '{{ values.nope }}',
      '{{',
      '}}',
      '{',
      '}',
      '\\',
      ' ',
      '\n',
      'a',
      '~',
      '!',
      '{{ slug values.branch }}',
      '{{{ values.on }}}',
    );
    const outcome = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        if (error instanceof Failure) return 'failure';
        throw error;
      }
    };
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
        const text = pieces.join('');
        if (!text.includes('{{')) return;
        const parsed = outcome(() => {
          const found = parsedPieces(text, scope, where);
          const [only] = found;
          if (found.length === 1 && typeof only === 'object') return only.value;
          return found.map((one) => (typeof one === 'string' ? one : String(one.value))).join('');
        });
        expect(outcome(() => go(text))).toEqual(parsed);
      }),
      { numRuns: 5000 },
    );
  });
});
