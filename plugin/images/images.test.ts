import { describe, expect, it } from 'vitest';
import type { DeclaredImage, ImagePath } from '../config/environment.ts';
import { Failure } from '../diagnostics/failure.ts';
import type { ImageLock, LockedImage } from '../lock/lock.ts';
import type { Change } from '../provenance/change.ts';
import { parseOverride } from '../references/override.ts';
import type { JsonObject } from '../resources/json.ts';
import type { Resource } from '../resources/resource.ts';
import { findImages } from './find.ts';
import { unusedImagePaths } from './paths-used.ts';
import { type ImagesContext, resolveImages } from './resolve.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const digest = `sha256:${'0'.repeat(64)}`;
const other = `sha256:${'1'.repeat(64)}`;
const repository = 'https://github.com/acme/a';

const resource = (body: JsonObject, line = 1): Resource => ({ body, origin: { location: { file: 'all.yaml', line } } });

function workload(apiVersion: string, kind: string, spec: JsonObject): Resource {
  return resource({ apiVersion, kind, metadata: { name: 'w' }, spec });
}

const pod = (...images: string[]): JsonObject => ({
  containers: images.map((image, index) => ({ name: `c${index}`, image })),
});
const deployment = (...images: string[]): Resource =>
  workload('apps/v1', 'Deployment', { template: { spec: pod(...images) } });

type Entry = Omit<LockedImage, 'locate'>;
function lockOf(...entries: Entry[]): ImageLock {
  const lines = { name: 1, newName: 2, tag: 3, digest: 4, source: 5, commit: 6 };
  return {
    file: 'locks/production.yaml',
    environment: 'production',
    holds: [],
    images: entries.map((entry, index) =>
      Object.assign({}, entry, {
        locate: (field: keyof typeof lines = 'name') => ({
          file: 'locks/production.yaml',
          line: index * 10 + lines[field],
        }),
      }),
    ),
  };
}

interface Given {
  lock?: Entry[];
  overrides?: string[];
  declared?: Omit<DeclaredImage, 'location'>[];
  imagePaths?: Omit<ImagePath, 'location'>[];
  record?: ImagesContext['record'];
}

function resolve(resources: readonly Resource[], given: Given = {}) {
  const located = (line: number) => ({ location: { file: 'waybill.yaml', line } });
  return resolveImages(resources, {
    declared: (given.declared ?? []).map((one, index) => Object.assign(located(index + 1), one)),
    imagePaths: (given.imagePaths ?? []).map((one, index) => Object.assign(located(index + 50), one)),
    lock: given.lock && lockOf(...given.lock),
    overrides: given.overrides?.map((text) => parseOverride(text, '--image')),
    record: given.record,
  });
}

function problems(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(
      (one) =>
        `${one.location ? `${one.location.file}:${one.location.line}: ` : ''}${one.code}: ${one.message} (${one.help?.join(' ')})`,
    );
  }
}

