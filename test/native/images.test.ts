// Commands that change a lock of a native source change the images in its files and the record with it: with real
// kustomize and helm, since what is reported must be what comes out.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

const [first, second] = ['8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706', '1111111111111111111111111111111111111111'];
const HEAD = 'apiVersion: waybill.dev/v1\nkind: Waybill\n';
const FACTS = ['--source-repository', 'https://github.com/acme/web', '--source-commit'];

let env: Record<string, string | undefined>;
beforeAll(async () => {
  env = { PATH: process.env['PATH'], WAYBILL_KUSTOMIZE: await kustomizeBinary(), WAYBILL_HELM: await helm4Binary() };
});

const nameOf = (commit: string, environment = 'production', application = 'web'): string =>
  `waybill.acme.web.${environment}.${application}.${commit}`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: main, image: "ghcr.io/acme/web:1.0.0" }] } } }
`;
const overlay = 'resources: [../../base]\n';
const kustomize = {
  'web/waybill.yaml': `${HEAD}source: { kustomize: "overlays/{{ environment }}", native: true }\nrecord: "overlays/{{ environment }}/record.yaml"\nenvironments: { staging: , production: }\n`,
  'web/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
  'web/base/deployment.yaml': deployment,
  'web/overlays/staging/kustomization.yaml': overlay,
  'web/overlays/production/kustomization.yaml': `# ours\n${overlay}`,
};
const chart = {
  'web/waybill.yaml': `${HEAD}source: { helm: { valueFiles: ["values-{{ environment }}.yaml"] }, native: true }\nrecord: "templates/record-{{ environment }}.yaml"\nnamespace: "shop-{{ environment }}"\nenvironments: { staging: , production: }\n`,
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'web/values.yaml': 'image:\n  repository: ghcr.io/acme/web\n  tag: 1.0.0\n',
  'web/values-staging.yaml': 'replicas: 1\n',
  'web/values-production.yaml': 'replicas: 3\n',
  'web/templates/deployment.yaml': deployment.replace(
    'ghcr.io/acme/web:1.0.0',
    '{{ .Values.image.repository }}:{{ .Values.image.tag }}',
  ),
};
const directory = {
  'web/waybill.yaml': `${HEAD}source: { manifests: { path: "k8s/{{ environment }}" }, native: true }\nrecord: "k8s/{{ environment }}/record.yaml"\nenvironments: { production: }\n`,
  'web/k8s/production/deployment.yaml': deployment,
};
const external = {
  'web/waybill.yaml': `${HEAD}source: { external: { valueFiles: ["values-{{ environment }}.yaml"] } }\nrecord: { file: "records/{{ environment }}.yaml", application: "web-{{ environment }}" }\nenvironments: { production: }\n`,
  'web/values-production.yaml': 'web: { image: { repository: ghcr.io/acme/web, tag: 1.0.0 } }\n',
};

class Repository {
  readonly cwd: string;
  constructor(files: Readonly<Record<string, string>>) {
    this.cwd = createRepository(files);
  }
  read(file: string): string {
    return readFileSync(join(this.cwd, 'web', file), 'utf8');
  }
  write(file: string, text: string): void {
    writeFileSync(join(this.cwd, 'web', file), text);
  }
  has(file: string): boolean {
    return existsSync(join(this.cwd, 'web', file));
  }
  async run(...args: string[]) {
    return await runCli([...args, '-C', 'web'], { cwd: this.cwd, env });
  }
  async set(commit: string, tag: string, ...more: string[]) {
    return await this.run('images', 'set', `ghcr.io/acme/web=:${tag}`, '-e', 'production', ...FACTS, commit, ...more);
  }
  async render(environment = 'production', ...more: string[]): Promise<string> {
    const { stdout, stderr, code } = await this.run('render', '-e', environment, ...more);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    return stdout;
  }
}

