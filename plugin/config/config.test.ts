import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { createMemoryTree } from '../files/memory.ts';
import type { Environment } from './environment.ts';
import { loadApplication } from './load.ts';
import { resolveEnvironment } from './resolve.ts';

const HEAD = 'apiVersion: waybill.dev/v1\nkind: Waybill\n';

interface Request {
  environment?: string;
  values?: Record<string, string>;
  namespace?: string;
  files?: Record<string, string>;
}

function resolve(yaml: string, request: Request = {}): Environment {
  const tree = createMemoryTree({ 'svc/waybill.yaml': HEAD + yaml, ...request.files });
  return resolveEnvironment(loadApplication(tree, 'svc'), request.environment, {
    app: { name: 'user-service', instance: 'team_user-service', namespace: request.namespace, project: 'acme' },
    values: request.values ?? {},
  });
}

/** The diagnostics as one line each: `line:column code: message | help`. Lines count from below the head. */
function problems(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(({ code, message, location, help }) => {
      const place = location?.line === undefined ? (location?.file ?? '-') : `${location.line - 2}:${location.column}`;
      return `${place} ${code}: ${message}${help ? ` | ${help.join(' ')}` : ''}`;
    });
  }
  throw new Error('nothing failed');
}

function valuesOf(yaml: string, request: Request = {}): Record<string, unknown> {
  return Object.fromEntries(resolve(yaml, request).values);
}

describe('the example of the documentation', () => {
  const yaml = `source:
  manifests: base
namespace: ecotrack
values: { domain: ecotrack.platform }
images:
  - name: ghcr.io/acme/user-service
    sourceRepository: https://github.com/acme/user-service
    commitFromTag: "sha-{commit}"
imagePaths:
  - { group: acme.dev, kind: Runner, path: spec.image }
overlays:
  - name: pull policy
    target: { kind: Deployment }
    set:
      spec.template.spec.containers.[name=main].imagePullPolicy: IfNotPresent
environments:
  development: { values: { host: "dev.{{ values.domain }}" } }
  staging: { values: { host: "staging.{{ values.domain }}" } }
  production:
    extends: staging
    reportAs: "{{ environment }}/{{ app.name }}"
    values: { host: "{{ values.domain }}", replicas: 3 }
    resources: [environments/production/pdb.yaml]
    overlays:
      - target: { kind: Deployment, name: "{{ app.name }}" }
        merge:
          spec: { replicas: "{{ values.replicas }}" }
      - target: { group: networking.k8s.io, kind: Ingress }
        patch:
          - { op: replace, path: /spec/rules/0/host, value: "user-service.{{ values.host }}" }
      - target: { kind: ServiceMonitor }
        remove: true
        optional: true
      - file: environments/production/*.overlay.yaml
stamp: { resources: all }
`;
  const files = {
    'svc/base/deployment.yaml': '',
    'svc/environments/production/pdb.yaml': '',
    'svc/environments/production/b.overlay.yaml':
      '- name: one\n  target: {}\n  set: { metadata.labels.host: "{{ values.host }}" }\n- target: {kind: Job}\n  remove: true\n',
    'svc/environments/production/a.overlay.yaml': 'name: two\ntarget: {}\nset: { a: 1 }\n',
    'svc/locks/production.yaml': '',
  };
  const production = resolve(yaml, { environment: 'production', files });

  it('resolves names, fields and defaults', () => {
    expect(production).toMatchObject({
      name: 'production',
      reportAs: 'production/user-service',
      source: { kind: 'manifests', paths: [{ path: 'svc/base', location: { line: 4, column: 14 } }] },
      namespace: 'ecotrack',
      images: [
        {
          name: 'ghcr.io/acme/user-service',
          sourceRepository: 'https://github.com/acme/user-service',
          commitFromTag: 'sha-{commit}',
          location: { line: 8 },
        },
      ],
      imagePaths: [{ group: 'acme.dev', kind: 'Runner', path: 'spec.image' }],
      resources: [{ path: 'svc/environments/production/pdb.yaml', location: { line: 25 } }],
      stamp: { resources: 'all', podTemplates: false, record: true },
      allowEmpty: false,
    });
    expect(Object.fromEntries(production.values)).toEqual({
      domain: 'ecotrack.platform',
      host: 'ecotrack.platform',
      replicas: 3,
    });
  });

  it('puts overlays in order, and files where they are named', () => {
    expect(
      production.overlays.map(({ name, target, operation, optional }) => ({ name, target, operation, optional })),
    ).toEqual([
      {
        name: 'pull policy',
        target: { kind: 'Deployment' },
        operation: {
          kind: 'set',
          fields: [['spec.template.spec.containers.[name=main].imagePullPolicy', 'IfNotPresent']],
        },
        optional: false,
      },
      {
        name: undefined,
        target: { kind: 'Deployment', name: 'user-service' },
        operation: { kind: 'merge', value: { spec: { replicas: 3 } } },
        optional: false,
      },
      {
        name: undefined,
        target: { group: 'networking.k8s.io', kind: 'Ingress' },
        operation: {
          kind: 'patch',
          operations: [{ op: 'replace', path: '/spec/rules/0/host', value: 'user-service.ecotrack.platform' }],
        },
        optional: false,
      },
      { name: undefined, target: { kind: 'ServiceMonitor' }, operation: { kind: 'remove' }, optional: true },
      { name: 'two', target: {}, operation: { kind: 'set', fields: [['a', 1]] }, optional: false },
      {
        name: 'one',
        target: {},
        operation: { kind: 'set', fields: [['metadata.labels.host', 'ecotrack.platform']] },
        optional: false,
      },
      { name: undefined, target: { kind: 'Job' }, operation: { kind: 'remove' }, optional: false },
    ]);
  });

  it('locates overlays and their parts, in waybill.yaml and in files', () => {
    const [pullPolicy, merge, , , two, , job] = production.overlays;
    expect(pullPolicy?.location).toMatchObject({ file: 'svc/waybill.yaml', line: 14, column: 5 });
    expect(merge?.locate(['merge', 'spec', 'replicas'])).toMatchObject({ line: 29, column: 29 });
    expect(two?.location).toMatchObject({ file: 'svc/environments/production/a.overlay.yaml', line: 1 });
    expect(job?.locate(['target', 'kind'])).toMatchObject({
      file: 'svc/environments/production/b.overlay.yaml',
      line: 4,
    });
  });

  it('knows every file that is referred to, for a plain source to leave out', () => {
    for (const environment of ['development', 'production']) {
      expect([...resolve(yaml, { environment, files }).referencedFiles].sort()).toEqual([
        'svc/environments/production/a.overlay.yaml',
        'svc/environments/production/b.overlay.yaml',
        'svc/environments/production/pdb.yaml',
        'svc/waybill.yaml',
      ]);
    }
  });
});

