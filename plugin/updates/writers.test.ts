import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { createMemoryTree } from '../files/memory.ts';
import type { ImageRequest } from './request.ts';
import { writeHelmValues } from './write-helm-values.ts';
import { writeKustomization } from './write-kustomization.ts';
import { writeLock } from './write-lock.ts';
import { writeManifests } from './write-manifests.ts';
import type { Writer, WriteRequest } from './writer.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const newer = 'f'.repeat(40);
const digest = `sha256:${'0'.repeat(64)}`;
const repository = 'https://github.com/acme/user-service';
const name = 'ghcr.io/acme/user-service';

const lock = `# written by CI
apiVersion: waybill.dev/v1
kind: ImageLock
environment: production
images:
  - name: nginx # the proxy
    tag: '1.27'

  - name: ${name}
    newName: r.acme.dev/user-service
    tag: "1"
    digest: ${digest}
    source:
      repository: ${repository}
      commit: ${newer} # full
      ref: refs/heads/main
`;
const manifests = `apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec:
  template:
    spec:
      containers:
        - name: a
          image: "${name}:1"  # by CI
        - { name: b, image: nginx }
---
apiVersion: v1
kind: List
items:
  - apiVersion: batch/v1
    kind: Job
    metadata: { name: j }
    spec: { template: { spec: { containers: [{ name: j, image: '${name}:1' }] } } }
`;

interface Given extends Partial<Omit<WriteRequest, 'tree' | 'images'>> {
  older?: boolean;
}

async function write(writer: Writer, files: Record<string, string>, images: ImageRequest[], given: Given = {}) {
  const { older = false, ...rest } = given;
  const tree = createMemoryTree(files);
  try {
    const { files: changed, outcomes } = await writer({
      tree,
      directory: 'app',
      environment: 'production',
      images,
      facts: { repository, commit },
      files: [],
      allowNew: false,
      allowOlder: false,
      allowHeld: false,
      ancestry: { isOlder: async () => older },
      ...rest,
    });
    return { changed: Object.fromEntries(changed), results: outcomes.map((one) => `${one.name} ${one.result}`) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { problems: error.diagnostics.map((one) => `${one.code}: ${one.message} | ${one.help?.join(' ')}`) };
  }
}

/** Lines that only the new text has, and those that only the old one has. */
function diff(before: string, after: string | undefined): string[] {
  const [old, now] = [before.split('\n'), (after ?? '').split('\n')];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line.trim()}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
}

