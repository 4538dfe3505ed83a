/**
 * The preview pipelines of GitLab CI, Gitea Actions, Bitbucket Pipelines and Azure Pipelines: jobs by their conditions, in
 * their order, their shell with git, the built `waybill` and a stand-in for docker, against providers that hold every
 * request against their API description. The files themselves are read by their schemas in test/examples/readers.test.ts.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getKey, isArray, isObject, type Json, type JsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { ruleHolds } from '../ci-schemas/gitlab.mjs';
import { textAt } from '../handback/oracle.ts';
import { type Facts, holds, valueOf } from '../pipelines/azure-expressions.ts';
import {
  assignments,
  documents,
  objectsOf,
  pipelineWorld,
  type Run,
  secret,
  type Service,
} from '../pipelines/world.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { interpolate, isMet } from '../tools/github-expressions.ts';
import { builtProgram } from '../tools/program.mjs';
import { type ProviderServer, startProviderServer } from './provider-servers.ts';

const world = pipelineWorld('examples/previews', (service) => `https://gitlab.com/acme/${service}`);
const folder = temporaryFolders();
const context = 'deployment/user-service-preview-12';
const program = await builtProgram();

/** What starts a pipeline. */
type Event = 'pull' | 'schedule';

interface Played {
  readonly run: Run;
  readonly event: Event;
  /** The head commit. */
  readonly commit: string;
  /** Runs a script in a folder. */
  readonly sh: (script: string, shell: readonly string[], cwd: string, env: JsonObject) => Promise<boolean>;
}

interface System {
  readonly file: string;
  readonly provider: string;
  /** Runs the pipeline. Gives what became of each job that ran. */
  readonly play: (file: JsonObject, played: Played) => Promise<Record<string, boolean>>;
}

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const list = (value: Json | undefined): string[] => (isArray(value) ? value.map(String) : []);
const merge = 'c'.repeat(40);

const gitlab: System = {
  file: 'gitlab/preview.gitlab-ci.yml',
  provider: 'gitlab',
  async play(file, { run, event, commit, sh }) {
    const common: Record<string, Json> = {
      ...object(getKey(file, 'variables')),
      CI: 'true',
      GITLAB_CI: 'true',
      GITLAB_TOKEN: secret,
      CI_PROJECT_URL: 'https://gitlab.com/acme/user-service',
      CI_PIPELINE_URL: 'https://gitlab.com/acme/user-service/-/pipelines/77',
      CI_REGISTRY_USER: 'ci',
      CI_REGISTRY_PASSWORD: secret,
      // Merged results: what is built by default is a commit that nobody knows.
      CI_COMMIT_SHA: merge,
      ...(event === 'pull'
        ? {
            CI_PIPELINE_SOURCE: 'merge_request_event',
            CI_MERGE_REQUEST_IID: '12',
            CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: commit,
          }
        : { CI_PIPELINE_SOURCE: 'schedule' }),
    };
    const variables = Object.fromEntries(
      Object.entries(common).map(([name, value]) => [name, textAt(value ?? null, [])]),
    );
    const ended: Record<string, boolean> = {};
    const told: Record<string, string> = {};
    for (const [name, value] of Object.entries(file)) {
      const job = { ...object(getKey(file, textAt(value ?? null, ['extends']))), ...object(value) };
      const rule = objectsOf(getKey(job, 'rules')).find((one) => ruleHolds(textAt(one, ['if']), variables));
      if (name.startsWith('.') || !isArray(getKey(job, 'script')) || !rule) continue;
      const failed = list(getKey(job, 'needs')).some((one) => !ended[one]);
      if ((textAt(rule, ['when']) === 'on_failure') !== failed) continue;
      const cwd = run.workspace(valueAt(job, ['variables', 'GIT_STRATEGY']) === 'none' ? 'empty' : 'source');
      const script = [...list(getKey(job, 'before_script')), ...list(getKey(job, 'script'))].join('\n');
      ended[name] = await sh(script, ['sh', '-e'], cwd, { ...variables, ...told });
      const report = textAt(job, ['artifacts', 'reports', 'dotenv']);
      if (report !== '') Object.assign(told, assignments(join(cwd, report)));
    }
    return ended;
  },
};

