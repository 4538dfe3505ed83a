import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { textAt } from '../handback/oracle.ts';
import { GitHub } from '../handback/end-to-end/github.ts';
import { interpolate, isMet } from '../tools/github-expressions.ts';
import { jqBinary } from '../tools/jq.mjs';

// The shell of the preview workflows, with GitHub's own evaluator of expressions, against a GitHub whose requests are
// held against its published description.
const folder = mkdtempSync(join(tmpdir(), 'waybill-previews-'));
const repository = 'acme/user-service';
const head = 'a'.repeat(40);
const older = 'b'.repeat(40);
let github: GitHub;

interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  body: string;
}

/** What this GitHub knows besides deployments. */
const world: {
  pulls: { number: number; head: { ref: string; sha: string }; labels: { name: string }[]; labelled: string }[];
  comments: Comment[];
  committed: string;
} = { pulls: [], comments: [], committed: '' };

function more(method: string, path: string, query: URLSearchParams, body: JsonObject): ReturnType<GitHub['more']> {
  const [kind = '', number = '', what = '', name = ''] = path.split('/');
  const pull = world.pulls.find((one) => String(one.number) === number);
  if (method === 'GET' && path === 'pulls') return { status: 200, json: world.pulls };
  if (method === 'GET' && kind === 'pulls' && pull) return { status: 200, json: pull };
  if (method === 'GET' && kind === 'commits')
    return { status: 200, json: { commit: { committer: { date: world.committed } } } };
  if (method === 'GET' && path === 'issues')
    return {
      status: 200,
      json: world.pulls
        .filter(({ labels }) => labels.some(({ name: one }) => one === query.get('labels')))
        .map((one) => ({ number: one.number, pull_request: {} })),
    };
  if (method === 'GET' && what === 'events')
    return {
      status: 200,
      json: [{ event: 'labeled', label: { name: 'preview' }, created_at: pull?.labelled }, { event: 'closed' }],
    };
  if (method === 'DELETE' && what === 'labels' && pull) {
    pull.labels = pull.labels.filter((one) => one.name !== name);
    return { status: 200, json: pull.labels };
  }
  if (what === 'comments' && method === 'GET') {
    const [page, size] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 30)];
    return { status: 200, json: world.comments.slice((page - 1) * size, page * size) };
  }
  if (what === 'comments' && method === 'POST') {
    world.comments.push({
      id: world.comments.length + 1,
      user: { login: 'github-actions[bot]' },
      body: textAt(body, ['body']),
    });
    return { status: 201, json: {} };
  }
  const comment = world.comments.find(({ id }) => path === `issues/comments/${id}`);
  if (method === 'PATCH' && comment) {
    comment.body = textAt(body, ['body']);
    return { status: 200, json: {} };
  }
  return undefined;
}

