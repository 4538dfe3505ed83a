import { describe, expect, it } from 'vitest';
import { apply, problems } from '../../../test/tools/overlays.ts';

const manifest = `apiVersion: v1
kind: Pod
metadata: { name: p, annotations: null }
spec:
  replicas: 1
  empty: []
  ports: { 80: 1 }
  containers:
    - { name: main, image: x, ports: [{ containerPort: 80 }, { containerPort: 81 }] }
    - { name: sidecar, image: w, args: [-v, -jar] }
`;
const main = { name: 'main', image: 'x', ports: [{ containerPort: 80 }, { containerPort: 81 }] };
const sidecar = { name: 'sidecar', image: 'w', args: ['-v', '-jar'] };

async function set(fields: string): Promise<unknown> {
  const [body] = await apply(manifest, `- target: { kind: Pod }\n  set: { ${fields} }`);
  return body;
}

describe('set', () => {
  it.each<[string, object]>([
    ['spec.replicas: 3', { spec: { replicas: 3 } }],
    ['"spec.containers.[name=main].image": z', { spec: { containers: [{ ...main, image: 'z' }, sidecar] } }],
    [
      '"spec.containers.*.image": z',
      {
        spec: {
          containers: [
            { ...main, image: 'z' },
            { ...sidecar, image: 'z' },
          ],
        },
      },
    ],
    ['"spec.containers.1.image": z', { spec: { containers: [main, { ...sidecar, image: 'z' }] } }],
    ['"spec.containers.-.image": z', { spec: { containers: [main, { ...sidecar, image: 'z' }] } }],
    [
      '"spec.containers.[name=sidecar].args.[=-jar]": -war',
      { spec: { containers: [main, { ...sidecar, args: ['-v', '-war'] }] } },
    ],
    [
      '"spec.containers.*.resources.limits.cpu": 100m',
      {
        spec: { containers: [{ resources: { limits: { cpu: '100m' } } }, { resources: { limits: { cpu: '100m' } } }] },
      },
    ],
    ['"metadata.annotations.[acme.dev/team]": a', { metadata: { annotations: { 'acme.dev/team': 'a' } } }],
    ['metadata.annotations.acme\\.dev/team: a', { metadata: { annotations: { 'acme.dev/team': 'a' } } }],
    ['spec.replicas: 12345678901234567890', { spec: { replicas: 12345678901234567890n } }],
    ['spec.containers: [{ name: q }]', { spec: { containers: [{ name: 'q' }] } }],
    ['spec.replicas: null', { spec: { replicas: null } }],
    ['spec.ports.80: 2', { spec: { ports: { '80': 2 } } }],
    ['spec.a: 1, spec.b: 2', { spec: { a: 1, b: 2 } }],
    ['metadata.name: q', { metadata: { name: 'q' } }],
  ])('%s', async (fields, expected) => expect(await set(fields)).toMatchObject(expected));

  it.each<[string, string]>([
    [
      '"spec.containers.[name=mian].image": z',
      'no item of spec.containers has the name mian | There: main, sidecar. Did you mean main?',
    ],
    [
      '"spec.containers.[name=ma.*].image": z',
      'no item of spec.containers has the name ma.* | There: main, sidecar. Did you mean main?',
    ],
    ['"spec.containers.2.image": z', 'spec.containers has no item 2 | It has 2; the first is 0, the last `-`.'],
    [
      '"spec.containers.main.image": z',
      'spec.containers is a list, and main is no item of it | Name an item as [name=main], by its index, the last as `-`, or all as `*`.',
    ],
    ['"spec.empty.*": z', 'spec.empty is an empty list'],
    [
      '"spec.initContainers.[name=a].image": z',
      'there is no list spec.initContainers | `set` makes mappings that are missing, not items of lists.',
    ],
    [
      'spec.0: z',
      'spec is a mapping, not a list | Write a key, in brackets when it has dots: metadata.annotations.[acme.dev/team].',
    ],
    [
      'spec.volumes.0.name: z',
      'there is no list spec.volumes | `set` makes mappings that are missing, not items of lists.',
    ],
    [
      '"spec.*.image": z',
      'spec is a mapping, not a list | Write a key, in brackets when it has dots: metadata.annotations.[acme.dev/team].',
    ],
    ['spec.replicas.a: z', 'spec.replicas is a single value, nothing is below it'],
    ['"spec.replicas.*": z', 'spec.replicas is a single value, not a list'],
  ])('refuses %s', async (fields, expected) => {
    const path = fields.slice(0, fields.lastIndexOf(':')).replaceAll('"', '');
    expect(await problems(set(fields))).toEqual([
      `2:10 overlay-set: overlay on Pod/p: cannot set ${path}: ${expected}`,
    ]);
  });
});

