// waybill images set as a pipeline runs it, with real git.
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentOf, writeFolder } from '../tools/folder.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { inEnvironment } from '../tools/in-environment.ts';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();
const { git, env } = repositories;
const image = 'ghcr.io/acme/user-service';
const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: { name: user-service }
spec: { template: { spec: { containers: [{ name: main, image: ${image} }] } } }
`;
const application = {
  'app/base/deployment.yaml': manifest,
  'app/waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
source: { manifests: base }
images: [{ name: ${image}, sourceRepository: "https://github.com/acme/user-service" }]
environments: { production: {}, staging: {} }
`,
  'other/a.yaml': 'a: 1\n',
};
const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const source = ['--source-repository', 'https://github.com/acme/user-service', '--source-commit', commit];
const lockFile = 'app/locks/production.yaml';

async function set(folder: string, ...args: string[]) {
  return await runCli(['images', 'set', '-C', 'app', ...inEnvironment('production', args)], { cwd: folder, env });
}

describe('images set', () => {
  it('writes the lock, and nothing else', async () => {
    const folder = repositories.clone(repositories.bare('plain', application));
    expect(await set(folder, `${image}=:1.4.2`, ...source)).toEqual({
      code: 0,
      stdout: `${image}: 1.4.2 (new)\n`,
      stderr: `wrote ${lockFile}\n`,
    });
    expect(git(folder, 'status', '--porcelain', '-uall')).toBe(`?? ${lockFile}`);
    const again = await set(folder, `${image}=:1.4.2`, ...source);
    expect(again).toEqual({ code: 0, stdout: `${image}: 1.4.2 (no change)\n`, stderr: 'nothing to change\n' });
  });

  it('commits what it changed alone, with what Argo CD reads', async () => {
    // The source repository is where the command is started, as in a pipeline that builds and then deploys.
    const sources = repositories.clone(repositories.bare('sources', { 'main.go': 'package main\n' }));
    const built = git(sources, 'rev-parse', 'HEAD');
    const folder = repositories.clone(repositories.bare('commit', application));
    writeFolder(folder, { 'other/a.yaml': 'a: 2\n', 'app/unrelated.txt': 'x' });
    git(folder, 'add', 'other/a.yaml');
    const variables = {
      ...env,
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'acme/user-service',
      GITHUB_SHA: built,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_RUN_ID: '7',
      GITHUB_EVENT_NAME: 'push',
    };
    const result = await runCli(
      ['images', 'set', image, '--tag', `sha-${built}`, '-e', 'production', '-C', join(folder, 'app'), '--commit'],
      { cwd: sources, env: variables },
    );
    expect(result).toMatchObject({ code: 0, stdout: `${image}: sha-${built} (new)\n` });
    expect(git(folder, 'show', '--format=', '--name-only', 'HEAD')).toBe(lockFile);
    expect(git(folder, 'status', '--porcelain')).toBe('M  other/a.yaml\n?? app/unrelated.txt');
    expect(git(folder, 'log', '-1', '--format=%s%n%(trailers)').split('\n').slice(0, -1)).toEqual([
      'Deploy user-service to production',
      'Argocd-reference-commit-repourl: https://github.com/acme/user-service',
      `Argocd-reference-commit-sha: ${built}`,
      'Argocd-reference-commit-author: "Jo Doe" <jo@acme.dev>',
      `Argocd-reference-commit-date: ${git(sources, 'log', '-1', '--format=%aI')}`,
      'Argocd-reference-commit-subject: seed',
    ]);
    expect(readFileSync(join(folder, lockFile), 'utf8')).toContain(
      `      run: https://github.com/acme/user-service/actions/runs/7`.trimStart(),
    );
  });

  it.each([
    ['a full clone', []],
    ['a shallow clone', ['--depth=1']],
    ['a partial clone', ['--filter=blob:none']],
  ])('pushes from %s on top of what others pushed', async (name, flags) => {
    const bare = repositories.bare(`push-${name.replaceAll(' ', '-')}`, application);
    const folder = repositories.clone(bare, ...flags);
    const other = repositories.clone(bare);
    expect(await set(other, 'redis=:8', '--new', '--no-source', '--push')).toMatchObject({ code: 0 });
    const pushed = await set(folder, `${image}=:1.4.2`, ...source, '--push');
    expect(pushed).toMatchObject({ code: 0, stdout: `${image}: 1.4.2 (new)\n` });
    expect(pushed.stderr).toMatch(/^pushed [0-9a-f]{12} to origin\/main\n$/u);
    expect(git(bare, 'log', '--format=%s', 'main')).toBe(
      'Deploy user-service to production\nDeploy redis to production\nseed',
    );
    const lock = git(bare, 'show', `main:${lockFile}`);
    expect(lock).toContain('name: redis');
    expect(lock).toContain(`commit: ${commit}`);
    // The clone follows, and has nothing left to do.
    expect(git(folder, 'rev-parse', 'HEAD')).toBe(git(bare, 'rev-parse', 'main'));
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(git(folder, 'for-each-ref', 'refs/waybill')).toBe('');
    expect(await set(folder, `${image}=:1.4.2`, ...source, '--push')).toMatchObject({
      code: 0,
      stderr: 'nothing to change\n',
    });
  });

  it('pushes with a detached HEAD only to a branch that is named, and leaves a branch that went another way', async () => {
    const bare = repositories.bare('detached', application);
    const folder = repositories.clone(bare);
    git(folder, 'checkout', '-q', '--detach');
    const refused = await set(folder, `${image}=:1`, ...source, '--push');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('error[git-detached]: HEAD is detached');
    expect(await set(folder, `${image}=:1`, ...source, '--push', '--branch', 'main')).toMatchObject({ code: 0 });
    git(folder, 'checkout', '-q', 'main');
    git(folder, 'commit', '-q', '--allow-empty', '-m', 'mine');
    const diverged = await set(folder, `${image}=:2`, ...source, '--push');
    expect(diverged).toMatchObject({ code: 0 });
    expect(diverged.stderr).toContain('the local branch main has diverged');
    expect(git(folder, 'log', '-1', '--format=%s')).toBe('mine');
    expect(git(bare, 'log', '-1', '--format=%s', 'main')).toBe('Deploy user-service to production');
  });

  it('pushes a branch for a pull request, and updates the open one', async () => {
    const bare = repositories.bare('pull', application);
    const folder = repositories.clone(bare, '--depth=1');
    const first = await set(folder, `${image}=:1`, ...source, '--pull-request-branch');
    const [, branch = ''] = /pushed \w+ to origin\/(\S+)/u.exec(first.stderr) ?? [];
    expect(branch).toMatch(/^waybill\/production\/user-service-[0-9a-f]{8}$/u);
    expect(git(bare, 'log', '--format=%s', `main..${branch}`)).toBe('Deploy user-service to production');
    expect(git(folder, 'status', '--porcelain')).toBe('');
    const same = await set(folder, `${image}=:1`, ...source, '--pull-request-branch');
    expect(same).toMatchObject({ code: 0 });
    const before = git(bare, 'rev-parse', branch);
    expect(git(bare, 'rev-parse', branch)).toBe(before);
    await set(repositories.clone(bare), 'redis=:8', '--new', '--no-source', '--push');
    const second = await set(folder, `${image}=:2`, ...source, '--pull-request-branch');
    expect(second.stderr).toContain(`to origin/${branch}`);
    expect(git(bare, 'log', '--format=%s', `main..${branch}`)).toBe('Deploy user-service to production');
    expect(git(bare, 'show', `${branch}:${lockFile}`)).toContain('tag: "2"');
    expect(git(bare, 'branch', '--format=%(refname:short)')).toBe(`main\n${branch}`);
  });

  it('tells a protected branch from a remote that is gone', async () => {
    const bare = repositories.bare('protected', application);
    const folder = repositories.clone(bare);
    writeFileSync(
      join(bare, 'hooks/pre-receive'),
      '#!/bin/sh\necho "GH006: Protected branch update failed" >&2\nexit 1\n',
    );
    chmodSync(join(bare, 'hooks/pre-receive'), 0o755);
    const before = contentOf(join(folder, 'app'));
    const refused = await set(folder, `${image}=:1`, ...source, '--push');
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toContain('error[remote-rejected]');
    expect(refused.stderr).toContain('GH006: Protected branch update failed');
    expect(refused.stderr).toContain('--pull-request-branch');
    git(folder, 'remote', 'set-url', 'origin', join(repositories.folder, 'gone.git'));
    const gone = await set(folder, `${image}=:1`, ...source, '--push');
    expect(gone).toMatchObject({ code: 4, stdout: '' });
    expect(gone.stderr).toContain('error[remote-unreachable]');
    expect(contentOf(join(folder, 'app'))).toEqual(before);
  });

  it.each<[string, string[], (folder: string) => void, number, string]>([
    [
      'an unknown environment',
      [`${image}=:1`, ...source, '-e', 'prodction'],
      () => undefined,
      1,
      'Did you mean production?',
    ],
    [
      'an unknown image',
      ['ghcr.io/acme/user-servce=:1', ...source],
      () => undefined,
      1,
      'Did you mean ghcr.io/acme/user-service?',
    ],
    [
      'a tag of another commit',
      [`${image}=:sha-${'0'.repeat(40)}`, ...source],
      () => undefined,
      1,
      'error[tag-commit]',
    ],
    ['no commit', [`${image}=:1`], () => undefined, 1, 'error[source-commit]'],
    ['a malformed digest', [`${image}=@sha256:1`, ...source], () => undefined, 1, 'error[image-override]'],
    [
      'a lock with conflict markers',
      [`${image}=:1`, ...source],
      (folder) => writeFolder(folder, { [lockFile]: '<<<<<<< a\n=======\n>>>>>>> b\n' }),
      1,
      'app/locks/production.yaml:1:1: error[lock-conflict]',
    ],
    [
      'options that exclude each other',
      [`${image}=:1`, '--push', '--pull-request-branch'],
      () => undefined,
      2,
      'exclude each other',
    ],
    ['--file with the lock', [`${image}=:1`, '--file', 'x'], () => undefined, 2, '--file needs --write'],
  ])('refuses %s and writes nothing', async (name, args, prepare, code, message) => {
    const folder = repositories.clone(repositories.bare(`bad-${name.replaceAll(/\W/gu, '-')}`, application));
    prepare(folder);
    const before = contentOf(join(folder, 'app'));
    const result = await set(folder, ...args);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(message);
    expect(contentOf(join(folder, 'app'))).toEqual(before);
  });

  it('refuses files with changes that are not committed, and puts everything back when a hook says no', async () => {
    const folder = repositories.clone(
      repositories.bare('dirty', {
        ...application,
        [lockFile]: 'apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages: []\n',
      }),
    );
    writeFolder(folder, { [lockFile]: `${readFileSync(join(folder, lockFile), 'utf8')}# mine\n` });
    const dirty = await set(folder, `${image}=:1`, ...source, '--commit');
    expect(dirty).toMatchObject({ code: 1, stdout: '' });
    expect(dirty.stderr).toContain(`error[git-dirty]: there are changes that are not committed in ${lockFile}`);
    git(folder, 'checkout', '-q', '.');
    writeFolder(folder, { '.git/hooks/pre-commit': '#!/bin/sh\necho frozen >&2\nexit 1\n' });
    chmodSync(join(folder, '.git/hooks/pre-commit'), 0o755);
    for (const environment of ['production', 'staging']) {
      const frozen = await set(folder, `${image}=:1`, ...source, '--commit', '-e', environment);
      expect(frozen).toMatchObject({ code: 1, stdout: '' });
      expect(frozen.stderr).toContain('git: frozen');
    }
    expect(git(folder, 'status', '--porcelain', '-uall')).toBe('');
  });

  it('keeps a byte order mark and the line ends, and reaches files beside the application', async () => {
    const text = `\uFEFF${manifest.replaceAll('\n', '\r\n')}`;
    const bare = repositories.bare('mark', { ...application, 'base/deployment.yaml': text });
    const folder = repositories.clone(bare);
    const args = [
      'images',
      'set',
      `${image}=:3`,
      '--write',
      'manifests',
      '--file',
      '../base/*.yaml',
      '-C',
      'app',
      '--push',
    ];
    expect(await runCli(args, { cwd: folder, env })).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'base/deployment.yaml'), 'utf8')).toBe(text.replace(image, `${image}:3`));
  });

  it('says when nobody will be told of a deployment', async () => {
    const folder = repositories.clone(repositories.bare('unreported', application));
    expect((await set(folder, 'redis=:8', '--new')).stderr).toContain(
      'redis has no source commit: its deployments are not reported',
    );
    expect((await set(folder, 'redis=:9', '--no-source')).stderr).toBe(`wrote ${lockFile}\n`);
  });

  it('needs no git to write, and keeps the mode of the file', async () => {
    const folder = join(repositories.folder, 'no-git');
    writeFolder(folder, application);
    await set(folder, `${image}=:1`, ...source);
    chmodSync(join(folder, lockFile), 0o640);
    expect(await set(folder, `${image}=:2`, ...source, '-o', 'json')).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, lockFile), 'utf8')).toContain('tag: "2"');
    expect(
      await runCli(['images', 'set', `${image}=:3`, '--write', 'manifests', '--file', 'base/*.yaml'], {
        cwd: join(folder, 'app'),
        env,
      }),
    ).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'app/base/deployment.yaml'), 'utf8')).toBe(manifest.replace(image, `${image}:3`));
  });
});