describe('writeLock', () => {
  const file = 'app/locks/production.yaml';

  it('changes what changes', async () => {
    const { changed, results } = await write(writeLock, { [file]: lock }, [{ name, tag: '2' }]);
    expect(results).toEqual([`${name} changed`]);
    expect(diff(lock, changed?.[file])).toEqual([
      '- tag: "1"',
      `- digest: ${digest}`,
      `- commit: ${newer} # full`,
      '- ref: refs/heads/main',
      '+ tag: "2"',
      `+ commit: ${commit} # full`,
    ]);
  });

  it('adds what is new, in one order', async () => {
    const { changed } = await write(
      writeLock,
      { [file]: lock },
      [
        { name: 'nginx', tag: '1.28', digest },
        { name: 'redis', tag: '8' },
      ],
      { allowNew: true, facts: undefined },
    );
    expect(diff(lock, changed?.[file])).toEqual(["- tag: '1.27'", "+ tag: '1.28'", '+ - name: redis', '+ tag: "8"']);
    expect(changed?.[file]).toContain(`    tag: '1.28'\n    digest: ${digest}\n`);
  });

  it('begins a lock', async () => {
    const { changed, results } = await write(writeLock, { 'app/a.yaml': manifests }, [{ name, tag: '2' }]);
    expect(results).toEqual([`${name} added`]);
    expect(changed).toEqual({
      [file]: `apiVersion: waybill.dev/v1
kind: ImageLock
environment: production
images:
- name: ${name}
  tag: "2"
  source:
    repository: ${repository}
    commit: ${commit}
`,
    });
  });

  it('knows when there is nothing to do, whoever built it again', async () => {
    const facts = { repository: 'git@github.com:acme/user-service.git', commit: newer, run: 'https://ci/2' };
    const request = { name, tag: '1', digest };
    expect(await write(writeLock, { [file]: lock }, [request], { facts: { ...facts, repository } })).toEqual({
      changed: {},
      results: [`${name} same`],
    });
  });

  it('moves an image to another registry', async () => {
    const { changed } = await write(writeLock, { [file]: lock }, [{ name, newName: 'ghcr.io/mirror/user-service' }]);
    expect(diff(lock, changed?.[file])).toEqual([
      '- newName: r.acme.dev/user-service',
      '+ newName: ghcr.io/mirror/user-service',
    ]);
  });

  it('does not go back to an older commit, unless that is meant', async () => {
    expect(await write(writeLock, { [file]: lock }, [{ name, tag: '0' }], { older: true })).toEqual({
      changed: {},
      results: [`${name} kept-newer`],
    });
    const meant = await write(writeLock, { [file]: lock }, [{ name, tag: '0' }], { older: true, allowOlder: true });
    expect(meant.results).toEqual([`${name} changed`]);
  });

  it.each<[string, Record<string, string>, ImageRequest, Given, string]>([
    [
      'an image that only an application below has',
      {
        'app/api/waybill.yaml': 'apiVersion: waybill.dev/v1\nkind: Waybill\n',
        'app/api/a.yaml': 'image: redis:1\n',
        'app/rendered/a.yaml': 'image: redis:1\n',
      },
      { name: 'redis', tag: '1' },
      {},
      'image-unmatched: app does not name the image redis, but these applications below do: app/api | Start in one of them (-C DIR), name them with --application, or give --all.',
    ],
    [
      'an unknown image',
      { [file]: lock },
      { name: 'ngins', tag: '1' },
      {},
      'image-unmatched: no file of app names the image ngins | Images in locks and waybill.yaml: nginx, ghcr.io/acme/user-service. Did you mean nginx?',
    ],
    [
      'an unknown environment',
      { 'app/waybill.yaml': 'apiVersion: waybill.dev/v1\nkind: Waybill\nenvironments: { staging: {} }\n' },
      { name, tag: '1' },
      {},
      'environment-unknown',
    ],
    ['no environment', {}, { name, tag: '1' }, { environment: undefined }, 'environment-missing'],
    ['a broken lock', { [file]: `${lock}<<<<<<< HEAD\n=======\n>>>>>>> x\n` }, { name, tag: '1' }, {}, 'lock-conflict'],
    ['a directory that is not there', { 'b/a.yaml': '' }, { name, tag: '1' }, {}, 'file-missing'],
  ])('refuses %s', async (_name, files, image, given, message) => {
    const { problems = [] } = await write(writeLock, files, [image], given);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });
});

describe('writeManifests', () => {
  it('edits every use, in every document', async () => {
    const files = {
      'app/a.yaml': manifests,
      'app/templates/t.yaml': 'image: {{ .Values.image }}\n',
      'other/a.yaml': manifests,
    };
    const { changed, results } = await write(writeManifests, files, [{ name, tag: '2' }]);
    expect(results).toEqual([`${name} changed`]);
    expect(changed).toEqual({ 'app/a.yaml': manifests.replaceAll(`${name}:1`, `${name}:2`) });
  });

  it('edits the files that are named, and custom kinds', async () => {
    const runner = `apiVersion: acme.dev/v1\nkind: Runner\nmetadata: { name: r }\nspec: { image: '${name}:1' }\n`;
    const files = {
      'app/waybill.yaml':
        'apiVersion: waybill.dev/v1\nkind: Waybill\nimagePaths: [{ kind: Runner, path: spec.image }]\n',
      'app/k8s/one/r.yaml': runner,
      'app/k8s/two/r.yaml': runner,
    };
    const { changed } = await write(writeManifests, files, [{ name, digest }], { files: ['k8s/o*/r.yaml'] });
    expect(changed).toEqual({ 'app/k8s/one/r.yaml': runner.replace(`${name}:1`, `${name}@${digest}`) });
  });

  it('keeps a newer tag that says so', async () => {
    const text = manifests.replaceAll(':1', `:sha-${newer}`);
    expect(
      await write(writeManifests, { 'app/a.yaml': text }, [{ name, tag: `sha-${commit}` }], { older: true }),
    ).toEqual({ changed: {}, results: [`${name} kept-newer`] });
  });

  it('refuses an image that no manifest uses, and a file that is not there', async () => {
    expect(await write(writeManifests, { 'app/a.yaml': manifests }, [{ name: 'redis', tag: '1' }])).toEqual({
      problems: [`image-unmatched: no manifest uses the image redis | Images in the manifests: ${name}, nginx.`],
    });
    const { problems = [] } = await write(writeManifests, { 'app/a.yaml': manifests }, [{ name, tag: '1' }], {
      files: ['none.yaml'],
    });
    expect(problems[0]).toContain('file-missing: --file none.yaml names no file');
  });
});