describe('the environment', () => {
  const yaml = 'environments: { development: , staging: {}, production: {} }\n';
  it.each<[string | undefined, string, string]>([
    [
      undefined,
      yaml,
      '1:1 environment-missing: no environment is given | Environments: development, staging, production.',
    ],
    [
      'prod',
      yaml,
      '1:1 environment-unknown: there is no environment prod | Environments: development, staging, production. Did you mean production?',
    ],
    ['Production', yaml, '- environment-name: "Production" cannot be the name of an environment'],
    ['constructor', yaml, '1:1 environment-unknown: there is no environment constructor'],
    ['__proto__', yaml, '- environment-name'],
    ['a'.repeat(64), yaml, '- environment-name'],
    [
      'production',
      '',
      '-1:1 environment-unknown: there is no environment production | waybill.yaml has no environments.',
    ],
  ])('%s is refused', (environment, text, expected) => {
    expect(problems(() => resolve(text, environment === undefined ? {} : { environment }))[0]).toContain(expected);
  });

  it('is not needed where there are none', () => {
    expect(resolve('namespace: x\n')).toMatchObject({ name: undefined, reportAs: undefined, namespace: 'x' });
  });

  it('may have any well-formed name without waybill.yaml', () => {
    const application = loadApplication(createMemoryTree({ 'svc/a.yaml': '', 'svc/locks/production.yaml': '' }), 'svc');
    const context = { app: { name: 'svc', instance: 'svc' }, values: {} };
    expect(resolveEnvironment(application, 'anything', context)).toMatchObject({
      name: 'anything',
      reportAs: 'anything',
      source: { kind: 'manifests', paths: [{ path: 'svc' }] },
    });
    expect(problems(() => resolveEnvironment(application, 'No', context))[0]).toContain('environment-name');
    expect(resolveEnvironment(application, undefined, context).referencedFiles.size).toBe(0);
  });
});