const gitea: System = {
  file: 'gitea/workflows/preview.yml',
  provider: 'gitea',
  async play(file, { run, event, commit, sh }) {
    const ended: Record<string, boolean> = {};
    const needs: Record<string, Json> = {};
    const secrets = { PREVIEW_TOKEN: secret, REGISTRY_USER: 'ci', REGISTRY_PASSWORD: secret };
    const head = { ref: 'feature/login', sha: commit };
    const payload = event === 'pull' ? { action: 'synchronize', number: 12, pull_request: { number: 12, head } } : {};
    const payloadFile = run.path('event.json');
    writeFileSync(payloadFile, JSON.stringify(payload));
    const github = { event_name: event === 'pull' ? 'pull_request' : 'schedule', event: payload };
    for (const [name, value] of Object.entries(object(getKey(file, 'jobs')))) {
      const job = object(value);
      const before = [getKey(job, 'needs')].flat().flatMap((one) => (typeof one === 'string' ? [one] : []));
      const results = new Set(before.map((one) => textAt(needs[one] ?? null, ['result'])));
      const outcome = results.has('failure') ? 'failure' : 'success';
      const contexts = { github, secrets, needs, steps: {} };
      const isSkipped = results.has('skipped') || !isMet(textAt(job, ['if']) || undefined, contexts, outcome);
      needs[name] = { result: 'skipped', outputs: {} };
      if (isSkipped) continue;
      const output = run.path(`output-${name}`);
      let isDone = true;
      let cwd = run.workspace('empty');
      for (const step of objectsOf(getKey(job, 'steps'))) {
        if (textAt(step, ['uses']) !== '') {
          expect(interpolate(textAt(step, ['with', 'ref']), contexts)).toBe(commit);
          cwd = run.workspace('source');
          continue;
        }
        const env = Object.entries({ ...object(getKey(file, 'env')), ...object(getKey(step, 'env')) }).map(
          ([key, text]): [string, string] => [key, interpolate(textAt(text ?? null, []), contexts)],
        );
        isDone &&= await sh(textAt(step, ['run']), ['bash', '-e'], cwd, {
          GITHUB_ACTIONS: 'true',
          GITEA_ACTIONS: 'true',
          GITHUB_SERVER_URL: 'https://gitea.ecotrack.platform',
          GITHUB_REPOSITORY: 'acme/user-service',
          GITHUB_RUN_ID: '77',
          GITHUB_EVENT_NAME: github.event_name,
          GITHUB_EVENT_PATH: payloadFile,
          GITHUB_REF: 'refs/pull/12/head',
          GITHUB_OUTPUT: output,
          ...Object.fromEntries(env),
        });
      }
      const steps = { start: { outputs: assignments(output) } };
      const outputs = Object.entries(object(getKey(job, 'outputs'))).map(([key, text]): [string, string] => [
        key,
        interpolate(textAt(text ?? null, []), { ...contexts, steps }),
      ]);
      needs[name] = { result: isDone ? 'success' : 'failure', outputs: Object.fromEntries(outputs) };
      ended[name] = isDone;
    }
    return ended;
  },
};

const bitbucket: System = {
  file: 'bitbucket-pipelines/bitbucket-pipelines.yml',
  provider: 'bitbucket',
  async play(file, { run, event, commit, sh }) {
    const path = event === 'pull' ? ['pull-requests', '**'] : ['custom', 'preview-sweep'];
    const env: JsonObject = {
      BITBUCKET_TOKEN: secret,
      REGISTRY_USER: 'ci',
      REGISTRY_PASSWORD: secret,
      BITBUCKET_BUILD_NUMBER: '77',
      BITBUCKET_REPO_FULL_NAME: 'acme/user-service',
      BITBUCKET_COMMIT: commit,
      ...(event === 'pull' ? { BITBUCKET_PR_ID: '12' } : {}),
    };
    const ended: Record<string, boolean> = {};
    let tag: string | undefined;
    for (const item of objectsOf(valueAt(file, ['pipelines', ...path]))) {
      const step = object(getKey(item, 'step'));
      const cwd = run.workspace(valueAt(step, ['clone', 'enabled']) === false ? 'empty' : 'source');
      if (tag !== undefined) writeFileSync(join(cwd, 'tag'), tag);
      const isDone = await sh(list(getKey(step, 'script')).join('\n'), ['bash', '-e'], cwd, env);
      const after = list(getKey(step, 'after-script')).join('\n');
      if (after !== '') await sh(after, ['bash'], cwd, { ...env, BITBUCKET_EXIT_CODE: isDone ? '0' : '1' });
      ended[textAt(step, ['name'])] = isDone;
      if (!isDone) break;
      if (list(getKey(step, 'artifacts')).includes('tag')) tag = readFileSync(join(cwd, 'tag'), 'utf8');
    }
    return ended;
  },
};