describe('findImages', () => {
  const template = (spec: JsonObject): JsonObject => ({ template: { spec } });
  const everything: JsonObject = {
    volumes: [
      { name: 'v', image: { reference: 'volume:1' } },
      { name: 'e', emptyDir: {} },
    ],
    ephemeralContainers: [{ name: 'd', image: 'ephemeral:1' }],
    initContainers: [{ name: 'i', image: 'init:1' }],
    containers: [
      { name: 'a', image: 'a:1' },
      { name: 'none' },
      { name: 'empty', image: '' },
      { name: 'b', image: 'b:1' },
    ],
  };
  const all = ['a:1', 'b:1', 'init:1', 'ephemeral:1', 'volume:1'];

  it.each<[string, Resource, string[]]>([
    ['Pod', workload('v1', 'Pod', everything), all],
    [
      'PodTemplate',
      resource({ apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'w' }, ...template(everything) }),
      all,
    ],
    ['ReplicationController', workload('v1', 'ReplicationController', template(everything)), all],
    ['Deployment', workload('apps/v1', 'Deployment', template(everything)), all],
    ['StatefulSet', workload('apps/v1', 'StatefulSet', template(everything)), all],
    ['DaemonSet', workload('apps/v1', 'DaemonSet', template(everything)), all],
    ['ReplicaSet', workload('apps/v1', 'ReplicaSet', template(everything)), all],
    ['Job', workload('batch/v1', 'Job', template(everything)), all],
    ['CronJob', workload('batch/v1', 'CronJob', { jobTemplate: { spec: template(everything) } }), all],
    ['Rollout', workload('argoproj.io/v1alpha1', 'Rollout', template(everything)), all],
    [
      'Rollout that names a Deployment',
      workload('argoproj.io/v1alpha1', 'Rollout', { workloadRef: { kind: 'Deployment' } }),
      [],
    ],
    ['a Deployment of another group', workload('acme.dev/v1', 'Deployment', template(everything)), []],
    ['without a spec', resource({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'w' } }), []],
  ])('%s', (_name, one, expected) => expect(findImages([one], []).map((use) => use.text)).toEqual(expected));

  it('finds declared fields of custom kinds, once', () => {
    const runner = workload('acme.dev/v1', 'Runner', { image: 'r:1', steps: [{ image: 's:1' }, { image: 's:2' }, {}] });
    const paths: Omit<ImagePath, 'location'>[] = [
      { group: 'acme.dev', kind: 'Runner', path: 'spec.image' },
      { kind: 'Runner', path: 'spec.image' },
      { kind: 'Runner', version: 'v1', path: 'spec.steps.*.image' },
      { kind: 'Runner', version: 'v2', path: 'spec.nothing' },
      { group: 'other.dev', kind: 'Runner', path: 'spec' },
    ];
    const { resolved } = resolve([runner], { imagePaths: paths });
    expect(resolved.map((one) => one.reference)).toEqual(['r:1', 's:1', 's:2']);
  });

  it('says which paths find nothing', () => {
    const runner = workload('acme.dev/v1', 'Runner', { image: 'r:1', steps: [{}, { image: 's:1' }] });
    const entry = (kind: string, path: string, more: Partial<ImagePath> = {}): ImagePath => ({
      ...more,
      kind,
      path,
      location: { file: 'waybill.yaml' },
    });
    const paths = [
      entry('Runner', 'spec.steps.*.image'),
      entry('Runner', 'spec.img'),
      entry('Runer', 'spec.image'),
      entry('Runner', 'spec.image', { group: 'other.dev' }),
    ];
    expect(unusedImagePaths([runner], paths).map((one) => [one.severity, one.message, ...(one.help ?? [])])).toEqual([
      ['warning', 'imagePaths: spec.img leads to nothing in any Runner, so its images are neither locked nor checked'],
      ['warning', 'imagePaths: no resource is of kind Runer', 'Did you mean Runner?'],
      ['warning', 'imagePaths: no resource is of kind other.dev/Runner'],
    ]);
  });

  it('refuses paths that lead to no text', () => {
    const runner = workload('acme.dev/v1', 'Runner', { image: { name: 'r' } });
    expect(
      problems(() =>
        resolve([runner], {
          imagePaths: [
            { kind: 'Runner', path: 'spec.image' },
            { kind: 'Runner', path: 'spec..image' },
          ],
        }),
      ),
    ).toEqual([
      'waybill.yaml:50: image-path: imagePaths: spec.image of Runner/w is not text, so it is not an image (Found a mapping. Name the field that holds the reference.)',
      expect.stringContaining('waybill.yaml:51: image-path: imagePaths: "spec..image" is not a field path'),
    ]);
  });
});

