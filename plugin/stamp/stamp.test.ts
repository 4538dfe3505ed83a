import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import type { Change } from '../provenance/change.ts';
import type { JsonObject } from '../resources/json.ts';
import { type Path, valueAt } from '../resources/pointer.ts';
import type { Resource } from '../resources/resource.ts';
import type { StampContext, StampedImage } from './context.ts';
import { stamp } from './stamp.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const repository = 'https://github.com/acme/user-service';
const source = {
  repository,
  commit,
  ref: 'refs/heads/main',
  run: 'https://ci.acme.dev/1',
  pullRequest: 12,
  version: '1.4.2',
};
const reference = 'ghcr.io/acme/user-service:1.4.2';

function resource(kind: string, spec?: JsonObject, annotations?: JsonObject): Resource {
  const apiVersion = kind === 'CronJob' ? 'batch/v1' : kind === 'Deployment' ? 'apps/v1' : 'v1';
  const metadata = { name: 'user-service', ...(annotations ? { annotations } : {}) };
  return { body: { apiVersion, kind, metadata, ...(spec ? { spec } : {}) }, origin: { location: { file: 'a.yaml' } } };
}

function run(resources: readonly Resource[], images: readonly StampedImage[], context: Partial<StampContext> = {}) {
  return stamp(resources, {
    environment: 'production',
    reportAs: 'production',
    app: { name: 'user-service', instance: 'argocd_user-service' },
    stamp: { resources: 'workloads', podTemplates: false, record: true },
    resolved: images,
    prefix: 'waybill.dev',
    namespace: 'ecotrack',
    location: { file: 'waybill.yaml' },
    warn: ({ code, message }) => {
      throw new Error(`unexpected warning ${code}: ${message}`);
    },
    ...context,
  });
}

function annotationsOf(one: Resource | undefined, base: Path = []): unknown {
  return one && valueAt(one.body, [...base, 'metadata', 'annotations']);
}

function jsonText(one: Resource | undefined, path: Path): string {
  const text = one && valueAt(one.body, path);
  if (typeof text !== 'string') throw new Error(`no text at ${path.join('.')}`);
  return text;
}

function problems(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map((one) => `${one.location?.file}: ${one.code}: ${one.message}`);
  }
}

const workload = resource('Deployment', { template: { spec: {} } }, { team: 'a' });
const service = resource('Service');
const image: StampedImage = { origin: workload.origin, reference, source };
const own = {
  'waybill.dev/environment': 'production',
  'waybill.dev/source-repository': repository,
  'waybill.dev/source-commit': commit,
  'waybill.dev/source-ref': 'refs/heads/main',
  'waybill.dev/run': 'https://ci.acme.dev/1',
  'waybill.dev/image': reference,
};