const azure: System = {
  file: 'azure-pipelines/preview.yml',
  provider: 'azure-devops',
  async play(file, { run, event, commit, sh }) {
    const ended: Record<string, boolean> = {};
    const dependencies: Record<string, { result: string; outputs: Record<string, string> }> = {};
    const reason = event === 'pull' ? 'PullRequest' : 'Schedule';
    for (const job of objectsOf(getKey(file, 'jobs'))) {
      const needs = [getKey(job, 'dependsOn')].flat().flatMap((one) => (typeof one === 'string' ? [one] : []));
      const before = needs.map((one) => dependencies[one]?.result ?? 'no such job');
      const facts: Facts = { variables: { 'Build.Reason': reason }, dependencies, before };
      const name = textAt(job, ['job']);
      dependencies[name] = { result: 'Skipped', outputs: {} };
      if (!holds(textAt(job, ['condition']) || 'succeeded()', facts)) continue;
      const own = objectsOf(getKey(job, 'variables')).map((one): [string, string] => [
        textAt(one, ['name']),
        valueOf(textAt(one, ['value']), facts),
      ]);
      const env: JsonObject = {
        ...object(getKey(file, 'variables')),
        ...Object.fromEntries(own.filter(([key]) => key !== '')),
        TF_BUILD: 'True',
        BUILD_BUILDID: '77',
        BUILD_SOURCEVERSION: merge,
        BUILD_REPOSITORY_URI: 'https://acme@dev.azure.com/acme/ecotrack/_git/user-service',
        SYSTEM_COLLECTIONURI: 'https://dev.azure.com/acme/',
        SYSTEM_TEAMPROJECT: 'ecotrack',
        ...(event === 'pull'
          ? { SYSTEM_PULLREQUEST_PULLREQUESTID: '12', SYSTEM_PULLREQUEST_SOURCECOMMITID: commit }
          : {}),
      };
      const isSource = objectsOf(getKey(job, 'steps')).some((one) => getKey(one, 'checkout') === 'self');
      const cwd = run.workspace(isSource ? 'source' : 'empty');
      let isDone = true;
      for (const step of objectsOf(getKey(job, 'steps')).filter((one) => getKey(one, 'bash') !== undefined)) {
        const mapped = Object.entries(object(getKey(step, 'env'))).map(([key, value]): [string, string] => [
          key,
          textAt(value ?? null, [])
            .replace('$(REGISTRY_USER)', 'ci')
            .replace(/^\$\((?:System\.AccessToken|REGISTRY_PASSWORD)\)$/u, secret),
        ]);
        const since = run.output.length;
        const shell = ['bash', '--noprofile', '--norc'];
        isDone &&= await sh(textAt(step, ['bash']), shell, cwd, { ...env, ...Object.fromEntries(mapped) });
        const printed = run.output.slice(since).join('');
        for (const [, key = '', value = ''] of printed.matchAll(
          /^##vso\[task\.setvariable variable=(\w+);isOutput=true\](.*)$/gmu,
        ))
          Object.assign(dependencies[name]?.outputs ?? {}, { [`${textAt(step, ['name'])}.${key}`]: value });
      }
      dependencies[name].result = isDone ? 'Succeeded' : 'Failed';
      ended[name] = isDone;
    }
    return ended;
  },
};

let bin = '';
beforeAll(() => {
  // The API is at another place, and images are built by a stand-in, which also runs waybill's image.
  bin = folder({
    waybill: `#!/bin/sh\nexec node ${program} "$@" --api-url "$TEST_API"\n`,
    docker: `#!/bin/sh
case "$1 $*" in
  "run "*" --entrypoint waybill "*) while [ "$1" != preview ]; do shift; done; exec waybill "$@" ;;
esac
exec node ${resolve('test/pipelines/stand-ins/docker.mjs')} docker "$@"
`,
  });
  for (const name of ['waybill', 'docker']) chmodSync(join(bin, name), 0o755);
});

