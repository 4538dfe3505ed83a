// A misspelt environment, service or directory is an error of every command, never an empty result with exit code 0.
import { describe, expect, it } from 'vitest';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { runCli } from '../tools/run-cli.ts';

const repositories = temporaryRepositories();
const { env } = repositories;
const folder = repositories.clone(
  repositories.bare('names', {
    'apps/web/waybill.yaml':
      'apiVersion: waybill.dev/v1\nkind: Waybill\nimages: [{ name: r.dev/web }]\nenvironments: { staging: {}, production: {} }\n',
    'apps/web/pod.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: r.dev/web:v1 }] }\n',
    'apps/web/locks/staging.yaml':
      'apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: staging\nimages: [{ name: r.dev/web, tag: v1 }]\n',
  }),
);

const inFile = 'apps/web/waybill.yaml:4:1: error[environment-unknown]: there is no environment prod\n';
const among = 'error[environment-unknown]: no application here has an environment prod\n';
const usage = 'error: there is no environment prod; environments: ';

describe('a name that nothing has', () => {
  it.each<[number, string, string]>([
    [1, inFile, 'render apps/web -e prod'],
    [1, inFile, 'explain apps/web -e prod'],
    [1, inFile, 'diff apps/web -e staging --to prod'],
    [1, inFile, 'diff apps/web -e prod --against HEAD'],
    [1, inFile, 'record apps/web -e prod'],
    [1, inFile, 'promote --from staging --to prod -C apps/web'],
    [1, inFile, 'promote --from prod --to staging -C apps/web'],
    [1, inFile, 'promote --from staging --to prod --all'],
    [1, inFile, 'rollback -e prod -C apps/web'],
    [1, inFile, 'hold r.dev/web:v2 -e prod --reason x -C apps/web'],
    [1, inFile, 'release r.dev/web -e prod -C apps/web'],
    [1, inFile, 'images update -e prod -C apps/web'],
    [1, inFile, 'images set r.dev/web=:v2 --no-source -e prod -C apps/web'],
    [1, among, 'render --all -e prod'],
    [1, among, 'diff --all --against HEAD -e prod'],
    [1, among, 'promote --from prod --to staging --all'],
    [1, among, 'rollback -e prod --all'],
    [1, among, 'hold r.dev/web:v2 -e prod --reason x --all'],
    [1, among, 'release r.dev/web -e prod --all'],
    [1, among, 'images update -e prod --all'],
    [1, among, 'images set r.dev/web=:v2 --no-source -e prod --all'],
    [1, among, 'images list -e prod'],
    [1, among, 'images list -e staging -e prod'],
    [1, among, 'images list -e prod --drift --exit-code'],
    [1, among, 'images verify -e prod'],
    [2, usage, 'status -e prod --exit-code'],
    [2, usage, 'metrics -e prod'],
    [2, 'error: there is no service wb; services: web\n', 'status --service wb --exit-code'],
    [2, 'error: there is no service x*; services: web\n', 'status --service web --service x*'],
    [2, 'error: there is no service wb; services: web\n', 'metrics --service wb'],
    [1, 'error[file-missing]: the directory apps/wb does not exist\n', 'images list apps/wb'],
    [1, 'error[file-missing]: the directory apps/wb does not exist\n', 'validate apps/wb'],
  ])('exit code %i, %s: %s', async (code, message, line) => {
    const result = await runCli(line.split(' '), { cwd: folder, env });
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
    expect(result.stderr).toContain(message);
    expect(repositories.git(folder, 'status', '--porcelain')).toBe('');
  });

  it('is told from an environment that has no lock yet', async () => {
    const { code, stderr } = await runCli(['images', 'list', '-e', 'production'], { cwd: folder, env });
    expect(code).toBe(0);
    expect(stderr).toContain('left out: apps/web (has no lock of production)\n');
  });
});
