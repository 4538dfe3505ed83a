import { rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRepository } from '../tools/repository.ts';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { runCli } from '../tools/run-cli.ts';

// What a mistake gets: a code, the place, help, exit 1, and nothing on stdout.
const HEAD = 'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { manifests: base }\n';
const PRODUCTION = 'environments:\n  production: {}\n';
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: user-service }
spec:
  replicas: 1
  template:
    spec:
      containers: [{ name: main, image: "ghcr.io/acme/user-service:1" }]
`;
const good = { 'app/waybill.yaml': HEAD + PRODUCTION, 'app/base/a.yaml': deployment };
const overlay = (text: string): string =>
  `${HEAD}environments:\n  production:\n    overlays:\n${text.replaceAll(/^/gmu, '      ').trimEnd()}\n`;

interface Mistake {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** @default the application, rendered for production */
  readonly args?: readonly string[];
  /** Beginning of the first line on stderr. */
  readonly first: string;
  /** What stands somewhere behind it. */
  readonly help?: readonly string[];
  readonly prepare?: (repository: string) => void;
}

const mistakes: Record<string, Mistake> = {
  'no environment': {
    files: good,
    args: ['render', 'app'],
    first: 'app/waybill.yaml:4:1: error[environment-missing]:',
    help: ['Environments: production.'],
  },
  'an unknown environment': {
    files: good,
    args: ['render', 'app', '-e', 'prodution'],
    first: 'app/waybill.yaml:4:1: error[environment-unknown]:',
    help: ['Did you mean production?'],
  },
  'an unknown key': {
    files: { ...good, 'app/waybill.yaml': `${HEAD}namespce: x\n${PRODUCTION}` },
    first: 'app/waybill.yaml:4:1: error[config-invalid]: unknown key "namespce"',
    help: ['Did you mean namespace?'],
  },
  'a target that matches nothing': {
    files: {
      ...good,
      'app/waybill.yaml': overlay(
        '- name: more\n  target: { kind: Deployment, name: user-servce }\n  merge: { spec: { replicas: 3 } }\n',
      ),
    },
    first:
      'app/waybill.yaml:8:9: error[overlay-no-match]: overlay "more" matches no resource in environment production',
    help: ['Did you mean user-service?'],
  },
  'an unknown target term': {
    files: { ...good, 'app/waybill.yaml': overlay('- target: { knd: Deployment }\n  remove: true\n') },
    first: 'app/waybill.yaml:7:19: error[config-invalid]: unknown key "knd"',
    help: ['Did you mean kind?'],
  },
  'a patch that fails': {
    files: {
      ...good,
      'app/waybill.yaml': overlay(
        '- target: { kind: Deployment }\n  patch:\n    - { op: replace, path: /spec/replics, value: 2 }\n',
      ),
    },
    first: 'app/waybill.yaml:9:',
    help: ['error[overlay-patch]', 'replicas'],
  },
  'an image that is not there': {
    files: { ...good, 'app/waybill.yaml': `${HEAD}images: [{ name: ghcr.io/acme/user-servce }]\n${PRODUCTION}` },
    first: 'app/waybill.yaml:4:',
    help: ['error[image-unmatched]', 'ghcr.io/acme/user-service'],
  },
  'an override of an image that is not there': {
    files: good,
    args: ['render', 'app', '-e', 'production', '--image', 'nginx:1'],
    first: 'error[image-unmatched]:',
    help: ['ghcr.io/acme/user-service'],
  },
  'a lock entry for an image that is not there': {
    files: {
      ...good,
      'app/locks/production.yaml':
        'apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages:\n  - { name: nginx, tag: "1" }\n',
    },
    first: 'app/locks/production.yaml:5:',
    help: ['error[image-unmatched]'],
  },
  'extends in a circle': {
    files: {
      ...good,
      'app/waybill.yaml': `${HEAD}environments:\n  production: { extends: staging }\n  staging: { extends: production }\n`,
    },
    first: 'app/waybill.yaml:5:',
    help: ['error[extends-cycle]'],
  },
  'broken YAML': {
    files: { ...good, 'app/base/b.yaml': 'kind: Service\nmetadata: { name: [a }\n' },
    first: 'app/base/b.yaml:2:',
    help: ['error[yaml-syntax]'],
  },
  'broken JSON': {
    files: { ...good, 'app/base/b.json': '{"kind": "Service",, }' },
    first: 'app/base/b.json:1:',
    help: ['error[yaml-syntax]'],
  },
  'a key twice': {
    files: { ...good, 'app/base/b.yaml': 'apiVersion: v1\nkind: Service\nkind: Secret\nmetadata: { name: b }\n' },
    first: 'app/base/b.yaml:3:1: error[yaml-duplicate-key]:',
    help: ['2'],
  },
  'a manifest without kind': {
    files: { ...good, 'app/base/b.yaml': 'apiVersion: v1\nmetadata: { name: b }\n' },
    first: 'app/base/b.yaml:1: error[resource-no-kind]:',
  },
  'a manifest without name': {
    files: { ...good, 'app/base/b.yaml': '---\n---\napiVersion: v1\nkind: Service\n' },
    first: 'app/base/b.yaml:3: error[resource-no-name]:',
  },
  'the same resource twice': {
    files: { ...good, 'app/base/b.yaml': deployment },
    first: 'app/base/b.yaml:1: error[resource-duplicate]: Deployment/user-service',
    help: ['app/base/a.yaml:1'],
  },
  'an empty result': {
    files: { ...good, 'app/base/a.yaml': '# nothing yet\n' },
    first: 'app/waybill.yaml: error[empty-result]:',
    help: ['allowEmpty: true'],
  },
  'a binary file': {
    files: { ...good, 'app/base/logo.yaml': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0xff) },
    first: 'app/base/logo.yaml:1:5: error[file-binary]:',
  },
  'a file of 100 MB': {
    files: { ...good, 'app/base/big.yaml': '' },
    prepare: (repository) => truncateSync(join(repository, 'app/base/big.yaml'), 100_000_000),
    first: 'app/base/big.yaml: error[file-too-large]:',
  },
  'an alias bomb': {
    files: {
      ...good,
      'app/base/b.yaml': `a: &a [x,x,x,x,x,x,x,x,x,x]\n${Array.from(
        { length: 9 },
        (_, at) => `${'bcdefghij'[at]}: &${'bcdefghij'[at]} [${`*${'abcdefghi'[at]},`.repeat(10)}]\n`,
      ).join('')}`,
    },
    first: 'app/base/b.yaml:',
    help: ['excessive aliasing'],
  },
  'a symbolic link in a circle': {
    files: good,
    prepare: (repository) => symlinkSync('loop.yaml', join(repository, 'app/base/loop.yaml')),
    first: 'app/base/loop.yaml: error[file-link-loop]:',
  },
  'a symbolic link that escapes': {
    files: good,
    prepare: (repository) => symlinkSync('../../../../etc/hostname', join(repository, 'app/base/out.yaml')),
    first: 'app/base/out.yaml: error[path-escapes]:',
  },
  'a path that escapes': {
    files: { ...good, 'app/waybill.yaml': HEAD.replace('base', '../../elsewhere') + PRODUCTION },
    first: 'app/waybill.yaml:3:22: error[path-escapes]:',
    help: ['outside the repository root'],
  },
  'an unknown name in a template': {
    files: { ...good, 'app/waybill.yaml': `${HEAD}namespace: "x-{{ enviroment }}"\n${PRODUCTION}` },
    first: 'app/waybill.yaml:4:',
    help: ['Did you mean environment?'],
  },
  'a value that would be [object Object]': {
    files: {
      ...good,
      'app/waybill.yaml': `${HEAD}values: { a: { b: 1 } }\nnamespace: "{{ values.a }}"\n${PRODUCTION}`,
    },
    first: 'app/waybill.yaml:4:',
    help: ['error[config-invalid]'],
  },
  'a helm chart that fails': {
    files: {
      'app/waybill.yaml': `${HEAD.replace('{ manifests: base }', '{ helm: { chart: chart } }')}${PRODUCTION}`,
      'app/chart/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 1.0.0\n',
      'app/chart/templates/a.yaml': '{{ fail "the port is missing" }}\n',
    },
    first: 'app/waybill.yaml:3:',
    help: ['error[binary-failed]', 'the port is missing', 'helm template'],
  },
  'a kustomization that fails': {
    files: {
      'app/waybill.yaml': `${HEAD.replace('{ manifests: base }', '{ kustomize: base }')}${PRODUCTION}`,
      'app/base/kustomization.yaml': 'resources: [a.yaml]\npatches: [{ patch: "not: [a patch" }]\n',
      'app/base/a.yaml': deployment,
    },
    first: 'app/waybill.yaml:3:',
    help: ['error[binary-failed]', 'kustomize build'],
  },
};

describe('bad input', () => {
  it.each(Object.entries(mistakes))('%s', async (_name, { files, args, first, help, prepare }) => {
    const repository = createRepository(files);
    prepare?.(repository);
    const env = {
      PATH: process.env['PATH'],
      WAYBILL_HELM: await helm4Binary(),
      WAYBILL_KUSTOMIZE: await kustomizeBinary(),
    };
    const { code, stdout, stderr } = await runCli(args ?? ['render', 'app', '-e', 'production'], {
      cwd: repository,
      env,
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.slice(0, first.length)).toBe(first);
    for (const text of help ?? []) expect(stderr).toContain(text);
    expect(stderr).not.toContain('internal error');
  });

  it('reports independent mistakes together', async () => {
    const cwd = createRepository({
      ...good,
      'app/base/b.yaml': 'a: [\n',
      'app/base/c.yaml': 'b: [\n',
      'app/locks/production.yaml': 'kind: Nonsense\n',
    });
    const { stderr } = await runCli(['render', 'app', '-e', 'production'], { cwd });
    for (const file of ['app/base/b.yaml', 'app/base/c.yaml', 'app/locks/production.yaml'])
      expect(stderr).toContain(file);
  });

  it('says how to get a program that is missing', async () => {
    const cwd = createRepository({ 'Chart.yaml': 'apiVersion: v2\nname: a\nversion: 1.0.0\n', 'templates/a.yaml': '' });
    const { code, stdout, stderr } = await runCli(['render'], { cwd, env: { PATH: '/nowhere' } });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^\.: error\[binary-missing\]: helm is needed/u);
    expect(stderr).toContain('Install helm v3 or v4');
  });

  it('renders an empty result that is meant', async () => {
    const cwd = createRepository({ 'waybill.yaml': `${HEAD}allowEmpty: true\n`, 'base/a.yaml': '# nothing yet\n' });
    expect(await runCli(['render'], { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
    rmSync(join(cwd, 'waybill.yaml'));
    writeFileSync(join(cwd, 'waybill.yaml'), HEAD);
    expect((await runCli(['render'], { cwd })).code).toBe(1);
  });
});