describe('resolveImages', () => {
  it.each<[string, string, Given, string]>([
    ['as written', 'a:1', {}, 'a:1'],
    ['tag', 'a:1', { lock: [{ name: 'a', tag: '2' }] }, 'a:2'],
    ['tag takes the digest away', `a:1@${digest}`, { lock: [{ name: 'a', tag: '2' }] }, 'a:2'],
    ['digest takes the tag away', 'a:1', { lock: [{ name: 'a', digest }] }, `a@${digest}`],
    ['tag and digest', 'a', { lock: [{ name: 'a', tag: '2', digest }] }, `a:2@${digest}`],
    ['new name alone', `a:1@${digest}`, { lock: [{ name: 'a', newName: 'r.dev/a' }] }, `r.dev/a:1@${digest}`],
    ['new name and tag', 'a:1', { lock: [{ name: 'a', newName: 'r.dev/a', tag: '2' }] }, 'r.dev/a:2'],
    ['written in full', 'docker.io/library/a:1', { lock: [{ name: 'a', tag: '2' }] }, 'docker.io/library/a:2'],
    ['locked in full', 'a:1', { lock: [{ name: 'index.docker.io/library/a', tag: '2' }] }, 'a:2'],
    ['registry port', 'r.dev:5000/a', { lock: [{ name: 'r.dev:5000/a', tag: '2' }] }, 'r.dev:5000/a:2'],
    ['placeholder', 'APP_IMAGE', { lock: [{ name: 'APP_IMAGE', newName: 'r.dev/a', tag: '2' }] }, 'r.dev/a:2'],
    ['override beats lock', 'a:1', { lock: [{ name: 'a', tag: '2', digest }], overrides: ['a:3'] }, 'a:3'],
    ['renaming override', 'a:1', { overrides: [`a=r.dev/b:3@${other}`] }, `r.dev/b:3@${other}`],
    ["Image Updater's alias", 'a:1', { overrides: ['web=a:3'] }, 'a:3'],
    ['an image beats an alias', 'web:1', { overrides: ['web=a:3'] }, 'a:3'],
    ['the same override twice', 'a:1', { overrides: ['a:3', 'docker.io/library/a=:3'] }, 'a:3'],
  ])('%s', (_name, written, given, expected) => {
    const { resources, resolved } = resolve([deployment(written)], given);
    expect(resources[0]?.body).toEqual(deployment(expected).body);
    expect(resolved.map((one) => one.reference)).toEqual([expected]);
  });

  it('passes on what it does not change, and tells the result of what it changes', () => {
    const same = deployment('b:1');
    const { resources, resolved } = resolve([same, deployment('a:1', 'b:1')], { lock: [{ name: 'a', tag: '2' }] });
    expect(resources[0]).toBe(same);
    expect(resolved.map((one) => resources.findIndex(({ origin }) => origin === one.origin))).toEqual([0, 1, 1]);
  });

  it('tells the recorder who set what', () => {
    const changes: Change[] = [];
    const one = deployment('a:1', 'b:1', 'c:1');
    resolve([one], {
      lock: [
        { name: 'a', tag: '2', digest },
        { name: 'b', tag: '1' },
      ],
      overrides: ['c:2'],
      record: (change) => changes.push(change),
    });
    const path = (index: number) => ['spec', 'template', 'spec', 'containers', index, 'image'];
    const cause = {
      kind: 'lock',
      label: 'locks/production.yaml',
      location: { file: 'locks/production.yaml', line: 4 },
    };
    expect(changes).toMatchObject([
      { origin: one.origin, path: path(0), before: 'a:1', after: `a:2@${digest}`, cause },
      { origin: one.origin, path: path(2), before: 'c:1', after: 'c:2', cause: { kind: 'override', label: '--image' } },
    ]);
  });

  it('reports everything that matches nothing, with what there is', () => {
    expect(
      problems(() =>
        resolve([deployment('ghcr.io/acme/user-service:1', 'nginx')], {
          lock: [{ name: 'ghcr.io/acme/user-servce', tag: '2' }],
          overrides: ['nginy:1', 'a/b=c:1'],
          declared: [{ name: 'redis' }],
        }),
      ),
    ).toEqual([
      'image-unmatched: --image "nginy:1" matches no image of the manifests (Images in the manifests: ghcr.io/acme/user-service, nginx. Did you mean nginx?)',
      'image-unmatched: --image "a/b=c:1" matches no image of the manifests (Images in the manifests: ghcr.io/acme/user-service, nginx.)',
      'locks/production.yaml:1: image-unmatched: the lock\'s image "ghcr.io/acme/user-servce" matches no image of the manifests (Images in the manifests: ghcr.io/acme/user-service, nginx. Did you mean ghcr.io/acme/user-service?)',
      'waybill.yaml:1: image-unmatched: images: "redis" matches no image of the manifests (Images in the manifests: ghcr.io/acme/user-service, nginx.)',
    ]);
  });

  it('takes the override of the place that is asked first', () => {
    const overrides = [
      parseOverride('a:1', 'parameter images'),
      parseOverride('docker.io/library/a:2', 'WAYBILL_IMAGES'),
    ];
    const { resolved } = resolveImages([deployment('a')], { declared: [], imagePaths: [], overrides });
    expect(resolved.map((one) => [one.reference, one.cause?.label])).toEqual([['a:1', 'parameter images']]);
  });

  it.each([
    ['ghcr.io/acme/web:1.1.0:1.0.0', 'is not'],
    ['ghcr.io/acme/web:', 'is not'],
    ['ghcr.io/Acme/web:1', 'must be in lower case'],
    ['nginx:la test', 'is not'],
    ['nginx latest', 'is not'],
    [' nginx', 'is not'],
    ['nginx ', 'is not'],
  ])('refuses %s, which no runtime takes', (text, message) => {
    const [problem] = problems(() => resolve([deployment(text)]));
    expect(problem).toContain(
      `image-invalid: ${JSON.stringify(text)} at /spec/template/spec/containers/0/image is no image`,
    );
    expect(problem).toContain(message);
  });

  it.each(['USER_SERVICE_IMAGE', '$(IMAGE)', 'auto', 'nginx'])('leaves %s, which may be a placeholder', (text) => {
    expect(resolve([deployment(text)]).resolved[0]?.reference).toBe(text);
  });

  it('refuses overrides of one place that disagree', () => {
    expect(problems(() => resolve([deployment('a')], { overrides: ['a:1', 'a:2'] }))).toEqual([
      'image-override: --image "a:2" and "a:1" disagree (Both are for the same image. Give one of them.)',
    ]);
  });
});