describe('an image of a third party', () => {
  it('gets no source commit of the pipeline, and no note', async () => {
    const waybill = application['app/waybill.yaml'].replace(
      /images: .*/u,
      `images: [{ name: ${image}, thirdParty: true }]`,
    );
    const folder = repositories.clone(repositories.bare('third', { ...application, 'app/waybill.yaml': waybill }));
    const variables = { ...env, GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/other', GITHUB_SHA: commit };
    const args = ['images', 'set', `${image}=:2`, '-e', 'production', '-C', 'app'];
    const result = await runCli(args, { cwd: folder, env: variables });
    expect(result).toMatchObject({ code: 0, stderr: `wrote ${lockFile}\n` });
    expect(readFileSync(join(folder, lockFile), 'utf8')).not.toContain('source');
  });
});

describe('images set --commit without a repository', () => {
  it.each<[string, Record<string, string>]>([
    ['no .git', {}],
    ['a .git that is none', { '.git/config': '' }],
  ])('is refused with %s, and writes nothing', async (_name, more) => {
    const folder = mkdtempSync(join(repositories.folder, 'none-'));
    writeFolder(folder, { ...application, ...more });
    const result = await set(folder, `${image}=:1.4.2`, ...source, '--commit');
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('error[git-repository]');
    expect(existsSync(join(folder, lockFile))).toBe(false);
  });
});

describe('images set in several applications', () => {
  const waybill = (name: string, environment = 'production'): string =>
    `apiVersion: waybill.dev/v1\nkind: Waybill\nimages: [{ name: ${name} }]\nenvironments: { ${environment}: {} }\n`;
  const content = {
    'apps/one/waybill.yaml': waybill('r.dev/shared'),
    'apps/two/waybill.yaml': waybill('r.dev/shared'),
    'apps/two/pod.yaml': 'apiVersion: v1\nkind: Pod\nspec: { containers: [{ image: r.dev/own }] }\n',
    'apps/three/waybill.yaml': waybill('r.dev/other'),
    'apps/preview/waybill.yaml': waybill('r.dev/shared', 'preview'),
  };
  let count = 0;
  const make = (): { folder: string; bare: string } => {
    count += 1;
    const bare = repositories.bare(`several-${count}`, content);
    return { folder: repositories.clone(bare), bare };
  };
  const wide = async (folder: string, ...args: string[]) =>
    await runCli(['images', 'set', '--no-source', ...inEnvironment('production', args)], { cwd: folder, env });

  it('makes one commit of all that name the images', async () => {
    const { folder, bare } = make();
    const result = await wide(folder, 'r.dev/shared=:2', 'r.dev/own=:7', '-C', 'apps', '--all', '--push');
    expect(result).toMatchObject({
      code: 0,
      stdout: 'apps/one: r.dev/shared: 2 (new)\napps/two: r.dev/shared: 2 (new)\napps/two: r.dev/own: 7 (new)\n',
    });
    expect(git(bare, 'show', '--format=%s', '--name-only', 'main').split('\n')).toEqual([
      'Deploy shared, own to production',
      '',
      'apps/one/locks/production.yaml',
      'apps/two/locks/production.yaml',
    ]);
    expect(await wide(folder, 'r.dev/shared=:2', '--all', '--commit')).toMatchObject({
      code: 0,
      stderr: 'left out: apps/preview (has no environment production)\nnothing to change\n',
    });
  });

  it('takes applications by name and glob', async () => {
    const { folder } = make();
    expect(await wide(folder, 'r.dev/shared=:2', '--application', 'apps/{one,three}')).toMatchObject({
      code: 0,
      stdout: 'apps/one: r.dev/shared: 2 (new)\n',
    });
    const added = await wide(folder, 'r.dev/new=:1', '--application', 'apps/three', '--new');
    expect(added).toMatchObject({ code: 0, stdout: 'apps/three: r.dev/new: 1 (new)\n' });
  });

  it.each<[string, string[], string]>([
    ['an image that none names', ['r.dev/sharde=:2', 'r.dev/shared=:2', '--all'], 'Did you mean r.dev/shared?'],
    ['an environment that none has', ['r.dev/shared=:2', '--all', '-e', 'prod'], 'Did you mean production?'],
    ['an application without the environment', ['r.dev/shared=:2', '--application', 'apps/*'], 'environment-unknown'],
    ['a glob without applications', ['r.dev/shared=:2', '--application', 'x/*'], 'names no application directory'],
    ['a place outside', ['r.dev/shared=:2', '--application', '../..'], 'path-escapes'],
  ])('refuses %s, and writes nothing', async (_name, args, message) => {
    const { folder } = make();
    const result = await wide(folder, ...args);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(message);
    expect(git(folder, 'status', '--porcelain', '-uall')).toBe('');
  });

  it.each([
    ['--all', '--application', 'apps/one'],
    ['--all', '--new'],
    ['--all', '--write', 'manifests'],
  ])('says that %s %s %s makes no sense', async (...args) => {
    expect(await wide(make().folder, 'r.dev/shared=:2', ...args.filter(Boolean))).toMatchObject({ code: 2 });
  });
});
