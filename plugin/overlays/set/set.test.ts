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
    [
      'spec..a: z',
      'this is no field path | Keys are separated by dots, keys with dots are in brackets or have a backslash before each dot: spec.template.spec.containers.[name=main].image, metadata.annotations.[acme.dev/team]',
    ],
  ])('refuses %s', async (fields, expected) => {
    const path = fields.slice(0, fields.lastIndexOf(':')).replaceAll('"', '');
    expect(await problems(set(fields))).toEqual([
      `2:10 overlay-set: overlay on Pod/p: cannot set ${path}: ${expected}`,
    ]);
  });
});
