import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { type Imported, importImages } from './import.ts';

const PREFIX = 'argocd-image-updater.argoproj.io/';

/** An Application with these annotations (without their prefix), one a line: the first is in line 6. */
function application(annotations: Record<string, string>, name = 'shop'): string {
  const lines = Object.entries(annotations).map(([key, value]) => `    ${PREFIX}${key}: ${JSON.stringify(value)}\n`);
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${name}
  annotations:
${lines.join('')}    other.dev/annotation: x
`;
}

function read(text: string, name?: string): Imported {
  return importImages([{ file: 'app.yaml', text }], name);
}

const images = (annotations: Record<string, string>) => read(application(annotations)).images;
const remarks = (text: string, name?: string): string[] =>
  read(text, name).remarks.map(({ severity, location, message }) => `${severity} ${location?.line}: ${message}`);

function problems(text: string, name?: string): string[] {
  try {
    read(text, name);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(
      ({ code, message, location, help }) =>
        `${location?.line} ${code}: ${message}${help ? ` | ${help.join(' ')}` : ''}`,
    );
  }
  throw new Error('nothing failed');
}

describe('annotations', () => {
  it.each<[string, Record<string, string>, object]>([
    ['a name alone', { 'image-list': 'nginx' }, { name: 'nginx', strategy: 'semver' }],
    ['a version', { 'image-list': 'nginx:1.20' }, { name: 'nginx', strategy: 'semver', constraint: '1.20' }],
    [
      'a constraint',
      { 'image-list': 'web=ghcr.io/acme/a:^1.2' },
      { name: 'ghcr.io/acme/a', strategy: 'semver', constraint: '^1.2' },
    ],
    [
      'spaces in it',
      { 'image-list': ' web = localhost:5000/acme/a:>=1.2 <2 ' },
      { name: 'localhost:5000/acme/a', strategy: 'semver', constraint: '>=1.2 <2' },
    ],
    [
      'newest-build',
      { 'image-list': 'web=a', 'web.update-strategy': 'newest-build', 'web.allow-tags': 'regexp:^main-' },
      { name: 'a', strategy: 'newest-build', allowTags: '^main-' },
    ],
    [
      'its old name',
      { 'image-list': 'web=a', 'web.update-strategy': 'Latest' },
      { name: 'a', strategy: 'newest-build' },
    ],
    [
      'alphabetical by its old name',
      { 'image-list': 'web=a', 'web.update-strategy': 'name', 'web.ignore-tags': 'dev-*, latest,' },
      { name: 'a', strategy: 'alphabetical', ignoreTags: ['dev-*', 'latest'] },
    ],
    [
      'digest',
      { 'image-list': 'web=a:main', 'web.update-strategy': 'digest', 'web.platforms': 'linux/amd64, linux/arm/v7' },
      { name: 'a', strategy: 'digest', tag: 'main', platforms: ['linux/amd64', 'linux/arm/v7'] },
    ],
    [
      'settings of the Application',
      { 'image-list': 'a', 'update-strategy': 'alphabetical', 'allow-tags': 'regexp:x', 'ignore-tags': 'y' },
      { name: 'a', strategy: 'alphabetical', allowTags: 'x', ignoreTags: ['y'] },
    ],
    [
      'settings of the image before them',
      {
        'image-list': 'web=a',
        'update-strategy': 'name',
        'web.update-strategy': 'semver',
        'ignore-tags': 'y',
        'web.ignore-tags': '',
      },
      { name: 'a', strategy: 'semver' },
    ],
    ['any tag', { 'image-list': 'web=a', 'web.allow-tags': 'any' }, { name: 'a', strategy: 'semver' }],
    [
      'braces, which begin templates here',
      { 'image-list': 'web=a', 'web.allow-tags': 'regexp:{{x' },
      { name: 'a', strategy: 'semver', allowTags: '\\{{x' },
    ],
    [
      'the name in the manifests',
      { 'image-list': 'web=docker.io/library/nginx:1.x', 'web.kustomize.image-name': 'nginx:1.2' },
      { name: 'nginx', strategy: 'semver', constraint: '1.x' },
    ],
  ])('%s', (_name, annotations, expected) => expect(images(annotations)).toEqual([expected]));

  it('name several images', () => {
    const found = images({ 'image-list': 'a=x:1.x, y,\n b.c=z', 'b.c.update-strategy': 'newest-build' });
    expect(found.map(({ name, strategy }) => `${name} ${strategy}`)).toEqual([
      'x semver',
      'y semver',
      'z newest-build',
    ]);
  });

  it('leave out nothing silently', () => {
    const all = {
      'image-list': 'web=a@sha256:0123, db=b:1.x',
      'web.force-update': 'true',
      'web.pull-secret': 'pullsecret:argocd/acme',
      'web.helm.image-tag': 'image.tag',
      'web.ignore-tags': 'a[,b',
      'db.update-strategy': 'newest-build',
      'db.kustomize.image-name': 'c',
      'other.platforms': 'linux/amd64',
      'write-back-method': 'git',
      'write-back-target': 'kustomization',
      'git-branch': 'main',
      'web.tag-match': 'x',
    };
    expect(remarks(application(all))).toEqual([
      'warning 6: the digest of a@sha256:0123 is not converted: Image Updater does not use it',
      'warning 10: ignore-tags: "a[" is not converted: it is no glob, and Image Updater passes over it',
      'warning 6: "1.x" is not converted: Image Updater does not use it with newest-build',
      'warning 12: the manifests name c, and b runs in its place: write that into the lock, with waybill images set c=b:TAG',
      'warning 7: web.force-update is not converted: an entry of images always applies; one that matches no image of the manifests is an error',
      'warning 8: web.pull-secret is not converted: credentials of registries are configured on the machine that runs Waybill (docs/registries.md)',
      'warning 9: web.helm.image-tag is not converted: images are changed in the rendered manifests, so no helm parameter is needed: remove it from the Application',
      'warning 13: other.platforms is not converted: image-list has no image with this alias',
      'warning 14: write-back-method is not converted: waybill images update --commit --push writes the lock into Git',
      'warning 15: write-back-target is not converted: what runs is written into the lock of the environment (locks/ENVIRONMENT.yaml)',
      'warning 16: git-branch is not converted: name it where the lock is written: waybill images update --branch',
      'warning 17: web.tag-match is not converted: it is unknown: Image Updater 1.2 has no such setting',
    ]);
    const digest = {
      'image-list': 'web=a:main',
      'web.update-strategy': 'digest',
      'web.allow-tags': 'regexp:x',
      'ignore-tags': 'y',
    };
    expect(remarks(application(digest))).toEqual([
      'warning 8: allowTags of a is not converted: with digest there is one tag',
      'warning 9: ignoreTags of a is not converted: with digest there is one tag',
    ]);
    expect(remarks(application({ 'image-list': 'web=a', 'web.update-strategy': 'newest' }))).toEqual([
      'warning 7: the strategy "newest" is treated as semver, as in Image Updater',
    ]);
  });

  it.each<[Record<string, string>, string]>([
    [{ 'image-list': 'web=a:>=1.2, <2' }, '6 import-invalid: "<2" is no image: '],
    [{ 'image-list': 'web=' }, '6 import-invalid: image-list: "web=" names no image'],
    [
      { 'image-list': 'web=a', 'web.allow-tags': '^main-' },
      '7 import-invalid: allow-tags is "^main-"; expected regexp:EXPRESSION or any',
    ],
    [
      { 'image-list': 'web=a', 'web.allow-tags': 'regexp:(' },
      '7 strategy-invalid: allowTags: "(" is no regular expression (RE2)',
    ],
    [{ 'image-list': 'web=a:latest' }, '6 strategy-invalid: the constraint "latest" cannot be read'],
    [{ 'image-list': 'web=a', 'web.update-strategy': 'digest' }, '7 config-invalid: strategy digest needs a tag'],
    [{ 'image-list': 'web=a', 'web.platforms': 'amd64' }, '7 config-invalid: "amd64" is no platform'],
    [
      { 'image-list': 'web=a:1.x, other=docker.io/library/a:2.x' },
      '6 import-invalid: docker.io/library/a is configured twice',
    ],
  ])('%j cannot be used', (annotations, expected) => {
    const [first, second] = problems(application(annotations));
    expect(first).toContain(expected);
    expect(second).toBeUndefined();
  });

  it('of an ApplicationSet are those of its template, as far as they hold no template', () => {
    const set = (image: string) => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: shops }
spec:
  template:
    metadata:
      annotations: { ${PREFIX}image-list: "${image}" }
`;
    expect(read(set('a:1.x')).images).toEqual([{ name: 'a', strategy: 'semver', constraint: '1.x' }]);
    expect(problems(set('a:{{values.tag}}'))).toEqual([
      `7 import-invalid: the annotation ${PREFIX}image-list holds a template of the ApplicationSet | Import from one of the Applications that it makes: kubectl get application NAME -n argocd -o yaml.`,
    ]);
  });
});