describe('images set of a native source', () => {
  it('edits a kustomization, lists the record, and brings everything along the next time', async () => {
    const repository = new Repository(kustomize);
    expect(await repository.set(first, '1.4.2')).toMatchObject({ code: 0, stdout: 'ghcr.io/acme/web: 1.4.2 (new)\n' });
    const file = 'overlays/production/kustomization.yaml';
    expect(repository.read(file)).toBe(
      '# ours\nresources: [../../base, record.yaml]\nimages:\n- name: ghcr.io/acme/web\n  newTag: 1.4.2\n',
    );
    expect(await repository.render()).toContain(`name: ${nameOf(first)}\n`);
    expect(repository.read('overlays/staging/kustomization.yaml')).toBe(overlay);

    expect((await repository.set(second, '1.5.0')).code).toBe(0);
    const rendered = await repository.render();
    expect(rendered).toContain('image: ghcr.io/acme/web:1.5.0');
    expect(rendered).toContain(nameOf(second));
    expect(rendered).not.toContain(first);
    expect(repository.read('overlays/production/record.yaml')).toBe(
      (await repository.run('record', '-e', 'production')).stdout,
    );
    expect(await repository.set(second, '1.5.0')).toMatchObject({
      stdout: 'ghcr.io/acme/web: 1.5.0 (no change)\n',
      stderr: 'nothing to change\n',
    });
  });

  it('finishes what a killed command left, whichever files it had written', async () => {
    for (const lost of ['overlays/production/kustomization.yaml', 'overlays/production/record.yaml']) {
      const repository = new Repository(kustomize);
      await repository.set(first, '1.4.2');
      const before = repository.read(lost);
      await repository.set(second, '1.5.0');
      repository.write(lost, before);
      expect((await repository.run('validate')).code).toBe(1);
      expect(await repository.set(second, '1.5.0')).toMatchObject({ code: 0, stderr: `wrote web/${lost}\n` });
      expect((await repository.run('validate')).code).toBe(0);
    }
  });

  it('writes the values of one environment alone, and a template for its release', async () => {
    const repository = new Repository(chart);
    expect((await repository.set(first, '1.4.2', '--source-ref', 'refs/heads/{{ evil }}')).code).toBe(0);
    expect(repository.read('values-production.yaml')).toBe('replicas: 3\nimage:\n  tag: 1.4.2\n');
    expect(repository.read('values.yaml')).toBe(chart['web/values.yaml']);
    const rendered = await repository.render();
    expect(rendered).toContain(`name: ${nameOf(first)}\n`);
    expect(rendered).toContain('"ref": "refs/heads/{{ evil }}"');
    expect(await repository.render('staging')).not.toContain('waybill');
    expect((await repository.run('record', '-e', 'production')).stdout).toContain('namespace: shop-production');
    await repository.run('images', 'set', 'ghcr.io/acme/web=:1.5.0', '-e', 'staging', ...FACTS, second);
    expect(await repository.render('staging')).toContain(nameOf(second, 'staging'));
    expect(await repository.render()).not.toContain(second);
    expect((await repository.run('validate')).stderr).toBe('');
  });

  it('edits plain manifests and puts the record beside them', async () => {
    const repository = new Repository(directory);
    expect((await repository.set(first, '1.4.2')).code).toBe(0);
    expect(repository.read('k8s/production/deployment.yaml')).toBe(deployment.replace('1.0.0', '1.4.2'));
    expect(await repository.render()).toContain(nameOf(first));
  });

  it('says what the Application needs where the source is elsewhere', async () => {
    const repository = new Repository(external);
    const { code, stderr } = await repository.set(first, '1.4.2');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        'web/records/production.yaml is new: the Application needs it as an extra source (waybill record -e production -C web --patch)\nwrote web/locks/production.yaml, web/values-production.yaml, web/records/production.yaml\n',
    });
    expect(repository.read('values-production.yaml')).toBe(
      'web: { image: { repository: ghcr.io/acme/web, tag: 1.4.2 } }\n',
    );
    expect(repository.read('records/production.yaml')).toContain(nameOf(first, 'production', 'web-production'));
    expect((await repository.set(second, '1.5.0')).stderr).not.toContain('is new');
  });

  it('keeps a record of each source repository', async () => {
    const repository = new Repository({
      ...kustomize,
      'web/base/deployment.yaml': deployment.replace('}] }', '}, { name: side, image: "ghcr.io/acme/side:1" }] }'),
    });
    await repository.set(first, '1.4.2');
    await repository.run(
      'images',
      'set',
      'ghcr.io/acme/side=:2',
      '-e',
      'production',
      '--source-repository',
      'https://github.com/acme/side',
      '--source-commit',
      second,
    );
    const rendered = await repository.render();
    expect(rendered).toContain(nameOf(first));
    expect(rendered).toContain(`waybill.acme.side.production.web.${second}`);
  });
});