describe('writeKustomization', () => {
  const text = `resources: [../base]\nimages:\n- name: ${name}\n  newTag: "1" # by CI\n- name: docker.io/library/nginx\n  digest: ${digest}\n`;
  const file = 'app/kustomization.yaml';

  it.each<[string, ImageRequest, string[]]>([
    ['a tag', { name, tag: '1.10' }, ['- newTag: "1" # by CI', '+ newTag: "1.10" # by CI']],
    [
      'a digest in place of a tag',
      { name, digest: digest.replace('00', '11') },
      ['- newTag: "1" # by CI', `+ digest: ${digest.replace('00', '11')}`],
    ],
    ['a tag in place of a digest', { name: 'nginx', tag: 'v1' }, [`- digest: ${digest}`, '+ newTag: v1']],
    ['a new name', { name, newName: 'r.dev/a' }, ['+ newName: r.dev/a']],
    ['a new entry', { name: '../base', tag: '1' }, ['+ - name: ../base']],
  ])('%s', async (_name, image, expected) => {
    const { changed } = await write(writeKustomization, { [file]: text }, [image]);
    expect(diff(text, changed?.[file])).toEqual(expect.arrayContaining(expected));
  });

  it('begins the list, and finds the file by any of its names', async () => {
    const { changed, results } = await write(
      writeKustomization,
      { 'app/Kustomization': 'resources: []\n' },
      [{ name, tag: '2' }],
      { allowNew: true },
    );
    expect(results).toEqual([`${name} added`]);
    expect(changed).toEqual({ 'app/Kustomization': `resources: []\nimages:\n- name: ${name}\n  newTag: "2"\n` });
  });

  it('refuses where there is none', async () => {
    const { problems = [] } = await write(writeKustomization, { 'app/a.yaml': '' }, [{ name, tag: '2' }]);
    expect(problems[0]).toContain('file-missing: there is no kustomization in app');
  });
});

describe('writeHelmValues', () => {
  const text = `# values
image:
  repository: ${name}
  tag: "1"
  digest: ${digest}
proxy:
  image: nginx:1.27 # fixed
worker:
  image: { registry: ghcr.io, repository: acme/user-service, tag: v1 }
`;
  const file = 'app/values.yaml';

  it.each<[string, ImageRequest, Given, string[]]>([
    [
      'mappings, also with a registry; the old digest goes',
      { name, tag: '2' },
      {},
      [
        '- tag: "1"',
        `- digest: ${digest}`,
        '- image: { registry: ghcr.io, repository: acme/user-service, tag: v1 }',
        '+ tag: "2"',
        '+ digest: ""',
        '+ image: { registry: ghcr.io, repository: acme/user-service, tag: "2" }',
      ],
    ],
    [
      'a scalar',
      { name: 'docker.io/library/nginx', tag: '1.28' },
      {},
      ['- image: nginx:1.27 # fixed', '+ image: nginx:1.28 # fixed'],
    ],
    [
      'a mapping that is named',
      { name, tag: '2' },
      { valuesPath: 'worker.image' },
      [
        '- image: { registry: ghcr.io, repository: acme/user-service, tag: v1 }',
        '+ image: { registry: ghcr.io, repository: acme/user-service, tag: "2" }',
      ],
    ],
  ])('%s', async (_name, image, given, expected) => {
    const { changed } = await write(writeHelmValues, { [file]: text }, [image], given);
    expect(diff(text, changed?.[file])).toEqual(expected);
  });

  it("prefers the environment's file", async () => {
    const { changed } = await write(writeHelmValues, { [file]: text, 'app/values-production.yaml': text }, [
      { name, tag: '2' },
    ]);
    expect(Object.keys(changed ?? {})).toEqual(['app/values-production.yaml']);
  });

  it.each<[string, ImageRequest, Given, string]>([
    ['an image that is not there', { name: 'redis', tag: '1' }, {}, 'no values file has the image redis'],
    [
      'a digest that the chart may not know',
      { name, digest },
      { valuesPath: 'worker.image' },
      'worker.image has no key digest',
    ],
    ['a path that leads nowhere', { name, tag: '1' }, { valuesPath: 'none' }, 'has no mapping at none'],
    [
      'a new name where the registry is apart',
      { name, newName: 'r.dev/a', tag: '1' },
      { valuesPath: 'worker.image' },
      'has a separate registry',
    ],
  ])('refuses %s', async (_name, image, given, message) => {
    const { problems = [] } = await write(writeHelmValues, { [file]: text }, [image], given);
    expect(problems[0]).toContain(message);
  });
});
