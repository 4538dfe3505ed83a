import { describe, expect, it } from 'vitest';
import { isObject, type Json } from '../resources/json.ts';
import type { Resource } from '../resources/resource.ts';
import { readYaml } from '../yaml/read.ts';
import { compareResources } from './compare.ts';
import { fieldDiffs } from './fields.ts';
import { format as json } from './json.ts';
import { format as markdown } from './markdown.ts';
import { format as text } from './text.ts';

function value(yaml: string): Json {
  return readYaml(yaml, { file: 'a.yaml', duplicateKeys: 'error' })[0]?.value ?? null;
}

function differences(before: string, after: string): string[] {
  return fieldDiffs(value(before), value(after)).map(
    (one) =>
      `${one.path}: ${JSON.stringify(one.before) ?? '-'} -> ${JSON.stringify(one.after) ?? '-'}${one.reordered ? ' (order)' : ''}`,
  );
}

describe('fieldDiffs', () => {
  it.each<[string, string, string, string[]]>([
    ['nothing', '{a: 1, b: [x]}', '{b: [x], a: 1}', []],
    ['a scalar', 'spec: {replicas: 2}', 'spec: {replicas: 3}', ['spec.replicas: 2 -> 3']],
    ['a type', 'a: 1', "a: '1'", ['a: 1 -> "1"']],
    ['a new and a lost field', '{a: 1}', '{b: null}', ['a: 1 -> -', 'b: - -> null']],
    [
      'a key with dots',
      'metadata: {annotations: {acme.dev/x: a}}',
      'metadata: {annotations: {acme.dev/x: b}}',
      ['metadata.annotations.[acme.dev/x]: "a" -> "b"'],
    ],
    [
      'a container by name, whatever its place',
      'containers: [{name: a, image: i:1}, {name: b}]',
      'containers: [{name: new}, {name: a, image: i:2}, {name: b}]',
      ['containers.[name=a].image: "i:1" -> "i:2"', 'containers.[name=new]: - -> {"name":"new"}'],
    ],
    [
      'the order of named items',
      '[{name: a}, {name: b}]',
      '[{name: b}, {name: a}]',
      [': ["name=a","name=b"] -> ["name=b","name=a"] (order)'],
    ],
    [
      'ports with the same number',
      '[{port: 53, protocol: UDP, x: 1}, {port: 53, protocol: TCP}]',
      '[{port: 53, protocol: UDP, x: 2}, {port: 53, protocol: TCP}]',
      ['[port=53,protocol=UDP].x: 1 -> 2'],
    ],
    ['one more argument at the front', 'args: [a, b, c]', 'args: [z, a, b, c]', ['args.0: - -> "z"']],
    ['one argument less', 'args: [a, b, c]', 'args: [a, c]', ['args.1: "b" -> -']],
    ['a replaced argument', 'args: [a, b, c]', 'args: [a, x, c]', ['args.1: "b" -> "x"']],
    [
      'items without names',
      'rules: [{a: 1, b: [x]}, {a: 1, b: [v]}]',
      'rules: [{a: 1, b: [x]}, {a: 1, b: [z]}]',
      ['rules.1.b.0: "v" -> "z"'],
    ],
    ['a mapping for a list', 'a: {b: 1}', 'a: [b]', ['a: {"b":1} -> ["b"]']],
  ])('%s', (_name, before, after, expected) => {
    expect(differences(before, after)).toEqual(expected);
  });

  it('sees digits beyond 2^53', () => {
    expect(fieldDiffs(value('a: 9007199254740993'), value('a: 9007199254740992'))).toHaveLength(1);
  });
});

function of(...yaml: string[]): Resource[] {
  return yaml.flatMap((one) =>
    readYaml(one, { file: 'a.yaml', duplicateKeys: 'error' }).map(({ value: body }) => {
      if (!isObject(body)) throw new Error('not a manifest');
      return { body, origin: { location: { file: 'a.yaml' } } };
    }),
  );
}

const deployment = (replicas: number, extra = ''): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: user-service, namespace: ecotrack }\nspec: { replicas: ${replicas}${extra} }\n`;
const config = (name: string, file: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { app.conf: ${JSON.stringify(file)} }\n`;
const secret = (password: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: db }\ntype: Opaque\nstringData: { password: ${password}, user: app }\n`;
const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: user-service }\n';

describe('the formats', () => {
  const comparison = compareResources(
    of(deployment(2), config('settings-2kfh74ct5m', 'a\nb\nc\nd\ne\nf\n'), secret('hunter2'), service),
    of(
      deployment(3, ', paused: "yes"'),
      config('settings-9mk8dc4h7b', 'a\nb\nc\nD\ne\nf\n'),
      secret('hunter3'),
      service.replace('user-service', 'other'),
    ),
  );

  it('text', () => {
    expect(text(comparison)).toBe(`- Service/user-service