describe('extends', () => {
  it('inherits values, overlays and resources, the furthest ancestor first; never reportAs', () => {
    const environment = resolve(
      `overlays: [{ name: all, target: {}, remove: true }]
environments:
  c: { extends: b, overlays: [{ name: c, target: {}, remove: true }], resources: [r.yaml, c.yaml] }
  b: { extends: a, values: { x: b }, resources: [r.yaml], reportAs: other }
  a: { values: { x: a, z: "{{ environment }}{{ values.x }}" }, overlays: [{ name: a, target: {}, remove: true }] }
`,
      { environment: 'c', files: { 'svc/r.yaml': '', 'svc/c.yaml': '' } },
    );
    expect(environment.overlays.map(({ name }) => name)).toEqual(['all', 'a', 'c']);
    expect(environment.resources.map(({ path }) => path)).toEqual(['svc/r.yaml', 'svc/c.yaml']);
    expect(Object.fromEntries(environment.values)).toEqual({ x: 'b', z: 'cb' });
    expect(environment.reportAs).toBe('c');
  });

  it('reports every circle and every unknown name once', () => {
    expect(
      problems(() =>
        resolve(`environments:
  a: { extends: b }
  b: { extends: c }
  c: { extends: b }
  d: { extends: d }
  e: { extends: productoin }
  production: { extends: constructor }
`),
      ),
    ).toEqual([
      '3:17 extends-cycle: environments extend each other in a cycle: b extends c extends b | Take the extends out of one of them.',
      '5:17 extends-cycle: environments extend each other in a cycle: d extends d | Take the extends out of one of them.',
      '6:17 extends-unknown: environment e extends "productoin", which does not exist | Environments: a, b, c, d, e, production. Did you mean production?',
      '7:26 extends-unknown: environment production extends "constructor", which does not exist | Environments: a, b, c, d, e, production.',
    ]);
  });
});