describe('commands that change locks', () => {
  it('promote, rollback, hold and release bring record and images along', async () => {
    const repository = new Repository(kustomize);
    await repository.run('images', 'set', 'ghcr.io/acme/web=:1.4.2', '-e', 'staging', ...FACTS, first);
    expect((await repository.run('promote', '--from', 'staging', '--to', 'production')).code).toBe(0);
    expect(await repository.render()).toContain(nameOf(first));
    const hold = ['hold', 'ghcr.io/acme/web', '-e', 'production', '--reason', 'freeze'];
    repository.write('overlays/production/record.yaml', '');
    expect((await repository.run(...hold)).code).toBe(0);
    expect(await repository.render()).toContain(nameOf(first));
    expect((await repository.run('release', 'ghcr.io/acme/web', '-e', 'production')).code).toBe(0);
  });
});

describe('what is refused, with nothing written', () => {
  const refuse = async (files: Readonly<Record<string, string>>): Promise<string> => {
    const repository = new Repository(files);
    const { code, stdout, stderr } = await repository.set(first, '1.4.2');
    expect({ code, stdout, lock: repository.has('locks/production.yaml') }).toEqual({
      code: 1,
      stdout: '',
      lock: false,
    });
    return stderr;
  };

  it.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'a prefix',
      { 'web/overlays/production/kustomization.yaml': `${overlay}namePrefix: prod-\n` },
      `web/overlays/production/kustomization.yaml:2:1: error[record-renamed]: the record is rendered as prod-${nameOf(first)}`,
    ],
    [
      'a suffix',
      { 'web/overlays/production/kustomization.yaml': `nameSuffix: -eu\n${overlay}` },
      'web/overlays/production/kustomization.yaml:1:1: error[record-renamed]',
    ],
    [
      'another image in front',
      {
        'web/overlays/production/kustomization.yaml': `${overlay}patches: [{ target: { kind: Deployment }, patch: '[{ op: replace, path: /spec/template/spec/containers/0/image, value: "ghcr.io/acme/web:0.9" }]' }]\n`,
      },
      '',
    ],
    [
      'a record of another application beside it',
      {
        'web/base/kustomization.yaml': 'resources: [deployment.yaml, other.yaml]\n',
        'web/base/other.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${nameOf(second, 'production', 'api')} }\ndata: { deployment.json: "{}" }\n`,
      },
      'error[record-foreign]',
    ],
    [
      'an older record beside it',
      {
        'web/base/kustomization.yaml': 'resources: [deployment.yaml, other.yaml]\n',
        'web/base/other.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${nameOf(second)} }\ndata: { deployment.json: "{}" }\n`,
      },
      'error[record-twice]',
    ],
  ])('%s', async (what, files, expected) => {
    if (what === 'another image in front') {
      // kustomize applies images after patches: the entry wins, and nothing is wrong.
      expect((await new Repository({ ...kustomize, ...files }).set(first, '1.4.2')).code).toBe(0);
      return;
    }
    expect(await refuse({ ...kustomize, ...files })).toContain(expected);
  });

  it('a chart that does not read the values', async () => {
    const fixed = { ...chart, 'web/templates/deployment.yaml': deployment };
    expect(await refuse(fixed)).toContain(
      'error[record-image]: ghcr.io/acme/web:1.0.0 is in the rendered files, but the lock has ghcr.io/acme/web:1.4.2',
    );
  });

  it('values of a remote chart that name no repository', async () => {
    const bare = { ...external, 'web/values-production.yaml': 'web: { image: { tag: 1.0.0 } }\n' };
    expect(await refuse(bare)).toContain('image');
  });
});