describe('the source commit', () => {
  const declared = [{ name: 'a', sourceRepository: repository, commitFromTag: 'sha-{commit}' }];
  const source = { repository: 'https://github.com/acme/locked', commit };
  it.each<[string, string, Given, unknown]>([
    ['is in the lock', 'a:1', { lock: [{ name: 'a', tag: '2', source }] }, source],
    ['is in the tag', `a:sha-${commit}`, { declared }, { repository, commit }],
    ["is in the lock's tag", 'a:1', { declared, lock: [{ name: 'a', tag: `sha-${commit}` }] }, { repository, commit }],
    ["is in the override's tag", 'a:1', { declared, overrides: [`a:sha-${commit}`] }, { repository, commit }],
    ['is in both, and they agree', 'a:1', { declared, lock: [{ name: 'a', tag: `sha-${commit}`, source }] }, source],
    [
      'is in both, the tag short',
      'a:1',
      { declared, lock: [{ name: 'a', tag: `sha-${commit.slice(0, 7)}`, source }] },
      source,
    ],
    ['is not known from a short one', `a:sha-${commit.slice(0, 7)}`, { declared }, undefined],
    ['is not known from another tag', 'a:v1', { declared }, undefined],
    [
      'is not that of the lock when an override wins',
      'a:1',
      { lock: [{ name: 'a', tag: '2', source }], overrides: ['a:3'] },
      undefined,
    ],
    [
      'is that of the lock when the override says the same',
      'a:1',
      { lock: [{ name: 'a', tag: '2', source }], overrides: ['a:2'] },
      source,
    ],
    [
      'tells no token',
      'a:1',
      { lock: [{ name: 'a', tag: '2', source: { repository: 'https://x:t@h/a/b', commit, run: 'https://t@h/1' } }] },
      { repository: 'https://h/a/b', commit, run: 'https://h/1' },
    ],
    ['needs a repository', `a:sha-${commit}`, { declared: [{ name: 'a', commitFromTag: 'sha-{commit}' }] }, undefined],
  ])('%s', (_name, written, given, expected) => {
    expect(resolve([deployment(written)], given).resolved[0]?.source).toEqual(expected);
  });

  it('is refused when tag and lock contradict each other', () => {
    const found = problems(() =>
      resolve([deployment('a:1')], { declared, lock: [{ name: 'a', tag: `sha-${'0'.repeat(40)}`, source }] }),
    );
    expect(found).toEqual([expect.stringContaining('locks/production.yaml:5: lock-commit: the tag "sha-0000')]);
  });
});