describe('values', () => {
  it('keep their types, see each other and the environment', () => {
    const yaml = `values:
  text: "1"
  number: 1
  big: 12345678901234567890
  float: 1.5
  flag: true
  copy: "{{ values.number }}"
  name: "{{ app.name }}-{{ environment }}-{{ values.number }}"
environments: { production: { values: { number: 2 } } }
`;
    expect(valuesOf(yaml, { environment: 'production' })).toEqual({
      text: '1',
      number: 2,
      big: 12345678901234567890n,
      float: 1.5,
      flag: true,
      copy: 2,
      name: 'user-service-production-2',
    });
  });

  it('see the inherited value under their own name', () => {
    const yaml = `values: { host: acme.dev, list: a }
environments:
  base: { values: { host: "base.{{ values.host }}", list: "{{ values.list }},b" } }
  top: { extends: base, values: { host: "top.{{ values.host }}", list: "{{ values.list }},c,{{ values.list }}" } }
`;
    expect(valuesOf(yaml, { environment: 'top' })).toEqual({ host: 'top.base.acme.dev', list: 'a,b,c,a,b' });
    // What refers to a value from elsewhere sees the final one.
    expect(
      valuesOf(
        'values: { host: a, url: "https://{{ values.host }}" }\nenvironments: { e: { values: { host: "x.{{ values.host }}" } } }\n',
        {
          environment: 'e',
        },
      ),
    ).toEqual({ host: 'x.a', url: 'https://x.a' });
  });

  it.each([
    [
      'values: { a: "{{ values.b }}", b: "{{ values.c }}", c: "{{ values.b }}" }\n',
      '1:35 value-cycle: values refer to each other in a cycle: b -> c -> b',
    ],
    [
      'values: { a: "x{{ valuse.b }}" }\n',
      '1:16 template-unknown-name: {{ }} has no name "valuse.b" | Names here: environment, app.name, app.instance, app.namespace, app.project, values.a.',
    ],
    ['values:\n  a: |\n    one\n    two {{ values.x }}\n', '4:9 template-unknown-name'],
    [
      'values: { n: 1 }\n',
      '1:11 yaml-two-readings: n is false in YAML 1.1, which Kubernetes reads, and the text "n" in YAML 1.2',
    ],
    ['values: { tag: 1.10 }\n', '1:16 yaml-two-readings: 1.10 is the number 1.1'],
    ['values: { a: "{{ values.__proto__ }}" }\n', '1:15 template-unknown-name'],
    ['values: { a: "{{ values.constructor }}" }\n', '1:15 template-unknown-name'],
  ])('%j fails', (yaml, expected) => {
    expect(problems(() => resolve(yaml))[0]).toContain(expected);
  });

  it('are told once when several parts use a wrong one', () => {
    expect(
      problems(() =>
        resolve('values: { a: "{{ nope }}" }\nnamespace: "{{ values.a }}"\nimages: [{ name: "{{ values.a }}" }]\n'),
      ),
    ).toHaveLength(1);
  });

  it('cannot inherit what is not there', () => {
    expect(problems(() => resolve('values: { a: "{{ values.a }}" }\nnamespace: "{{ values.a }}"\n'))).toEqual([
      '1:15 template-unset: values.a has no value | A value that uses itself sees the one it inherits, and there is none.',
    ]);
  });

  it('without a value are no mistake until they are used', () => {
    const yaml = 'values: { pr: , host: "pr-{{ values.pr }}.acme.dev", either: "{{ default values.pr \'none\' }}" }\n';
    expect(valuesOf(yaml)).toEqual({ either: 'none' });
    expect(valuesOf(yaml, { values: { pr: '12' } })).toEqual({ pr: '12', host: 'pr-12.acme.dev', either: '12' });
    expect(problems(() => resolve(`${yaml}namespace: "{{ values.host }}"\n`))).toEqual([
      '1:27 template-unset: values.pr has no value | Give it with --value pr=…, or in Argo CD with the parameter values.',
    ]);
  });

  it('refuse chains without end and texts that explode', () => {
    const chain = Array.from({ length: 200 }, (_, n) => `  v${n}: "{{ values.v${n + 1} }}"`).join('\n');
    expect(problems(() => resolve(`values:\n${chain}\n  v200: x\n`))[0]).toContain('value-cycle: more than 100');
    const bomb = Array.from({ length: 40 }, (_, n) => `  v${n}: "{{ values.v${n + 1} }}{{ values.v${n + 1} }}"`).join(
      '\n',
    );
    expect(problems(() => resolve(`values:\n${bomb}\n  v40: x\n`))[0]).toContain('template-too-long');
  });
});

describe('values given from outside', () => {
  const yaml = `values:
  replicas: 1
  debug: false
  host: acme.dev
  token:
  copy: "{{ values.replicas }}"
  url: "https://{{ values.host }}"
environments: { e: { values: { host: "e.{{ values.host }}" } } }
`;
  it('take the type of the default, win, and are no templates', () => {
    expect(
      valuesOf(yaml, {
        environment: 'e',
        values: { replicas: '3', debug: 'true', host: '{{ environment }}', token: '007', copy: '12345678901234567890' },
      }),
    ).toEqual({
      replicas: 3,
      debug: true,
      host: '{{ environment }}',
      token: '007',
      copy: 12345678901234567890n,
      url: 'https://{{ environment }}',
    });
  });

  it.each<[Record<string, string>, string]>([
    [
      { replicas: 'three' },
      '2:13 value-type: the value given for replicas is "three"; expected a number | Its default is 1.',
    ],
    [{ replicas: '0x10' }, 'value-type'],
    [{ replicas: '' }, 'value-type'],
    [{ replicas: '1e999' }, 'value-type'],
    [
      { debug: 'yes' },
      '3:10 value-type: the value given for debug is "yes"; expected true or false | Its default is false.',
    ],
    [{ copy: 'x' }, '6:9 value-type'],
    [
      { hots: 'x' },
      '- value-unknown: a value is given for "hots", which waybill.yaml does not declare | Declared values: replicas, debug, host, token, copy, url. Did you mean host?',
    ],
    [{ constructor: 'x' }, '- value-unknown'],
    [Object.fromEntries([['__proto__', 'x']]), '- value-unknown'],
  ])('%j is refused', (values, expected) => {
    expect(problems(() => resolve(yaml, { environment: 'e', values }))[0]).toContain(expected);
  });
});

