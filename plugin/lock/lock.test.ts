import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { createMemoryTree } from '../files/memory.ts';
import { checkLockNames, loadLock, lockedEnvironments } from './locks.ts';
import { parseLock } from './read.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const digest = `sha256:${'0'.repeat(64)}`;
const file = 'app/locks/production.yaml';
const head = 'apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages:\n';

function problems(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(({ location, code, message, help = [] }) =>
      [
        `${location?.file.replace('app/locks/', '')}:${location?.line ?? ''}:${location?.column ?? ''}`,
        code,
        message,
        ...help,
      ].join(' | '),
    );
  }
}

describe('parseLock', () => {
  it('gives the entries and where they are written', () => {
    const text = `${head}  # the service
  - name: ghcr.io/acme/user-service
    newName: registry.acme.dev/user-service
    tag: "1.10"
    digest: ${digest}
    source:
      repository: https://github.com/acme/user-service
      commit: ${commit}
      ref: refs/heads/main
      pullRequest: 12
      run: https://github.com/acme/user-service/actions/runs/1
      version: 1.4.2
  - name: nginx
    tag: v1
`;
    const { images, ...rest } = parseLock(text, file);
    expect(rest).toEqual({ file, environment: 'production', holds: [] });
    expect(images).toMatchObject([
      {
        name: 'ghcr.io/acme/user-service',
        newName: 'registry.acme.dev/user-service',
        tag: '1.10',
        digest,
        source: { commit, ref: 'refs/heads/main', pullRequest: 12, version: '1.4.2' },
      },
      { name: 'nginx', tag: 'v1' },
    ]);
    const lines = (['name', 'tag', 'digest', 'source', 'commit'] as const).map(
      (field) => images[0]?.locate(field).line,
    );
    expect(lines).toEqual([6, 8, 9, 11, 12]);
    expect(images[1]?.locate()).toMatchObject({ file, line: 17 });
  });

  it('accepts a lock without images', () => {
    expect(parseLock(head.replace('images:\n', 'images: []\n'), file).images).toEqual([]);
  });

  it.each<[string, string, string[]]>([
    [
      'nothing',
      '',
      ['production.yaml:1: | lock-invalid | the lock is empty | Remove the file, or let waybill images set write it.'],
    ],
    ['no YAML', 'a: [', ['production.yaml:1:5 | yaml-syntax |']],
    [
      'two documents',
      `${head.replace('images:', 'images: []')}---\na: 1\n`,
      ['production.yaml:6: | lock-invalid | the lock holds more than one YAML document'],
    ],
    [
      'an unfinished merge',
      `${head}  - name: a\n<<<<<<< HEAD\n    tag: "1"\n=======\n    tag: "2"\n>>>>>>> theirs\n`,
      [
        'production.yaml:6:1 | lock-conflict | the lock contains the markers of an unfinished merge | Choose the images',
      ],
    ],
    [
      'another environment',
      `${head.replace('production', 'staging')}  - name: a\n    tag: "1"\n`,
      [
        'production.yaml:3:14 | lock-environment | the lock app/locks/production.yaml names environment staging | Write environment: production',
      ],
    ],
    [
      'an unknown key',
      `${head}  - name: a\n    tags: "1"\n`,
      [
        'production.yaml:6:5 | lock-invalid | unknown key "tags" in images[0] | Keys here: name, newName, tag, digest, source. Did you mean tag?',
      ],
    ],
    [
      'a tag that is a number',
      `${head}  - name: a\n    tag: 1.10\n`,
      [
        'production.yaml:6:10 | yaml-two-readings | 1.10 is the number 1.1: as a text it would be another one | Write 1.1, or "1.10" in quotes.',
      ],
    ],
    [
      'a tag that is none',
      `${head}  - name: a\n    tag: -x\n`,
      [
        'production.yaml:6:10 | lock-invalid | images[0].tag is "-x"; expected letters, digits, _, . and -, at most 128 characters',
      ],
    ],
    [
      'a digest that is none',
      `${head}  - name: a\n    digest: sha256:abc\n`,
      [
        'production.yaml:6:13 | lock-invalid | images[0].digest is "sha256:abc"; expected sha256: and 64 lower-case hexadecimal digits',
      ],
    ],
    [
      'a short commit',
      `${head}  - name: a\n    tag: x\n    source: { repository: r, commit: 8f3c0e7 }\n`,
      [
        'production.yaml:7:38 | lock-invalid | images[0].source.commit is "8f3c0e7"; expected a full commit: 40 lower-case hexadecimal digits',
      ],
    ],
    [
      'a source without commit',
      `${head}  - name: a\n    tag: x\n    source: { repository: r }\n`,
      ['production.yaml:7:13 | lock-invalid | images[0].source lacks "commit"'],
    ],
    [
      'a name with a tag',
      `${head}  - name: nginx:1\n    tag: x\n`,
      ['production.yaml:5:11 | lock-invalid | the name "nginx:1" has a tag or digest'],
    ],
    [
      'a new name that is none',
      `${head}  - name: a\n    newName: Ghcr.io/A\n`,
      [
        'production.yaml:6:14 | lock-invalid | newName "Ghcr.io/A" is no image: the repository "A" must be in lower case',
      ],
    ],
    [
      'an entry that says nothing',
      `${head}  - name: a\n`,
      ['production.yaml:5:11 | lock-invalid | the entry of a has neither tag nor digest nor newName'],
    ],
    [
      'an image twice',
      `${head}  - name: nginx\n    tag: a\n  - name: docker.io/library/nginx\n    tag: b\n`,
      [
        'production.yaml:7:11 | lock-invalid | the image docker.io/library/nginx is in the lock twice | It is first in line 5.',
      ],
    ],
  ])('refuses %s', (_name, text, expected) => {
    const found = problems(() => parseLock(text, file));
    expect(found).toHaveLength(expected.length);
    for (const [index, text] of expected.entries()) expect(found[index]).toContain(text);
  });

  it('reports everything at once', () => {
    expect(problems(() => parseLock(`${head}  - name: a:1\n  - name: b\n`, file))).toHaveLength(3);
  });
});