const updater = (spec: string): string => `apiVersion: argocd-image-updater.argoproj.io/v1alpha1
kind: ImageUpdater
metadata: { name: all }
spec:
${spec}`;

describe('an ImageUpdater', () => {
  const text = updater(`  commonUpdateSettings: { updateStrategy: newest-build, platforms: [linux/amd64] }
  applicationRefs:
    - namePattern: shop-*
      commonUpdateSettings: { allowTags: "regexp:^main-" }
      images:
        - { alias: web, imageName: ghcr.io/acme/web }
        - alias: db
          imageName: postgres:~16
          commonUpdateSettings: { updateStrategy: semver, allowTags: any, ignoreTags: [latest] }
          manifestTargets: { kustomize: { name: db } }
    - namePattern: shop-production
      writeBackConfig: { method: git, gitConfig: { branch: main, pullRequest: { github: {} } } }
      images:
        - alias: web
          imageName: ghcr.io/acme/web:^1
          commonUpdateSettings: { updateStrategy: semver, forceUpdate: true }
          manifestTargets: { helm: { name: image.name, tag: image.tag } }
          imagesVerification: { enabled: false }
          surprise: 1
`);

  it('has settings on three levels', () => {
    const platforms = ['linux/amd64'];
    expect(read(text, 'shop-staging').images).toEqual([
      { name: 'ghcr.io/acme/web', strategy: 'newest-build', allowTags: '^main-', platforms },
      { name: 'db', strategy: 'semver', constraint: '~16', ignoreTags: ['latest'], platforms },
    ]);
    expect(read(text, 'shop-production').images).toEqual([
      { name: 'ghcr.io/acme/web', strategy: 'semver', constraint: '^1', platforms },
    ]);
  });

  it('leaves out nothing silently', () => {
    expect(remarks(text, 'shop-production').map((line) => line.replace(/ is not converted:.*/u, ''))).toEqual([
      'warning 16: method',
      'warning 16: branch',
      'warning 16: pullRequest',
      'warning 22: imagesVerification',
      'warning 23: surprise',
      'warning 20: forceUpdate',
      'warning 21: helm',
    ]);
  });

  it('needs to be told which Application, where it has several', () => {
    expect(problems(text)).toEqual([
      'undefined import-nothing: the files configure several Applications, and waybill.yaml is for one | Choose one with --app: shop-*, shop-production.',
    ]);
    expect(problems(text, 'ship-a')).toEqual([
      'undefined import-nothing: nothing is configured for an Application ship-a | Applications, and patterns of their names: shop-*, shop-production. Did you mean shop-*?',
    ]);
  });

  it('may send to the annotations', () => {
    const asking = updater('  applicationRefs: [{ namePattern: "*", useAnnotations: true }]\n');
    const own = application({ 'image-list': 'a:1.x' });
    expect(read(`${asking}---\n${own}`).images).toEqual([{ name: 'a', strategy: 'semver', constraint: '1.x' }]);
    expect(read(`${asking}---\n${own}`, 'shop').images).toHaveLength(1);
    expect(problems(asking, 'shop')[0]).toContain('the images of shop are in its annotations, and it was not given');
    expect(problems(asking)[0]).toContain('import-nothing: nothing here configures Image Updater');
  });

  it.each([
    ['  applicationRefs: 1\n', '5 import-invalid: spec.applicationRefs of ImageUpdater all must be a list'],
    [
      '  applicationRefs: [{ images: [] }]\n',
      "namePattern of ImageUpdater all must be a pattern of Applications' names",
    ],
    [
      '  applicationRefs: [{ namePattern: a, images: [{ alias: a }] }]\n',
      'imageName of ImageUpdater all must be the name of an image',
    ],
    [
      '  applicationRefs: [{ namePattern: a, images: [{ imageName: a, commonUpdateSettings: { platforms: x } }] }]\n',
      'platforms of ImageUpdater all must be a list of texts',
    ],
  ])('%j is refused', (spec, expected) => expect(problems(updater(spec))[0]).toContain(expected));
});

describe('files', () => {
  it('may be what kubectl prints of several', () => {
    const item = JSON.stringify({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'a', annotations: { [`${PREFIX}image-list`]: 'a' } },
    });
    const list = `{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Pod"}, ${item}]}`;
    expect(read(list).images).toEqual([{ name: 'a', strategy: 'semver' }]);
  });

  it.each(['', 'apiVersion: v1\nkind: ConfigMap\n', 'apiVersion: acme.dev/v1\nkind: Application\n'])(
    '%j has nothing',
    (text) => {
      expect(problems(text)[0]).toContain('there is no Application, ApplicationSet or ImageUpdater to import from');
    },
  );
});