describe('source', () => {
  it.each<[string, Record<string, string>, object]>([
    ['', { 'svc/Chart.yaml': '', 'svc/kustomization.yaml': '' }, { kind: 'helm', chart: { path: 'svc' } }],
    ['', { 'svc/Kustomization': '' }, { kind: 'kustomize', directory: { path: 'svc' } }],
    ['', { 'svc/kustomization.yml': '' }, { kind: 'kustomize', directory: { path: 'svc' } }],
    ['', { 'svc/x.yaml': '' }, { kind: 'manifests', paths: [{ path: 'svc' }] }],
    [
      'source: { manifests: ["a/*.yaml", ../shared] }\n',
      {},
      { kind: 'manifests', paths: [{ path: 'svc/a/*.yaml' }, { path: 'shared' }] },
    ],
    [
      'source: { kustomize: "overlays/{{ environment }}" }\n',
      {},
      { kind: 'kustomize', directory: { path: 'svc/overlays/e' } },
    ],
    [
      'source: { helm: { chart: chart, releaseName: "r-{{ app.name }}", valueFiles: [v.yaml, "v-{{ environment }}.yaml"], values: { a: { num: "{{ values.num }}", keep: [1, x] } } } }\nvalues: { num: 3 }\n',
      {},
      {
        kind: 'helm',
        chart: { path: 'svc/chart' },
        releaseName: 'r-user-service',
        valueFiles: [{ path: 'svc/v.yaml' }, { path: 'svc/v-e.yaml' }],
        values: { a: { num: 3, keep: [1, 'x'] } },
      },
    ],
  ])('%j', (yaml, files, expected) => {
    expect(resolve(`${yaml}environments: { e: }\n`, { environment: 'e', files }).source).toMatchObject(expected);
  });

  it.each([
    ['source: { manifests: ../../other }\n', '1:22 path-escapes'],
    ['source: { manifests: /etc }\n', '1:22 path-escapes'],
    ['source: { kustomize: "../{{ values.up }}/x" }\nvalues: { up: ../.. }\n', '1:22 path-escapes'],
    ['source: { helm: { valueFiles: [../../../etc/passwd] } }\n', '1:32 path-escapes'],
  ])('%j is refused', (yaml, expected) => {
    expect(problems(() => resolve(yaml))[0]).toContain(expected);
  });
});