describe('loadLock', () => {
  const lock = (environment: string): string =>
    `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: ${environment}\nimages: []\n`;

  it('reads the lock of the environment alone', () => {
    const tree = createMemoryTree({
      'app/locks/production.yaml': lock('production'),
      'app/locks/staging.yaml': 'broken: [',
    });
    expect(loadLock(tree, 'app', 'production')).toMatchObject({ environment: 'production' });
    expect(problems(() => loadLock(tree, 'app', 'staging'))).toHaveLength(1);
  });

  it('gives nothing where there is none', () => {
    expect(loadLock(createMemoryTree({ 'app/a.yaml': '' }), 'app', 'production')).toBeUndefined();
    expect(loadLock(createMemoryTree({ 'app/locks/README.md': 'x' }), 'app', undefined)).toBeUndefined();
  });

  it.each([
    ['app/lock/production.yaml', 'app/lock/production.yaml would not be read: locks are in app/locks/'],
    ['app/locks/eu/production.yaml', 'app/locks/eu/production.yaml would not be read: locks are in app/locks/'],
    ['app/locks/eu/production.json', 'app/locks/eu/production.json would not be read: locks are in app/locks/'],
  ])('refuses the lock %s', (file, message) => {
    const text = file.endsWith('.json') ? JSON.stringify({ kind: 'ImageLock' }, undefined, 1) : lock('production');
    const tree = createMemoryTree({ [file]: text, 'app/lock/README.md': 'kind: ImageLock\n' });
    expect(problems(() => checkLockNames(tree, 'app', ['production']))).toEqual([expect.stringContaining(message)]);
  });

  it('leaves files of others in such folders alone', () => {
    const file = 'apiVersion: v1\nkind: ConfigMap\n';
    const tree = createMemoryTree({ 'app/lock/a.yaml': file, 'app/locks/old/a.yaml': file });
    expect(problems(() => checkLockNames(tree, 'app', ['production']))).toEqual([]);
  });

  it.each<[string, string[], string]>([
    [
      'prodution.yaml',
      ['production', 'staging'],
      'app/locks/prodution.yaml is for an environment that waybill.yaml does not have | Environments: production, staging. Did you mean production?',
    ],
    [
      'production.yml',
      ['production'],
      'app/locks/production.yml would not be read: a lock ends in .yaml | Rename it to production.yaml.',
    ],
    ['Production.yaml', [], '"Production" cannot be the name of an environment'],
  ])('refuses the file %s', (name, environments, message) => {
    const tree = createMemoryTree({ [`app/locks/${name}`]: lock('production') });
    expect(problems(() => checkLockNames(tree, 'app', environments))).toEqual([expect.stringContaining(message)]);
  });

  it('accepts any environment where none is declared, but one must be chosen', () => {
    const tree = createMemoryTree({ 'app/locks/a.yaml': lock('a'), 'app/locks/b.yaml': lock('b') });
    expect(lockedEnvironments(tree, 'app')).toEqual(['a', 'b']);
    expect(problems(() => loadLock(tree, 'app', undefined))).toEqual([
      'app/locks:: | lock-environment | there are locks, and no environment was chosen | Locks here: a, b. Choose one with -e.',
    ]);
  });
});
