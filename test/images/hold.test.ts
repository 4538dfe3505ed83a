// Holds: what a rollback leaves, and what people hold back, does not come again without a word.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();
const { git, env } = repositories;
const application = {
  'app/waybill.yaml':
    'apiVersion: waybill.dev/v1\nkind: Waybill\nimages: [{ name: r.dev/a }]\nenvironments: { staging: {}, prod: {} }\n',
  'app/pod.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: r.dev/a }, { name: b, image: r.dev/b }] }\n',
};
let count = 0;

interface Place {
  readonly folder: string;
  readonly waybill: (...args: string[]) => ReturnType<typeof runCli>;
  readonly tag: (environment?: string) => string | undefined;
  readonly text: (environment?: string) => string;
}

function place(more: Record<string, string> = {}, variables: Record<string, string> = {}): Place {
  count += 1;
  const folder = repositories.clone(repositories.bare(`hold-${count}`, { ...application, ...more }));
  const text = (environment = 'prod'): string => readFileSync(join(folder, `app/locks/${environment}.yaml`), 'utf8');
  return {
    folder,
    waybill: async (...args) => await runCli(['-C', 'app', ...args], { cwd: folder, env: { ...env, ...variables } }),
    tag: (environment) => /tag: (\S+)/u.exec(text(environment))?.[1],
    text,
  };
}

const set = (tag: string, environment = 'prod', image = 'r.dev/a'): string[] => [
  'images',
  'set',
  `${image}=:${tag}`,
  '-e',
  environment,
  '--no-source',
  '--commit',
];
const rollback = ['rollback', '-e', 'prod', '--commit'];