describe('annotations', () => {
  it('stand on workloads whose image has a known source, after those that are there', () => {
    const nginx = resource('Deployment');
    const made = run([service, workload, nginx], [image, { origin: nginx.origin, reference: 'nginx:1' }]);
    expect(made[0]).toBe(service);
    expect(annotationsOf(made[1])).toEqual({ team: 'a', ...own });
    expect(Object.keys(annotationsOf(made[1]) ?? {})).toEqual(['team', ...Object.keys(own)]);
    expect(made[2]).toBe(nginx);
  });

  it('leave out what is not known, and take the prefix of the operator', () => {
    const made = run([workload], [{ ...image, source: { repository, commit } }], { prefix: 'acme.dev' });
    expect(annotationsOf(made[0])).toEqual({
      team: 'a',
      'acme.dev/environment': 'production',
      'acme.dev/source-repository': repository,
      'acme.dev/source-commit': commit,
      'acme.dev/image': reference,
    });
  });

  it('tell of the first sourced image by plain names, and of all as JSON', () => {
    const second = { repository: 'https://github.com/acme/proxy', commit: '0'.repeat(40) };
    const images = [
      { origin: workload.origin, reference: 'nginx:1' },
      image,
      { origin: workload.origin, reference: 'ghcr.io/acme/proxy:2', source: second },
      image,
    ];
    const made = annotationsOf(run([workload], images)[0]);
    expect(made).toMatchObject(own);
    const all: unknown = JSON.parse(
      jsonText(run([workload], images)[0], ['metadata', 'annotations', 'waybill.dev/images']),
    );
    expect(all).toEqual([
      { image: reference, repository, commit, ref: source.ref, run: source.run },
      { image: 'ghcr.io/acme/proxy:2', ...second },
    ]);
  });

  it.each<[string, Resource, Path]>([
    ['Deployment', workload, ['spec', 'template']],
    [
      'CronJob',
      resource('CronJob', { jobTemplate: { spec: { template: { metadata: {}, spec: {} } } } }),
      ['spec', 'jobTemplate', 'spec', 'template'],
    ],
  ])('stand on the pod template of a %s too when asked for', (_kind, one, template) => {
    const images = [{ ...image, origin: one.origin }];
    const options = { resources: 'workloads', record: true } as const;
    expect(annotationsOf(run([one], images)[0], template)).toBeUndefined();
    const made = run([one], images, { stamp: { ...options, podTemplates: true } })[0];
    expect(annotationsOf(made, template)).toEqual(own);
    expect(annotationsOf(made)).toMatchObject(own);
  });

  it('stand on everything with `all`, on nothing with `none`', () => {
    const all = run([service, workload], [image], { stamp: { resources: 'all', podTemplates: false, record: false } });
    expect(annotationsOf(all[0])).toEqual({
      'waybill.dev/environment': 'production',
      'waybill.dev/application': 'user-service',
    });
    expect(annotationsOf(all[1])).toEqual({ team: 'a', ...own, 'waybill.dev/application': 'user-service' });
    const none = run([service, workload], [image], { stamp: { resources: 'none', podTemplates: true, record: false } });
    expect(none).toEqual([service, workload]);
  });

  it('leave metadata alone that is none', () => {
    const broken: Resource = { ...workload, body: { ...workload.body, metadata: { name: 'a', annotations: ['x'] } } };
    expect(run([broken], [image])[0]).toBe(broken);
  });

  it('are told to the recorder', () => {
    const changes: Change[] = [];
    const stale = resource(
      'Deployment',
      {},
      { 'waybill.dev/source-commit': 'old', 'waybill.dev/environment': 'production' },
    );
    run([stale], [{ ...image, origin: stale.origin, source: { repository, commit } }], {
      record: (change) => changes.push(change),
    });
    expect(changes.map(({ path, before, cause }) => [path.at(-1) ?? 'all', before, cause.label])).toEqual([
      ['waybill.dev/source-repository', undefined, 'stamp'],
      ['waybill.dev/source-commit', 'old', 'stamp'],
      ['waybill.dev/image', undefined, 'stamp'],
      ['all', undefined, 'record'],
    ]);
  });
});

describe('records', () => {
  it('say what the application runs from one source commit', () => {
    const made = run(
      [workload],
      [image, { ...image, reference: 'ghcr.io/acme/migrate:1', source: { repository, commit } }],
    );
    expect(made.slice(1).map((one) => one.body)).toEqual([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: `waybill.acme.user-service.production.user-service.${commit}`,
          namespace: 'ecotrack',
          labels: { 'app.kubernetes.io/managed-by': 'waybill' },
          annotations: {
            'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
            'link.argocd.argoproj.io/source-commit': `user-service 8f3c0e7|${repository}/commit/${commit}`,
            'link.argocd.argoproj.io/run': 'CI run of user-service|https://ci.acme.dev/1',
          },
        },
        data: { 'deployment.json': jsonText(made[1], ['data', 'deployment.json']) },
      },
    ]);
    const json: unknown = JSON.parse(jsonText(made[1], ['data', 'deployment.json']));
    expect(json).toEqual({
      apiVersion: 'waybill.dev/v1',
      kind: 'DeploymentRecord',
      application: 'user-service',
      environment: 'production',
      source: { repository, commit },
      images: [
        { reference, ref: 'refs/heads/main', pullRequest: 12, run: 'https://ci.acme.dev/1', version: '1.4.2' },
        { reference: 'ghcr.io/acme/migrate:1' },
      ],
    });
  });

  it('are one for each repository and commit, whatever form the URL has', () => {
    const forms = [
      { repository: 'git@github.com:acme/user-service.git', commit },
      { repository, commit: '0'.repeat(40) },
      { repository: 'https://gitlab.com/a/b/c', commit },
    ];
    const images = [
      image,
      ...forms.map((source, index) => ({ origin: workload.origin, reference: `i:${index}`, source })),
    ];
    expect(
      run([workload], images)
        .slice(1)
        .map((one) => valueAt(one.body, ['metadata', 'name'])),
    ).toEqual([
      `waybill.acme.user-service.production.user-service.${commit}`,
      `waybill.acme.user-service.production.user-service.${'0'.repeat(40)}`,
      `waybill.a.3b.c.production.user-service.${commit}`,
    ]);
  });

  it('are left out when no source is known, or nobody wants them', () => {
    expect(run([workload], [{ origin: workload.origin, reference: 'nginx' }])).toEqual([workload]);
    expect(run([workload], [image], { stamp: { resources: 'none', podTemplates: false, record: false } })).toEqual([
      workload,
    ]);
  });

  it('link to no URL that is not a web page', () => {
    const made = run([workload], [{ ...image, source: { repository, commit, run: 'javascript:alert(1)' } }]);
    expect(annotationsOf(made[1])).not.toHaveProperty(['link.argocd.argoproj.io/run']);
  });

  it.each<[string, StampedImage[], Partial<StampContext>, string[]]>([
    [
      'no environment',
      [image],
      { reportAs: undefined },
      ['waybill.yaml: record-environment: the record needs the name of an environment, and there is none'],
    ],
    [
      'no namespace',
      [image],
      { namespace: undefined },
      ['waybill.yaml: record-namespace: the record needs a namespace, and none is known'],
    ],
    [
      'repositories that are none',
      ['./a', 'acme/b'].map((text) => ({ ...image, reference: text, source: { repository: text, commit } })),
      {},
      [
        'undefined: record-repository: the source repository "./a" of ./a names no host, owner and repository',
        'undefined: record-repository: the source repository "acme/b" of acme/b names no host, owner and repository',
      ],
    ],
    [
      'a name that is too long',
      [image],
      { reportAs: 'x'.repeat(200) },
      ["waybill.yaml: record-name: the record's name has 281 characters, 28 too many"],
    ],
  ])('fail on %s', (_name, images, context, expected) => {
    expect(problems(() => run([workload], images, context))).toEqual(expected);
    const off = { resources: 'workloads', podTemplates: false, record: false } as const;
    expect(problems(() => run([workload], images, { ...context, stamp: off }))).toEqual([]);
  });
});