describe('--write with --record, without waybill.yaml', () => {
  const bare = (files: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(files).filter(([path]) => path !== 'web/waybill.yaml'));

  it('keeps the record of a kustomization, and what it said of other images', async () => {
    const two = deployment.replace('}] }', '}, { name: side, image: "ghcr.io/acme/side:1" }] }');
    const repository = new Repository({ ...bare(kustomize), 'web/base/deployment.yaml': two });
    const write = [
      '--write',
      'kustomization',
      '--file',
      'overlays/production/kustomization.yaml',
      '--record',
      'overlays/production/record.yaml',
    ];
    expect(await repository.set(first, '1.4.2', ...write)).toMatchObject({
      code: 0,
      stdout: 'ghcr.io/acme/web: 1.0.0 -> 1.4.2 (new)\n',
      stderr:
        'the record is of the Application web (--app NAME for another)\nwrote web/overlays/production/kustomization.yaml, web/overlays/production/record.yaml\n',
    });
    const set = async (image: string, repo: string, commit: string, ...more: string[]) =>
      await repository.run(
        'images',
        'set',
        image,
        '-e',
        'production',
        '--source-repository',
        `https://github.com/acme/${repo}`,
        '--source-commit',
        commit,
        ...write,
        ...more,
      );
    expect((await set('ghcr.io/acme/side=:2', 'side', second)).code).toBe(0);
    const record = repository.read('overlays/production/record.yaml');
    expect(record).toContain(nameOf(first));
    expect(record).toContain(`waybill.acme.side.production.web.${second}`);
    expect(repository.has('waybill.yaml') || repository.has('locks')).toBe(false);
    // By hand, and no longer what the record says.
    const file = 'overlays/production/kustomization.yaml';
    repository.write(file, repository.read(file).replace('1.4.2', '1.4.3'));
    expect((await set('ghcr.io/acme/side=:3', 'side', first)).code).toBe(0);
    expect(repository.read(file)).toContain('newTag: 1.4.3');
    expect(repository.read('overlays/production/record.yaml')).not.toContain('waybill.acme.web.');
  });

  it.each<[string, Readonly<Record<string, string>>, string[], string]>([
    [
      'a chart of one\u2019s own',
      chart,
      ['--write', 'helm-values', '--file', 'values.yaml', '--record', 'templates/record.yaml', '--namespace', 'shop'],
      'templates/record.yaml',
    ],
    [
      'plain manifests',
      directory,
      ['--write', 'manifests', '--record', 'k8s/production/record.yaml'],
      'k8s/production/record.yaml',
    ],
    [
      'values of a remote chart',
      external,
      ['--write', 'helm-values', '--record', 'records/production.yaml'],
      'records/production.yaml',
    ],
  ])('%s', async (_what, files, args, file) => {
    const repository = new Repository(bare(files));
    expect((await repository.set(first, '1.4.2', ...args, '--app', 'web-eu')).code).toBe(0);
    expect(repository.read(file)).toContain(nameOf(first, 'production', 'web-eu'));
    const { code, stderr } = await repository.set(second, '1.5.0', ...args, '--app', 'web-eu');
    expect({ code, said: stderr.includes('extra source') }).toEqual({ code: 0, said: false });
    expect(repository.read(file)).toContain(nameOf(second, 'production', 'web-eu'));
    expect(repository.read(file)).not.toContain(first);
    expect(await repository.set(second, '1.5.0', ...args, '--app', 'web-eu')).toMatchObject({
      code: 0,
      stderr: 'nothing to change\n',
    });
  });

  it.each<[string, Readonly<Record<string, string>>, string[], string]>([
    [
      'where waybill.yaml says it',
      kustomize,
      ['--write', 'kustomization', '--record', 'r.yaml'],
      'error[record-file]: --record is for directories without waybill.yaml and locks',
    ],
    [
      'with --write alone where the source is native',
      directory,
      ['--write', 'manifests'],
      'error[config-invalid]: the source is native: lock, images and record are written together',
    ],
    [
      'as a file that holds something else',
      bare(directory),
      ['--write', 'manifests', '--record', 'k8s/production/deployment.yaml'],
      'web/k8s/production/deployment.yaml: error[record-file]: web/k8s/production/deployment.yaml holds something else than records, and would be overwritten',
    ],
    [
      'outside the repository',
      bare(directory),
      ['--write', 'manifests', '--record', '../../r.yaml'],
      'error[path-escapes]',
    ],
    [
      'of a hostile name',
      bare(directory),
      ['--write', 'manifests', '--record', 'k8s/production/r.yaml', '--app', '{{ values.x }}'],
      'error[record-name]: "{{ values.x }}" cannot be the name of an Application',
    ],
    [
      'as a name that Argo CD reads as a glob',
      bare(external),
      ['--write', 'helm-values', '--record', 'records/*.yaml'],
      'error[record-file]',
    ],
    [
      'behind a prefix',
      { ...bare(kustomize), 'web/overlays/production/kustomization.yaml': `${overlay}namePrefix: a-\n` },
      [
        '--write',
        'kustomization',
        '--file',
        'overlays/production/kustomization.yaml',
        '--record',
        'overlays/production/r.yaml',
      ],
      'web/overlays/production/kustomization.yaml:2:1: error[record-renamed]',
    ],
  ])('is refused %s', async (_what, files, args, expected) => {
    const repository = new Repository(files);
    const { code, stdout, stderr } = await repository.set(first, '1.4.2', ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(expected);
    for (const [path, text] of Object.entries(files)) expect(repository.read(path.slice(4))).toBe(text);
  });
});