describe.each([gitlab, gitea, bitbucket, azure])('$file', ({ file: name, provider, play }) => {
  let server: ProviderServer;
  let service: Service;
  const [file = {}] = documents(readFileSync(`examples/previews/pipelines/${name}`, 'utf8'));
  beforeEach(async () => {
    server = await startProviderServer(provider, secret);
    service = world.service('user-service');
    const pull = { number: 12, branch: 'feature/login', commit: service.commit, state: 'open' } as const;
    server.world.pulls = [{ ...pull, title: 'Log in [preview]', labels: ['preview'] }];
  });
  afterEach(() => {
    expect(server.world.problems).toEqual([]);
    server.close();
  });

  async function pipeline(event: Event): Promise<{ ended: Record<string, boolean>; run: Run }> {
    const run = world.run(service, { TEST_API: server.api, EXPECTED_PASSWORD: secret });
    const ended = await play(file, {
      run,
      event,
      commit: service.commit,
      sh: async (script, shell, cwd, env) => {
        const variables = Object.entries(env).map(([key, value]): [string, string] => [key, textAt(value ?? null, [])]);
        const path = `${bin}:${run.env['PATH']}`;
        return (await run.sh(script, shell, cwd, { ...Object.fromEntries(variables), PATH: path })) === 0;
      },
    });
    expect(run.output.join('')).not.toContain(secret);
    return { ended, run };
  }

  const states = (): string[] => (server.world.statuses.get(service.commit) ?? []).map(({ state }) => state);
  const tag = (): string => `sha-${provider === 'bitbucket' ? service.commit.slice(0, 12) : service.commit}`;

  it('builds the image of the head commit, and follows it to its end; when it is closed, the schedule ends it', async () => {
    // Argo CD deploys as soon as there is an image.
    const deployed = { gitlab: 'success', bitbucket: 'SUCCESSFUL', 'azure-devops': 'succeeded' }[provider] ?? 'success';
    const url = 'https://argocd.ecotrack.platform';
    server.world.later = () => {
      server.world.statuses.get(service.commit)?.push({ context, state: deployed, description: 'Healthy', url });
    };
    const { ended, run } = await pipeline('pull');
    expect(Object.values(ended)).toEqual([true, true, true]);
    const pushes = run.calls().filter(([, verb]) => verb === 'push');
    expect(pushes.map(([, , image]) => image)).toEqual([`ghcr.io/acme/user-service:${tag()}`]);
    const build = run
      .calls()
      .find(([, verb]) => verb === 'build')
      ?.join(' ');
    expect(build).toContain(`org.opencontainers.image.revision=${service.commit}`);
    expect(server.world.comments.map(({ body }) => body)).toEqual([expect.stringContaining('✅ success')]);
    for (const pull of server.world.pulls) pull.state = 'merged';
    const { ended: swept } = await pipeline('schedule');
    expect(Object.values(swept)).toEqual([true]);
    expect(server.world.comments.map(({ body }) => body)).toEqual([expect.stringContaining('⚪ inactive')]);
    expect(states()).toHaveLength(2);
  });

  it('reports an image that is not built as a failure, and follows nothing', async () => {
    service = world.service('user-service', 0, false);
    for (const pull of server.world.pulls) pull.commit = service.commit;
    const { ended, run } = await pipeline('pull');
    expect(Object.values(ended)).toContain(false);
    expect(run.calls().filter(([, verb]) => verb === 'push')).toEqual([]);
    expect(states()).toHaveLength(2);
    expect(states()[1]).toMatch(/^fail/iu);
    expect(server.world.comments.map(({ body }) => body)).toEqual([expect.stringContaining('❌ failure')]);
  });

  it('does nothing for a pull request that asks for no preview', async () => {
    for (const pull of server.world.pulls) Object.assign(pull, { labels: [], title: 'Log in' });
    const { ended, run } = await pipeline('pull');
    expect(Object.values(ended)).not.toContain(false);
    expect(run.calls()).toEqual([]);
    expect(server.world.requests.filter((one) => !one.startsWith('GET'))).toEqual([]);
  });
});
