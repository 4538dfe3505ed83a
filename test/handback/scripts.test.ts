import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import { parseRecordName } from '../../plugin/record/name.ts';
import { isArray, isObject, type JsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { createCheck } from '../conformance/api-description.ts';
import { builtProgram } from '../tools/program.mjs';
import { textAt } from './oracle.ts';
import { jqBinary } from '../tools/jq.mjs';
import { runCli } from '../tools/run-cli.ts';

// The shell of the generated pipelines, taken out of the committed examples and run: against real repositories, and a
// GitHub whose requests are held against its published description.
const folder = mkdtempSync(join(tmpdir(), 'waybill-handback-'));
const source = 'https://github.com/acme/user-service';
const events = 'https://github.com/acme/deployment-events';
let commit = '';
let env: Record<string, string> = {};

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@localhost', ...args], { cwd, encoding: 'utf8' });

beforeAll(async () => {
  const at = (name: string): string => join(folder, name);
  for (const name of ['source', 'bin', 'home']) mkdirSync(at(name));
  git(folder, 'init', '-q', '--bare', '-b', 'main', at('events.git'));
  git(at('events.git'), 'config', 'uploadpack.allowFilter', 'true');
  git(at('source'), 'init', '-q', '-b', 'main');
  writeFileSync(join(at('source'), 'acceptance-tests.sh'), '#!/bin/sh\n[ "$1" != staging ]\n');
  chmodSync(join(at('source'), 'acceptance-tests.sh'), 0o755);
  git(at('source'), 'add', '-A');
  git(at('source'), 'commit', '-q', '-m', 'one');
  commit = git(at('source'), 'rev-parse', 'HEAD').trim();
  // The repositories of the examples are found on this disk.
  const moved = [
    [source, at('source')],
    [events, at('events.git')],
  ].map(([url = '', path = '']) => `[url "${pathToFileURL(path).href}"]\n  insteadOf = ${url}\n`);
  writeFileSync(at('gitconfig'), moved.join(''));
  writeFileSync(join(at('bin'), 'waybill'), `#!/bin/sh\nexec node ${await builtProgram()} "$@"\n`, {
    mode: 0o755,
  });
  symlinkSync(await jqBinary(), join(at('bin'), 'jq'));
  env = { PATH: `${at('bin')}:${process.env['PATH']}`, HOME: at('home'), GIT_CONFIG_GLOBAL: at('gitconfig') };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a script as CI's shell does. */
async function sh(script: string, more: Record<string, string>, cwd = folder): Promise<Ran> {
  const child = spawn('sh', ['-c', script], { cwd, env: { ...env, ...more } });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, output };
}

function objects(text: string): JsonObject[] {
  const documents = readYaml(text, { file: 'text', duplicateKeys: 'error' });
  return documents.flatMap(({ value }) => (isObject(value) ? [value] : []));
}

/** The shell of a workflow: that of its last step. */
function shellOf(path: string, job: string): string {
  const [workflow = {}] = objects(readFileSync(path, 'utf8'));
  const steps = valueAt(workflow, ['jobs', job, 'steps']);
  const step = isArray(steps) ? steps.at(-1) : undefined;
  return textAt(step, ['run']);
}

/** Runs the command of a rendered hook as its Job does: records mounted, the Job's UID in place. */
async function runHook(application: string, environment: string, uid: string): Promise<Ran> {
  const rendered = await runCli(['render', application, '-e', environment, '--app', `user-service-${environment}`]);
  expect(rendered).toMatchObject({ code: 0 });
  const all = objects(rendered.stdout);
  const hook = all.find((one) => valueAt(one, ['metadata', 'annotations', 'argocd.argoproj.io/hook']) === 'PostSync');
  const records = join(folder, `records-${uid}`);
  for (const one of all) {
    const name = textAt(one, ['metadata', 'name']);
    if (one['kind'] !== 'ConfigMap' || parseRecordName(name) === undefined) continue;
    mkdirSync(join(records, name), { recursive: true });
    writeFileSync(join(records, name, 'deployment.json'), textAt(one, ['data', 'deployment.json']));
  }
  const args = valueAt(hook, ['spec', 'template', 'spec', 'containers', 0, 'args']);
  const words = (isArray(args) ? args : []).map((arg) =>
    textAt(arg, []).replace('/records', records).replace('$(JOB_UID)', uid),
  );
  return await sh(`exec waybill ${words.map((word) => `'${word}'`).join(' ')}`, {});
}

describe('event-files', () => {
  it('leads from the lock to a result in the event repository', async () => {
    const generated = 'examples/handback/event-files/generated';
    const application = join(folder, 'user-service');
    mkdirSync(join(application, 'base'), { recursive: true });
    writeFileSync(
      join(application, 'base/deployment.yaml'),
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: user-service }\nspec: { template: { spec: { containers: [{ name: main, image: "ghcr.io/acme/user-service:old" }] } } }\n',
    );
    const fragment = readFileSync(join(generated, 'manifests/user-service/waybill.fragment.yaml'), 'utf8');
    writeFileSync(
      join(application, 'waybill.yaml'),
      `apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { manifests: base }\nnamespace: ecotrack\nimages: [{ name: ghcr.io/acme/user-service, sourceRepository: "${source}" }]\nenvironments: { staging: {}, production: {} }\n${fragment}`,
    );
    for (const environment of ['staging', 'production']) {
      const facts = ['--source-repository', source, '--source-commit', commit, '-C', application];
      const set = await runCli([
        'images',
        'set',
        'ghcr.io/acme/user-service',
        '--tag',
        'new',
        '-e',
        environment,
        ...facts,
      ]);
      expect(set).toMatchObject({ code: 0 });
      expect(await runHook(application, environment, `uid-${environment}`)).toMatchObject({ code: 0 });
      // A hook that runs again adds nothing.
      expect((await runHook(application, environment, `uid-${environment}`)).output).toContain('nothing to change');
    }
    const script = shellOf(
      join(generated, 'events/.github/workflows/waybill-test-user-service.yml'),
      'waybill-test-user-service',
    );
    const consumers = resolve(generated, 'events');
    // The tests of staging fail: that is a result, and the job says so.
    const first = await sh(script, {}, consumers);
    expect(first).toMatchObject({ code: 1 });
    expect(first.output).toContain(`user-service-staging in staging at ${commit}`);
    const { output } = await sh(`waybill event list --repository ${events} --type tests-complete -o json`, {});
    const outcomes = readJsonObjects(output, 'list').map(({ value }) => [
      valueAt(value, ['data', 'environment']),
      valueAt(value, ['data', 'sourceCommit']),
      valueAt(value, ['data', 'outcome']),
    ]);
    expect(outcomes).toEqual([
      ['staging', commit, 'failure'],
      ['production', commit, 'success'],
    ]);
    // Every event was handed out once.
    expect(await sh(script, {}, consumers)).toMatchObject({ code: 0 });
  }, 120_000);
});

describe('commit-status', () => {
  const workflow = 'examples/handback/commit-status/generated/source/user-service/.github/workflows';
  const script = (): string => shellOf(join(workflow, 'waybill-test-user-service.yml'), 'waybill-test-user-service');

  /** A GitHub that takes statuses and knows the state of one deployment; `fail` answers come first. */
  async function withGitHub(
    state: string,
    fail: number,
    work: (url: string) => Promise<Ran>,
  ): Promise<{ ran: Ran; statuses: string[] }> {
    const description = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
    const [document] = readJsonObjects(readFileSync(description, 'utf8'), 'github');
    const check = createCheck({ document: document?.value ?? {}, base: 'https://api.github.com' });
    const statuses: string[] = [];
    const problems: string[] = [];
    let failures = fail;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        const method = request.method ?? '';
        const url = `https://api.github.com${request.url}`;
        const [sent] = body === '' ? [] : readJsonObjects(body, 'body');
        const json = sent === undefined ? {} : { body: sent.value };
        problems.push(...check({ method, url, headers, ...json, status: 200 }));
        if (headers['authorization'] !== 'Bearer secret') problems.push('no token');
        if (failures-- > 0) {
          response.writeHead(502).end();
          return;
        }
        if (method === 'POST')
          statuses.push(`${request.url} ${textAt(sent?.value, ['context'])} ${textAt(sent?.value, ['state'])}`);
        // The statuses of the one deployment, or the deployments: there is no other.
        const one = request.url?.includes('/statuses') ? { id: 7, state } : { id: 1 };
        response.end(JSON.stringify([one], null, 1));
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const ran = await work(`http://127.0.0.1:${port}`);
      expect(problems).toEqual([]);
      return { ran, statuses };
    } finally {
      server.close();
    }
  }

  const facts = (url: string, environment: string, sha = commit): Record<string, string> => ({
    API_URL: url,
    PROJECT: 'acme/user-service',
    SOURCE_REPOSITORY: source,
    STATUS_TOKEN: 'secret',
    RUN_URL: 'https://github.com/acme/user-service/actions/runs/1',
    DEPLOYMENT_ID: '1',
    WAYBILL_ENVIRONMENT: environment,
    WAYBILL_SOURCE_COMMIT: sha,
  });
  const status = (state: string): string => `/repos/acme/user-service/statuses/${commit} tests/user-service ${state}`;

  it.each([
    ['production', 'success', 0, 0, ['pending', 'success']],
    ['production', 'success', 2, 0, ['pending', 'success']],
    ['staging', 'success', 0, 1, ['pending', 'failure']],
    ['production', 'inactive', 0, 0, []],
    ['preview/1', 'success', 0, 0, []],
  ])(
    'a deployment to %s that is %s, after %i failures of the provider',
    async (environment, state, fail, code, expected) => {
      const { ran, statuses } = await withGitHub(
        state,
        fail,
        async (url) => await sh(script(), facts(url, environment)),
      );
      expect({ code: ran.code, statuses, output: ran.code === code ? '' : ran.output }).toEqual({
        code,
        statuses: expected.map(status),
        output: '',
      });
      expect(ran.output).not.toContain('secret');
    },
    60_000,
  );

  it.each(['main', '; true', ''])('the commit %j is refused', async (sha) => {
    const { ran, statuses } = await withGitHub(
      'success',
      0,
      async (url) => await sh(script(), facts(url, 'production', sha)),
    );
    expect(statuses).toEqual([]);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.output).toContain('is no commit');
  });

  it.each(['1/../../../acme/other', ''])('the deployment %j is refused', async (id) => {
    const { ran, statuses } = await withGitHub(
      'success',
      0,
      async (url) => await sh(script(), { ...facts(url, 'production'), DEPLOYMENT_ID: id }),
    );
    expect(statuses).toEqual([]);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.output).toContain("is no deployment's number");
  });

  it('CI marks the commit as pending first', async () => {
    const pending = shellOf(join(workflow, 'waybill-pending-user-service.yml'), 'waybill-pending-user-service');
    const { statuses } = await withGitHub('', 0, async (url) => await sh(pending, facts(url, '')));
    const of = (name: string): string => `/repos/acme/user-service/statuses/${commit} deployment/${name} pending`;
    expect(statuses).toEqual(['user-service-staging', 'user-service-production'].map(of));
  });
});