describe('set with a path that another tool would take', () => {
  it.each<[string, string]>([
    ['spec.containers[0].image', 'Write it as spec.containers.0.image'],
    ['spec.containers[name=main].image', 'Write it as spec.containers.[name=main].image'],
    ['$.spec.replicas', 'Write it as spec.replicas'],
    ['/spec/replicas', 'Write it as spec.replicas'],
    ['spec..a', 'Write it as spec.a'],
    ['spec.a ', 'Write it as spec.a'],
  ])('refuses %s', async (path, help) => {
    const [message, ...more] = await problems(set(`"${path}": z`));
    expect(more).toEqual([]);
    expect(message).toContain(
      `2:10 overlay-set: overlay on Pod/p: cannot set ${path}: this is no field path | ${help}`,
    );
  });

  const whole = `apiVersion: v1
kind: ConfigMap
metadata: { name: c, annotations: { acme.dev/team: a } }
data: { app.properties: x, plain: z }
`;
  it.each<[string, string]>([
    [
      'data.app.properties',
      'data has the key app.properties, with dots in it | Write it in brackets: data.[app.properties]',
    ],
    [
      'data.new.properties',
      'the values of data are texts, and new would be a mapping | A key with dots is in brackets: data.[new.properties]',
    ],
    [
      'metadata.annotations.acme.dev/team',
      'metadata.annotations has the key acme.dev/team, with dots in it | Write it in brackets: metadata.annotations.[acme.dev/team]',
    ],
    [
      'metadata.labels.acme.dev/team',
      'the values of metadata.labels are texts, and acme would be a mapping | A key with dots is in brackets: metadata.labels.[acme.dev/team]',
    ],
    [
      'metadata.annotations/x',
      'metadata has the key annotations, but none named annotations/x | Keys are separated by dots: metadata.annotations.x. For a key of that name: metadata.[annotations/x]',
    ],
  ])('does not cut a key at its dots: %s', async (path, expected) => {
    expect(await problems(apply(whole, `- target: { kind: ConfigMap }\n  set: { "${path}": z }`))).toEqual([
      `2:10 overlay-set: overlay on ConfigMap/c: cannot set ${path}: ${expected}`,
    ]);
  });

  it.each<[string, string]>([
    [
      'spec->replicas',
      'the manifest has the key spec, but none named spec->replicas | Keys are separated by dots: spec.replicas. For a key of that name: [spec->replicas]',
    ],
    [
      'spec,replicas',
      'the manifest has the key spec, but none named spec,replicas | Keys are separated by dots: spec.replicas. For a key of that name: [spec,replicas]',
    ],
    [
      'spec::replicas',
      'the manifest has the key spec, but none named spec::replicas | Keys are separated by dots: spec.replicas. For a key of that name: [spec::replicas]',
    ],
    [
      'spec\\\\.replicas',
      'the manifest has the key spec, but none named spec.replicas | Keys are separated by dots: spec.replicas. For a key of that name: [spec.replicas]',
    ],
    ['spec.repl*', 'spec has no key repl* | For a key of that name: spec.[repl*]'],
    ['spec.a=b', 'spec has no key a=b | For a key of that name: spec.[a=b]'],
    [
      'metadata.labels.app~1x',
      'app~1x has an escape of JSON pointers | Write metadata.labels.[app/x]. For a key of that name: metadata.labels.[app~1x]',
    ],
    [
      'Spec.replicas',
      'the manifest has the key spec, and Spec is another one | Write spec. For a key of that name: [Spec]',
    ],
    [
      'spec.Replicas',
      'spec has the key replicas, and Replicas is another one | Write spec.replicas. For a key of that name: spec.[Replicas]',
    ],
    [
      'spec.containers.0.Image',
      'spec.containers.0 has the key image, and Image is another one | Write spec.containers.0.image. For a key of that name: spec.containers.0.[Image]',
    ],
    [
      'pod.spec.replicas',
      'a Pod has no key pod | The path begins in the manifest: spec.replicas. For a key of that name: [pod]',
    ],
  ])('makes no key beside the one that is meant: %s', async (path, expected) => {
    const [message] = await problems(set(`"${path}": z`));
    expect(message).toContain(`: ${expected}`);
  });

  it.each<[string, object]>([
    ['"spec.[ports/x]": z', { spec: { 'ports/x': 'z' } }],
    ['"spec.[Replicas]": z', { spec: { replicas: 1, Replicas: 'z' } }],
    ['"spec.[a~1b]": z', { spec: { 'a~1b': 'z' } }],
    ['"spec.[repl*]": z', { spec: { 'repl*': 'z' } }],
    ['spec.größe-1_a: z', { spec: { 'größe-1_a': 'z' } }],
  ])('takes a key in brackets as it is: %s', async (fields, expected) =>
    expect(await set(fields)).toMatchObject(expected),
  );

  it('takes the keys that are meant', async () => {
    const fields = '"data.[app.properties]": 1, data.plain: 2, data.new: 3, "metadata.labels.[acme.dev/team]": b';
    const [body] = await apply(whole, `- target: { kind: ConfigMap }\n  set: { ${fields} }`);
    expect(body).toMatchObject({
      metadata: { labels: { 'acme.dev/team': 'b' } },
      data: { 'app.properties': 1, plain: 2, new: 3 },
    });
  });
});