describe('what keeps a record from being made', () => {
  const declared = {
    name: 'ghcr.io/acme/user-service',
    sourceRepository: repository,
    location: { file: 'waybill.yaml', line: 4 },
  };
  const unknown: StampedImage = { origin: workload.origin, reference, declared };
  const tagged: StampedImage = {
    origin: workload.origin,
    reference,
    source: { repository, commit },
    declared: { ...declared, commitFromTag: 'sha-{commit}' },
  };
  const required = { resources: 'workloads', podTemplates: false, record: 'required' } as const;
  const off = { ...required, record: false } as const;
  const notKnown = `record-commit-unknown: the source commit of ${reference} in environment production is not known`;

  it.each<[string, StampedImage[], Partial<StampContext>, string]>([
    ['the commit of a declared repository is not known', [unknown, unknown], {}, notKnown],
    [
      'the tag names the commit, and there is no environment',
      [tagged],
      { reportAs: undefined },
      'record-environment: the record needs the name of an environment, and there is none',
    ],
    [
      'the tag names the commit, and there is no namespace',
      [tagged],
      { namespace: undefined },
      'record-namespace: the record needs a namespace, and none is known',
    ],
    [
      'the tag names the commit, and the name is too long',
      [tagged],
      { reportAs: 'x'.repeat(200) },
      "record-name: the record's name has 281 characters, 28 too many",
    ],
  ])('is a warning where only waybill.yaml says so: %s', (_name, images, context, expected) => {
    const warned: string[] = [];
    const warn: StampContext['warn'] = ({ severity, code, message }) => warned.push(`${severity}: ${code}: ${message}`);
    expect(run([workload], images, { ...context, warn })).toHaveLength(1);
    expect(warned).toEqual([`warning: ${expected}`]);
    expect(problems(() => run([workload], images, { ...context, stamp: required }))).toEqual([
      `waybill.yaml: ${expected}`,
    ]);
    expect(problems(() => run([workload], images, { ...context, stamp: off }))).toEqual([]);
  });

  it('keeps the records of the other images', () => {
    const warned: string[] = [];
    const made = run([workload], [unknown, image], { warn: ({ code }) => warned.push(code) });
    expect(made.map(({ body }) => body['kind'])).toEqual(['Deployment', 'ConfigMap']);
    expect(warned).toEqual(['record-commit-unknown']);
    expect(problems(() => run([workload], [unknown, image], { stamp: required }))).toEqual([
      `waybill.yaml: ${notKnown}`,
    ]);
  });

  it('is an error with required also where no image says where it comes from', () => {
    expect(run([workload], [{ origin: workload.origin, reference }])).toHaveLength(1);
    expect(problems(() => run([workload], [{ origin: workload.origin, reference }], { stamp: required }))).toEqual([
      'waybill.yaml: record-commit-unknown: stamp.record is required, and no image has a known source commit',
    ]);
    expect(run([workload], [image], { stamp: required })).toHaveLength(2);
  });
});