describe('files', () => {
  it.each([
    ['environments: { e: { resources: [none.yaml] } }\n', '1:34 file-missing: the file svc/none.yaml does not exist'],
    ['environments: { e: { resources: ["*.none"] } }\n', '1:34 glob-no-match: the glob svc/*.none matches no file'],
    ['environments: { e: { resources: [dir] } }\n', '1:34 file-missing: svc/dir is a directory'],
    ['environments: { e: { overlays: [{ file: none.yaml }] } }\n', '1:41 file-missing'],
    ['environments: { e: { overlays: [{ file: "none/*.yaml" }] } }\n', '1:41 glob-no-match'],
    ['environments: { e: { overlays: [{ file: ../../x }] } }\n', '1:41 path-escapes'],
    [
      'environments: { e: { overlays: [{ file: dir/bad.yaml }] } }\n',
      '1:3 config-invalid: unknown key "tarfet" in overlays[0]',
    ],
    [
      'environments: { e: { overlays: [{ file: dir/file.yaml }] } }\n',
      '-1:3 config-invalid: an overlay file cannot refer to further files',
    ],
    [
      'environments: { e: { overlays: [{ file: dir/empty.yaml }] } }\n',
      'svc/dir/empty.yaml config-invalid: the overlay file is empty',
    ],
    [
      'environments: { e: { overlays: [{ file: dir/text.yaml }] } }\n',
      '-1:1 config-invalid: overlays[0] is "text"; expected a mapping',
    ],
  ])('%j fails', (yaml, expected) => {
    const files = {
      'svc/dir/bad.yaml': '---\n\n- tarfet: {}\n  remove: true\n',
      'svc/dir/file.yaml': '- file: bad.yaml\n',
      'svc/dir/empty.yaml': '# nothing\n',
      'svc/dir/text.yaml': 'text\n',
    };
    expect(problems(() => resolve(yaml, { environment: 'e', files }))[0]).toContain(expected);
  });

  it('of other environments are left out although their names depend on values nobody gave', () => {
    const yaml = `values: { pr: }
environments:
  preview: { resources: ["previews/{{ values.pr }}.yaml", "{{ environment }}/x.yaml"] }
  broken: { resources: ["../../../x", "{{ nope }}", "*a*b*c*d*"] }
  production: {}
`;
    const files = {
      'svc/previews/1.yaml': '',
      'svc/previews/2.yaml': '',
      'svc/preview/x.yaml': '',
      'svc/a.yaml': '',
      'svc/dir/b.yaml': '',
    };
    expect([...resolve(yaml, { environment: 'production', files }).referencedFiles].sort()).toEqual([
      'svc/a.yaml',
      'svc/preview/x.yaml',
      'svc/previews/1.yaml',
      'svc/previews/2.yaml',
      'svc/waybill.yaml',
    ]);
  });

  it('named like waybill.yaml, or locks of nobody, are refused', () => {
    const load = (files: Record<string, string>): unknown => loadApplication(createMemoryTree(files), 'svc');
    expect(problems(() => load({ 'svc/waybill.yml': '' }))).toEqual([
      'svc/waybill.yml config-file-name: waybill.yml is not read | Rename it to waybill.yaml.',
    ]);
    expect(problems(() => load({ 'other/x': '' }))[0]).toContain('file-missing');
    expect(
      problems(() =>
        load({
          'svc/waybill.yaml': `${HEAD}environments: { production: { extends: x } }`,
          'svc/locks/prodction.yaml': '',
          'svc/locks/production.yml': '',
          'svc/locks/README.md': '',
        }),
      ),
    ).toEqual([
      '1:40 extends-unknown: environment production extends "x", which does not exist | Environments: production.',
      'svc/locks/prodction.yaml lock-environment: svc/locks/prodction.yaml is for an environment that waybill.yaml does not have | Environments: production. Did you mean production?',
      'svc/locks/production.yml lock-environment: svc/locks/production.yml would not be read: a lock ends in .yaml | Rename it to production.yaml.',
    ]);
  });
});

describe('other fields', () => {
  it.each([
    ['namespace: Bad_Name\n', '1:12 config-invalid: "Bad_Name" cannot be the name of a namespace'],
    ['namespace: "{{ environment }}"\n', '1:13 template-unset: environment has no value'],
    [
      'images: [{ name: x, commitFromTag: "{commit}-{commit}" }]\n',
      '1:36 config-invalid: "{commit}-{commit}" must have {commit} in it exactly once',
    ],
    [
      'environments: { e: { reportAs: "{{ values.empty }}" } }\nvalues: { empty: "" }\n',
      '1:32 config-invalid: reportAs of environment e is empty',
    ],
  ])('%j fails', (yaml, expected) => {
    const environment = yaml.includes('environments') ? { environment: 'e' } : {};
    expect(problems(() => resolve(yaml, environment))[0]).toContain(expected);
  });

  it.each([
    ['namespace: {{ values.x }}\n', '1:13 yaml-syntax'],
    ['values:\n  host: {{ values.x }}.dev\n', '2:23 yaml-syntax'],
  ])('%j is told to be quoted', (yaml, expected) => {
    const [first] = problems(() => resolve(yaml));
    expect(first).toContain(expected);
    expect(first).toContain('A text with {{ }} needs quotes');
  });

  it('reports independent mistakes together', () => {
    const found = problems(() =>
      resolve(`namespace: "{{ a }}"
source: { manifests: /b }
images: [{ name: "{{ c }}" }, { name: "{{ d }}" }]
overlays: [{ target: { name: "{{ e }}" }, remove: true }, { target: {}, set: { x: "{{ f }}" } }]
values: { g: "{{ g }}" }
`),
    );
    expect(found.map((line) => line.split(': ', 2).join(' ').split(' ').slice(0, 2).join(' '))).toEqual([
      '5:15 template-unknown-name',
      '2:22 path-escapes',
      '1:13 template-unknown-name',
      '3:19 template-unknown-name',
      '3:40 template-unknown-name',
      '4:31 template-unknown-name',
      '4:84 template-unknown-name',
    ]);
  });
});