describe('a rollback', () => {
  async function deployed(variables: Record<string, string> = {}): Promise<Place> {
    const made = place({}, variables);
    for (const tag of ['v1', 'v2', 'v3']) expect(await made.waybill(...set(tag))).toMatchObject({ code: 0 });
    return made;
  }

  it('holds back what it left, says so in list, and is not repeated by accident', async () => {
    const { waybill, tag, text } = await deployed();
    expect(await waybill(...rollback, '--reason', 'loses orders')).toMatchObject({
      code: 0,
      stdout: 'r.dev/a: v3 -> v2\n',
    });
    expect(text()).toContain('holds:\n- image: r.dev/a\n  tag: v3\n  reason: loses orders\n  rollback: ');
    const again = await waybill(...rollback);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('error[rollback-repeated]: prod is rolled back already');
    expect(again.stderr).toMatch(
      /One step further back is [0-9a-f]{12} "Deploy a to prod": --steps 1, or --to [0-9a-f]{12}/u,
    );
    expect(tag()).toBe('v2');
    expect((await waybill('images', 'list')).stdout).toContain('r.dev/a v3 is held back in prod: loses orders');
    const [row] = (await waybill('images', 'list', '-o', 'json')).stdout.split('\n');
    expect(JSON.parse(row ?? '')).toMatchObject({ holds: [{ tag: 'v3', reason: 'loses orders' }] });
  });

  it('steps over what was left before, to the state that nobody has called bad', async () => {
    const { waybill, tag } = await deployed();
    await waybill(...rollback);
    expect(await waybill(...rollback, '--steps', '1')).toMatchObject({ code: 0, stdout: 'r.dev/a: v2 -> v1\n' });
    expect(tag()).toBe('v1');
    const none = await waybill(...rollback, '--steps', '1');
    expect(none).toMatchObject({ code: 1 });
    expect(none.stderr).toContain('the history has no other state');
    expect(none.stderr).toContain('r.dev/a v3 is held back: rolled back from v3 to v2');
  });

  it('goes back with what was deployed since, and leaves alone what it rolled back before', async () => {
    const { waybill, text } = place();
    for (const tag of ['v1', 'v2']) {
      const both = ['images', 'set', `r.dev/a=:${tag}`, `r.dev/b=:${tag}`, '-e', 'prod', '--no-source', '--commit'];
      expect(await waybill(...both, '--new')).toMatchObject({ code: 0 });
    }
    expect(await waybill(...rollback)).toMatchObject({ code: 0, stdout: 'r.dev/a: v2 -> v1\nr.dev/b: v2 -> v1\n' });
    await waybill(...set('v3'));
    expect(await waybill(...rollback)).toMatchObject({ code: 0, stdout: 'r.dev/a: v3 -> v1\n' });
    const again = await waybill(...rollback);
    expect(again.stderr).toContain('error[rollback-repeated]');
    expect(text()).toContain('- name: r.dev/b\n  tag: v1\n');
  });

  it('of one CI run is made once, however often its job is tried', async () => {
    const run = { GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/a', GITHUB_RUN_ID: '7', GITHUB_SHA: 'a'.repeat(40) };
    const { waybill, tag } = await deployed(run);
    await waybill(...rollback, '--steps', '1');
    const retry = await waybill(...rollback, '--steps', '1');
    expect(retry).toMatchObject({ code: 0, stdout: '' });
    expect(retry.stderr).toContain('rolled back by this CI run already: app');
    expect(tag()).toBe('v2');
  });

  it('is the last word for set and promote, until consent or another version', async () => {
    const { waybill, tag, text, folder } = await deployed();
    await waybill(...rollback);
    for (const args of [set('v3'), [...set('v3').slice(0, -1), '--commit', '-o', 'json']]) {
      const refused = await waybill(...args);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(
        /app\/locks\/prod\.yaml:\d+:\d+: error\[image-held\]: r\.dev\/a v3 is held back in prod: rolled back from v3 to v2/u,
      );
      expect(refused.stderr).toContain('waybill release r.dev/a:v3 -e prod');
    }
    await waybill(...set('v3', 'staging'));
    const promote = ['promote', '--from', 'staging', '--to', 'prod', '--commit'];
    expect((await waybill(...promote)).stderr).toContain('error[image-held]');
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(await waybill(...set('v4'))).toMatchObject({ code: 0 });
    expect(text()).toContain('tag: v3');
    expect(await waybill(...rollback)).toMatchObject({ code: 0, stdout: 'r.dev/a: v4 -> v2\n' });
    expect(await waybill(...promote, '--allow-held')).toMatchObject({ code: 0, stdout: 'r.dev/a: v2 -> v3\n' });
    expect(tag()).toBe('v3');
    expect(text().match(/- image:/gu)).toHaveLength(1);
  });

  it('goes back to what is held on purpose alone', async () => {
    const { waybill, folder } = await deployed();
    const bad = git(folder, 'rev-parse', 'HEAD');
    await waybill(...rollback);
    expect((await waybill(...rollback, '--to', bad)).stderr).toContain('error[image-held]');
    expect(await waybill(...rollback, '--to', bad, '--allow-held')).toMatchObject({
      code: 0,
      stdout: 'r.dev/a: v2 -> v3\n',
    });
  });

  it('of many applications is one commit; those that cannot go back stay, and that is said', async () => {
    const { folder } = place({
      'other/waybill.yaml': application['app/waybill.yaml'],
      'third/waybill.yaml': application['app/waybill.yaml'],
    });
    const waybill = async (...args: string[]) => await runCli(args, { cwd: folder, env });
    for (const tag of ['v1', 'v2']) await waybill(...set(tag), '--application', 'app', '--application', 'other');
    await waybill(...set('v1'), '--application', 'third');
    const before = git(folder, 'rev-parse', 'HEAD');
    const done = await waybill(...rollback, '--all');
    expect(done).toMatchObject({ code: 0, stdout: 'app: r.dev/a: v2 -> v1\nother: r.dev/a: v2 -> v1\n' });
    expect(done.stderr).toMatch(/left out: third \(the history has no other state/u);
    expect(git(folder, 'rev-list', '--count', `${before}..HEAD`)).toBe('1');
    expect(git(folder, 'show', '--format=', '--name-only').split('\n')).toEqual([
      'app/locks/prod.yaml',
      'other/locks/prod.yaml',
    ]);
    expect(await waybill(...rollback, '--all')).toMatchObject({ code: 1, stdout: '' });
    expect(await waybill(...rollback, '--application', 'app', '--to', before, '--allow-held')).toMatchObject({
      code: 0,
      stdout: 'app: r.dev/a: v1 -> v2\n',
    });
  });
});

describe('hold and release', () => {
  it('hold a version back by hand, before or after it runs, and take the hold away', async () => {
    const { waybill, text, tag } = place();
    const hold = ['hold', 'r.dev/a:v2', '-e', 'prod', '--reason', 'see\nissue 12', '--commit'];
    expect(await waybill(...hold)).toMatchObject({
      code: 0,
      stdout: 'r.dev/a v2 is held back in prod: see issue 12\n',
    });
    expect(text()).toContain('images: []\nholds:\n- image: r.dev/a\n  tag: v2\n  reason: see issue 12\n');
    expect(await waybill(...hold)).toMatchObject({ code: 0, stderr: 'nothing to change\n' });
    expect(await waybill('render', '.', '-e', 'prod')).toMatchObject({ code: 0 });
    expect((await waybill(...set('v2'))).stderr).toContain('r.dev/a v2 is held back in prod: see issue 12');
    expect(await waybill(...set('v1'))).toMatchObject({ code: 0 });
    const runs = await waybill('hold', 'r.dev/a:v1', '-e', 'prod', '--reason', 'bad', '--commit');
    expect(runs.stderr).toContain('it is the current version: waybill rollback -e prod r.dev/a goes back');
    const unknown = await waybill('release', 'r.dev/a:v9', '-e', 'prod');
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.stderr).toContain('error[hold-unknown]');
    expect(await waybill('release', 'r.dev/a:v2', '-e', 'prod', '--commit')).toMatchObject({
      code: 0,
      stdout: 'r.dev/a v2 is released in prod\n',
    });
    expect(await waybill('release', 'r.dev/a', '-e', 'prod', '--commit')).toMatchObject({ code: 0 });
    expect(text()).not.toContain('holds');
    expect(await waybill(...set('v2'))).toMatchObject({ code: 0 });
    expect(tag()).toBe('v2');
  });

  it('keep what runs', async () => {
    const { waybill, tag } = place();
    await waybill(...set('v1'));
    expect(await waybill('hold', 'r.dev/a', '-e', 'prod', '--reason', 'migration', '--commit')).toMatchObject({
      code: 0,
      stdout: 'r.dev/a stays in prod: migration\n',
    });
    expect((await waybill(...set('v2'))).stderr).toContain(
      'error[image-held]: r.dev/a stays as it is in prod: migration',
    );
    expect(await waybill(...set('v1'))).toMatchObject({ code: 0 });
    expect(await waybill(...set('v7', 'prod', 'r.dev/b'))).toMatchObject({ code: 0 });
    expect(await waybill(...set('v2'), '--allow-held')).toMatchObject({ code: 0 });
    expect(tag()).toBe('v2');
    expect((await waybill(...set('v3'))).stderr).toContain('error[image-held]');
  });

  it.each([
    ['an unknown image', ['hold', 'r.dev/z:v1', '-e', 'prod', '--reason', 'x'], 'image-unmatched'],
    ['an unknown environment', ['hold', 'r.dev/a:v1', '-e', 'pord', '--reason', 'x'], 'environment-unknown'],
    ['no image', ['hold', ':v1', '-e', 'prod', '--reason', 'x'], 'image-override'],
    ['what is not held', ['release', 'r.dev/a', '-e', 'prod'], 'hold-unknown'],
  ])('refuse %s', async (_name, args, code) => {
    const result = await place().waybill(...args);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(`error[${code}]`);
  });

  it('let a version of a newer source commit come, and are over then', async () => {
    const { waybill, text } = place();
    const sources = repositories.clone(repositories.bare(`hold-sources-${count}`, { 'a.txt': '0\n' }));
    const commits = ['first', 'second', 'third'].map((message) => {
      git(sources, 'commit', '-q', '--allow-empty', '-m', message);
      return git(sources, 'rev-parse', 'HEAD');
    });
    git(sources, 'push', '-q', 'origin', 'main');
    const url = git(sources, 'remote', 'get-url', 'origin');
    const build = async (index: number, ...more: string[]) =>
      await waybill(
        ...set(`v${index}`).filter((one) => one !== '--no-source'),
        '--source-repository',
        url,
        '--source-commit',
        commits[index] ?? '',
        ...more,
      );
    await build(0);
    await build(1);
    expect(await waybill(...rollback)).toMatchObject({ code: 0 });
    expect(text()).toContain(`commit: ${commits[1]}`);
    // The same code under another tag is the same.
    const rebuilt = await waybill(
      'images',
      'set',
      'r.dev/a=:again',
      '-e',
      'prod',
      '--source-repository',
      url,
      '--source-commit',
      commits[1] ?? '',
    );
    expect(rebuilt.stderr).toContain('error[image-held]');
    expect(await build(2)).toMatchObject({ code: 0 });
    expect(text()).not.toContain('holds');
  });

  it('of images without an entry are in the JSON of list, too', async () => {
    const { waybill } = place();
    await waybill('hold', 'r.dev/a:v9', '-e', 'prod', '--reason', 'not yet', '--commit');
    const { stdout } = await waybill('images', 'list', '-o', 'json');
    expect(JSON.parse(stdout)).toEqual({
      application: 'app',
      environment: 'prod',
      name: 'r.dev/a',
      state: null,
      holds: [{ image: 'r.dev/a', tag: 'v9', reason: 'not yet' }],
    });
  });

  it('of many applications are one commit, in those that have the image and the environment', async () => {
    const { folder } = place({
      'more/waybill.yaml': application['app/waybill.yaml'],
      'more/pod.yaml': application['app/pod.yaml'],
      'other/waybill.yaml': 'apiVersion: waybill.dev/v1\nkind: Waybill\nenvironments: { staging: {} }\n',
      'other/pod.yaml': application['app/pod.yaml'],
    });
    const waybill = async (...args: string[]) => await runCli(args, { cwd: folder, env });
    const everywhere = ['--all', '-e', 'prod', '--commit'];
    const before = git(folder, 'rev-parse', 'HEAD');
    const held = await waybill('hold', 'r.dev/a:v9', '--reason', 'CVE', ...everywhere);
    expect(held).toMatchObject({
      code: 0,
      stdout: 'app: r.dev/a v9 is held back in prod: CVE\nmore: r.dev/a v9 is held back in prod: CVE\n',
    });
    expect(held.stderr).toContain('left out: other');
    const changed = (): string[] => git(folder, 'show', '--format=', '--name-only').split('\n');
    expect(changed()).toEqual(['app/locks/prod.yaml', 'more/locks/prod.yaml']);
    expect(git(folder, 'log', '-1', '--format=%B')).toContain('app: r.dev/a: v9: CVE\nmore: r.dev/a: v9: CVE');
    await waybill('hold', 'r.dev/a:v9', '--reason', 'CVE', ...everywhere);
    expect(git(folder, 'rev-list', '--count', `${before}..HEAD`)).toBe('1');
    expect(await waybill('release', 'r.dev/a', '-e', 'prod', '--application', 'more', '--commit')).toMatchObject({
      code: 0,
      stdout: 'more: r.dev/a v9 is released in prod\n',
    });
    expect(changed()).toEqual(['more/locks/prod.yaml']);
    expect(await waybill('release', 'r.dev/a:v9', ...everywhere)).toMatchObject({
      code: 0,
      stdout: 'app: r.dev/a v9 is released in prod\n',
    });
    const none = await waybill('release', 'r.dev/a:v9', ...everywhere);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('error[hold-unknown]: no lock of prod here holds anything of r.dev/a:v9');
    const unknown = await waybill('hold', 'r.dev/z:v9', '--reason', 'CVE', ...everywhere);
    expect(unknown.stderr).toContain('error[image-unmatched]: no application here names the image r.dev/z');
    expect(await waybill('hold', 'r.dev/a', '--reason', 'x', '--application', 'app', ...everywhere)).toMatchObject({
      code: 2,
    });
  });
});