beforeAll(async () => {
  symlinkSync(await jqBinary(), join(folder, 'jq'));
});
beforeEach(async () => {
  github = new GitHub();
  github.more = more;
  await github.start();
  const labels = [{ name: 'preview' }];
  world.pulls = [{ number: 12, head: { ref: 'feature/login', sha: head }, labels, labelled: '2026-01-01T00:00:00Z' }];
  world.comments = [];
  return () => github.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function workflow(file: string): JsonObject {
  const path = `examples/previews/workflows/${file}.yml`;
  const [document] = readYaml(readFileSync(path, 'utf8'), { file: path, duplicateKeys: 'error' });
  return isObject(document?.value) ? document.value : {};
}

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the shell of a job's one step, if its condition lets it. Undefined: it does not. */
async function job(file: string, name: string, contexts: JsonObject): Promise<Ran | undefined> {
  const all = workflow(file);
  const one = object(valueAt(all, ['jobs', name]));
  const context = {
    inputs: {},
    needs: {},
    ...contexts,
    github: { token: 'ghs_1', repository, ...object(contexts['github']) },
  };
  if (!isMet(textAt(one, ['if']) || undefined, context, 'success')) return undefined;
  const steps = valueAt(one, ['steps']);
  const step = object(isArray(steps) ? steps[0] : undefined);
  const written = { ...object(all['env']), ...object(step['env']) };
  const env = Object.fromEntries(
    Object.entries(written).map(([key, text]) => [key, interpolate(textAt(text ?? null, []), context)]),
  );
  const child = spawn('bash', ['-e', '-c', textAt(step, ['run'])], {
    env: {
      PATH: `${folder}:${process.env['PATH']}`,
      GITHUB_API_URL: github.url,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: repository,
      GITHUB_RUN_ID: '42',
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  expect(github.problems).toEqual([]);
  return { code, output };
}

interface Options {
  readonly labels?: readonly string[];
  readonly from?: string;
  readonly label?: string;
  readonly sha?: string;
  readonly branch?: string;
  readonly number?: number;
}

/** The `github` context of a pull request's event. */
function pullRequest(action: string, options: Options = {}): JsonObject {
  const {
    labels = ['preview'],
    from = repository,
    label = 'preview',
    sha = head,
    branch = 'feature/login',
    number = 12,
  } = options;
  return {
    event: {
      action,
      number,
      label: { name: label },
      pull_request: {
        state: action === 'closed' ? 'closed' : 'open',
        labels: labels.map((name) => ({ name })),
        head: { ref: branch, sha, repo: { full_name: from } },
      },
    },
  };
}

/** The contexts of a deployment's status. */
function status(state: string, sha: string, more_: JsonObject = {}): JsonObject {
  const deployment = { environment: 'preview/12', sha };
  return {
    github: {
      event: { deployment, deployment_status: { state, environment_url: '', log_url: '', description: '', ...more_ } },
    },
  };
}

describe('preview.yml', () => {
  it('queues the head commit once, in an environment that is transient and no production', async () => {
    expect(await job('preview', 'queued', { github: pullRequest('labeled') })).toMatchObject({ code: 0 });
    expect(await job('preview', 'queued', { github: pullRequest('synchronize') })).toMatchObject({ code: 0 });
    expect(github.said(head, 'deployment')).toEqual(['preview/12 queued']);
  });

  it('does not go back to queued when Argo CD has begun', async () => {
    await job('preview', 'queued', { github: pullRequest('labeled') });
    const deployments = `${github.url}/repos/${repository}/deployments`;
    const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
    const id = valueAt(
      readYaml(await (await fetch(deployments, { headers })).text(), { file: 'x', duplicateKeys: 'error' })[0]?.value ??
        null,
      [0, 'id'],
    );
    await fetch(`${deployments}/${JSON.stringify(id)}/statuses`, {
      method: 'POST',
      headers,
      body: '{"state":"in_progress"}',
    });
    await job('preview', 'queued', { github: pullRequest('reopened') });
    expect(github.said(head, 'deployment')).toEqual(['preview/12 queued', 'preview/12 in_progress']);
  });

  it.each<[string, JsonObject]>([
    ['a pull request without the label', pullRequest('synchronize', { labels: ['bug'] })],
    ['another label', pullRequest('labeled', { label: 'bug' })],
    ['a label that goes', pullRequest('unlabeled', { label: 'bug' })],
    ['a fork', pullRequest('labeled', { from: 'eve/user-service' })],
    ['a closed pull request', pullRequest('closed')],
  ])('builds nothing for %s', async (_name, context) => {
    expect(await job('preview', 'queued', { github: context })).toBeUndefined();
    expect(github.words).toEqual([]);
  });

  it('leaves the host to the older of two pull requests whose branches have one slug', async () => {
    world.pulls.push({
      number: 15,
      head: { ref: 'feature-login', sha: older },
      labels: [{ name: 'preview' }],
      labelled: '',
    });
    const ran = await job('preview', 'queued', {
      github: pullRequest('labeled', { number: 15, branch: 'feature-login', sha: older }),
    });
    expect(ran).toMatchObject({ code: 1 });
    expect(ran?.output).toContain('the host of this preview is that of pull request #12');
    expect(github.said(older, 'deployment')).toEqual(['preview/15 failure']);
    expect(await job('preview', 'queued', { github: pullRequest('labeled') })).toMatchObject({ code: 0 });
  });

  it.each([
    ['failure', 'failure'],
    ['cancelled', 'inactive'],
  ])('an image whose job ends in %s is told %s', async (result, told) => {
    await job('preview', 'queued', { github: pullRequest('labeled') });
    const needs = { queued: { result: 'success' }, image: { result } };
    expect(await job('preview', 'unbuilt', { github: pullRequest('labeled'), needs })).toMatchObject({ code: 0 });
    expect(github.said(head, 'deployment')).toEqual(['preview/12 queued', `preview/12 ${told}`]);
  });

  it('leaves a built image to Argo CD', async () => {
    const needs = { queued: { result: 'success' }, image: { result: 'success' } };
    expect(await job('preview', 'unbuilt', { github: pullRequest('labeled'), needs })).toBeUndefined();
  });

  it.each(['closed', 'unlabeled'])(
    '%s: ends every deployment of the preview once, also of an Application that is stuck',
    async (action) => {
      await job('preview', 'queued', { github: pullRequest('labeled', { sha: older }) });
      await job('preview', 'queued', { github: pullRequest('synchronize') });
      expect(await job('preview', 'closed', { github: pullRequest(action) })).toMatchObject({ code: 0 });
      await job('preview', 'closed', { github: pullRequest(action) });
      for (const sha of [head, older])
        expect(github.said(sha, 'deployment')).toEqual(['preview/12 queued', 'preview/12 inactive']);
    },
  );
});

describe('preview-comment.yml', () => {
  it('is one comment, whatever happens', async () => {
    await job('preview-comment', 'comment', {
      inputs: { number: '12', commit: head, state: 'queued' },
      github: { event: {} },
    });
    const url = 'https://feature-login.preview.ecotrack.platform';
    await job('preview-comment', 'comment', status('in_progress', head));
    await job('preview-comment', 'comment', status('success', head, { environment_url: url, description: 'Deployed' }));
    expect(world.comments).toHaveLength(1);
    expect(world.comments[0]?.body).toBe(
      `<!-- waybill-preview -->\n| | preview |\n| --- | --- |\n| state | ✅ success |\n| address | ${url} |\n| commit | ${head} |\n| | Deployed |`,
    );
  });

  it('does not take the comment of somebody else for its own, and finds its own on a later page', async () => {
    world.comments = Array.from({ length: 120 }, (_none, index) => ({
      id: index + 1,
      user: { login: index === 110 ? 'github-actions[bot]' : 'eve' },
      body: '<!-- waybill-preview -->\nNot from here',
    }));
    await job('preview-comment', 'comment', status('failure', head));
    expect(world.comments).toHaveLength(120);
    expect(world.comments.flatMap(({ id, body }) => (body.includes('❌') ? [id] : []))).toEqual([111]);
  });

  it('passes over statuses of older commits and of other environments', async () => {
    await job('preview-comment', 'comment', status('success', older));
    expect(world.comments).toEqual([]);
    const staging = {
      github: { event: { deployment: { environment: 'staging', sha: head }, deployment_status: { state: 'success' } } },
    };
    expect(await job('preview-comment', 'comment', staging)).toBeUndefined();
  });

  it('lets nothing out of its cell', async () => {
    const hostile = 'a | b\n# big <img src=x> @everyone `x`';
    await job(
      'preview-comment',
      'comment',
      status('failure', head, {
        description: hostile,
        environment_url: 'javascript:alert(1)',
        log_url: 'https://x/)[y](z',
      }),
    );
    expect(world.comments[0]?.body.split('\n')).toEqual([
      '<!-- waybill-preview -->',
      '| | preview |',
      '| --- | --- |',
      '| state | ❌ failure |',
      `| commit | ${head} |`,
      '| | a   b # big  img src=x   everyone  x  |',
    ]);
  });
});

describe('preview-forks.yml', () => {
  it('takes the label from a fork, and only from a fork', async () => {
    expect(await job('preview-forks', 'refuse', { github: pullRequest('labeled') })).toBeUndefined();
    expect(
      await job('preview-forks', 'refuse', { github: pullRequest('labeled', { from: 'eve/user-service' }) }),
    ).toMatchObject({ code: 0 });
    expect(world.pulls[0]?.labels).toEqual([]);
    expect(world.comments[0]?.body).toContain('forks get no preview');
  });

  it('runs nothing of the fork', () => {
    expect(JSON.stringify(workflow('preview-forks'))).not.toContain('actions/checkout');
  });
});

describe('preview-expire.yml', () => {
  const days = (count: number): string => `${new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 19)}Z`;

  it.each([
    ['old commit, old label', 4, 4, false],
    ['new commit', 1, 4, true],
    ['new label', 4, 1, true],
  ])('%s', async (_name, committed, labelled, stays) => {
    world.committed = days(committed);
    for (const pull of world.pulls) pull.labelled = days(labelled);
    expect(await job('preview-expire', 'expire', {})).toMatchObject({ code: 0 });
    expect(world.pulls[0]?.labels.length).toBe(stays ? 1 : 0);
  });
});