~ Deployment/user-service (ecotrack)
    spec.replicas: 2 -> 3
  + spec.paused: "yes"
~ ConfigMap/settings-9mk8dc4h7b
    metadata.name: settings-2kfh74ct5m -> settings-9mk8dc4h7b
    data.[app.conf]:
      @@ line 2 @@
      b
      c
  -   d
  +   D
      e
      f
~ Secret/db
    stringData.password: (hidden) -> (hidden)
+ Service/other
1 removed, 3 changed, 1 added, 0 unchanged
`);
  });

  it('json: one object a line, no secret', () => {
    const rows = json(comparison).trimEnd().split('\n');
    expect(rows.map((row): unknown => JSON.parse(row))).toMatchObject([
      { change: 'removed', name: 'user-service' },
      {
        change: 'changed',
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
        namespace: 'ecotrack',
        name: 'user-service',
        fields: [
          { path: 'spec.replicas', before: 2, after: 3 },
          { path: 'spec.paused', after: 'yes' },
        ],
      },
      { kind: 'ConfigMap' },
      { kind: 'Secret', fields: [{ path: 'stringData.password', before: '(hidden)', after: '(hidden)' }] },
      { change: 'added', name: 'other', resource: { kind: 'Service' } },
    ]);
    expect(json(comparison)).not.toContain('hunter');
  });

  it('markdown: a heading, the summary, one collapsible part for each resource', () => {
    const printed = markdown(comparison, 'staging -> production');
    expect(printed).toContain(`### staging -&gt; production

1 removed, 3 changed, 1 added, 0 unchanged

<details><summary>- <code>Service/user-service</code>: removed</summary>

\`\`\`yaml
apiVersion: v1
kind: Service
metadata:
  name: user-service
\`\`\`

</details>
<details><summary>~ <code>Deployment/user-service (ecotrack)</code>: 2 fields</summary>

\`\`\`diff
- spec.replicas: 2
+ spec.replicas: 3
+ spec.paused: "yes"
\`\`\`

</details>
`);
    expect(printed).not.toContain('hunter');
    expect(printed.match(/<details>/gu)).toHaveLength(5);
  });

  it('markdown: content cannot leave its code block', () => {
    const printed = markdown(compareResources([], of(config('a', '```\n</details>\n````'))), 'x');
    expect(printed).toContain('`````yaml\n');
    expect(printed).toContain('\n`````\n');
  });

  it('markdown: stays below 60,000 characters and counts what is left out', () => {
    const many = Array.from({ length: 900 }, (_, index) => config(`c${index}`, `${'x'.repeat(200)}\n`));
    const printed = markdown(compareResources([], of(...many)), 'x');
    expect(printed.length).toBeLessThanOrEqual(60_000);
    const left = Number(/\*\*(\d+) more resources not shown here\*\*/u.exec(printed)?.[1]);
    expect((printed.match(/<code>/gu) ?? []).length + left).toBe(900);
    const large = markdown(compareResources([], of(config('large', 'y'.repeat(70_000)), service)), 'x');
    expect(large).toContain('<code>ConfigMap/large</code>: too long to be shown here');
    expect(large).toContain('Service/user-service');
  });

  it('says so when nothing differs', () => {
    const same = compareResources(of(service), of(service));
    expect(text(same)).toBe('no difference (1 resource)\n');
    expect(json(same)).toBe('');
    expect(markdown(same, 'x')).toContain('no difference');
  });
});

describe('compareResources', () => {
  const record = (environment: string, commit: string): string =>
    config(`waybill.acme.user-service.${environment}.user-service.${commit.repeat(40)}`, environment);

  it('pairs the records of one source repository', () => {
    const { resources } = compareResources(of(record('staging', 'a')), of(record('production', 'b')));
    expect(resources.map((one) => one.change)).toEqual(['changed']);
  });

  it('pairs what only changed its namespace, and nothing when that is ambiguous', () => {
    const inNamespace = (namespace: string): string =>
      service.replace('name: user-service', `name: user-service, namespace: ${namespace}`);
    const { resources } = compareResources(of(inNamespace('staging')), of(inNamespace('production')));
    expect(resources).toMatchObject([
      { change: 'changed', fields: [{ path: 'metadata.namespace', before: 'staging', after: 'production' }] },
    ]);
    const ambiguous = compareResources(of(inNamespace('a'), inNamespace('b')), of(inNamespace('c')));
    expect(ambiguous.resources.map((one) => one.change)).toEqual(['removed', 'removed', 'added']);
  });

  it('does not guess which of two names an old one became', () => {
    const { resources } = compareResources(
      of(config('settings-2kfh74ct5m', 'a'), config('settings-2kfh74ct5k', 'b')),
      of(config('settings-9mk8dc4h7b', 'c')),
    );
    expect(resources.map((one) => one.change)).toEqual(['removed', 'removed', 'added']);
  });
});
