/**
 * From Argo CD's real notifications engine to a started job: the settings of an example's notifications.yaml, a deployment,
 * the status that the provider is told, the webhook that follows from it, and the job that CI starts for that.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHandbackConfig } from '../../plugin/handback/config.ts';
import { generateFiles } from '../../plugin/handback/generate.ts';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import { readNotificationsConfig } from '../../plugin/notifications/generate/config.ts';
import { generate } from '../../plugin/notifications/generate/generate.ts';
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import type { JsonObject } from '../../plugin/resources/json.ts';
import { providerBases, type ProviderName } from '../conformance/provider-apis.ts';
import { ScenarioBuilder } from '../conformance/scenario-builder.ts';
import { commitOf, disturbances, providerProblems, requestsTo } from '../notifications/harness.ts';
import { startTestEngine } from '../tools/engine.ts';
import { textAt } from './oracle.ts';
import { type Sender, type SenderName, senders, type Sent } from './senders.ts';
import { systems } from './ci-systems/index.ts';

let engine: Engine;
const folder = mkdtempSync(join(tmpdir(), 'waybill-statuses-'));
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  engine.close();
});

const commit = commitOf('v1');

interface Walk {
  readonly example: string;
  readonly ci: string;
  readonly provider: ProviderName;
  readonly base: string;
  /** How the record names the repository. */
  readonly repository: string;
}

/** The files of an example, and what the engine sends to its provider when staging gets a commit. */
async function deploy({ example, provider, base, repository }: Walk) {
  const file = `examples/handback/${example}/handback.yaml`;
  const files = generateFiles('commit-status', readHandbackConfig(readFileSync(file, 'utf8'), file));
  const notifications = files.find(({ path }) => path.endsWith('notifications.yaml'))?.text ?? '';
  const configMap = Object.fromEntries(generate(readNotificationsConfig(notifications, 'notifications.yaml')));
  const builder = new ScenarioBuilder();
  builder.application('user-service-staging').deploy('r1', [`${repository}@v1 staging`]);
  const report = await engine.run({ configMap, fillSecret: true, ...builder.end().scenario });
  expect(disturbances(report)).toEqual([]);
  const { host } = new URL(base);
  const all = requestsTo(report, host);
  const called = all.filter(({ line }) => line.includes('/_apis/public/'));
  // Only Azure DevOps is called, besides, at an address that is no part of its API.
  if (called.length === 0) expect(providerProblems(report, host, provider, base)).toEqual([]);
  return { files, called, statusRequest: all.filter((one) => !called.includes(one)) };
}

/** The webhook that follows a status: the sender's, about the name that the provider was told. */
function webhook(sender: Sender, name: string, environment: string, success: boolean): Sent {
  const [, application = '', ...rest] = name.split('/');
  return sender({ application, environment: environment || rest.join('/'), commit, success }, 's');
}

const body = (value: unknown): JsonObject => readJsonObjects(JSON.stringify(value), 'body')[0]?.value ?? {};

const cases: [SenderName, Walk][] = [
  [
    'GitLab',
    {
      example: 'commit-status-gitlab',
      ci: 'gitlab',
      provider: 'gitlab',
      base: 'https://gitlab.acme.dev/api/v4',
      repository: 'acme/user-service',
    },
  ],
  [
    'Bitbucket',
    {
      example: 'commit-status-bitbucket',
      ci: 'jenkins',
      provider: 'bitbucket-cloud',
      base: providerBases['bitbucket-cloud'],
      repository: 'acme/user-service',
    },
  ],
  [
    'Gitea',
    {
      example: 'commit-status-gitea',
      ci: 'tekton',
      provider: 'gitea',
      base: providerBases.gitea,
      repository: 'acme/user-service',
    },
  ],
];

describe('a deployment', () => {
  it.each(cases)('at %s: its status starts the tests of that commit, once', async (sender, walk) => {
    const { files, statusRequest } = await deploy(walk);
    const started = [];
    for (const { line, body: sent } of statusRequest) {
      // GitLab's webhook is about deployments, the others' about statuses.
      const deployment = line.endsWith('/deployments');
      if (walk.provider === 'gitlab' && !deployment) continue;
      const state = textAt(body(sent), [deployment ? 'status' : 'state']);
      const name = textAt(body(sent), ['context']) || textAt(body(sent), ['name']) || 'deployment/user-service-staging';
      const request = webhook(senders[sender], name, textAt(body(sent), ['environment']), /^success/iu.test(state));
      const arrival = { sent: request, secret: 's', secrets: {}, folder };
      const one = await systems[walk.ci]?.(files, 'waybill-test-user-service', arrival);
      // GitLab's job finds the body in a file.
      const file = one?.env['TRIGGER_PAYLOAD'];
      if (one !== undefined) started.push(file === undefined ? one.env : readFileSync(file, 'utf8'));
    }
    expect(statusRequest.length).toBeGreaterThan(1);
    expect(started).toHaveLength(1);
    expect(JSON.stringify(started)).toContain(commit);
  });

  it('at Azure DevOps: Argo CD starts the pipeline with what it says of the commit', async () => {
    const base = providerBases['azure-devops'];
    const walk = {
      example: 'commit-status-azure-devops',
      ci: '',
      provider: 'azure-devops',
      base,
      repository: 'acme/Shop/user-service',
    } as const;
    const { files, statusRequest, called } = await deploy(walk);
    const names = statusRequest.map(
      ({ body: sent }) => `${textAt(body(sent), ['context', 'name'])} ${textAt(body(sent), ['state'])}`,
    );
    expect(names.at(-1)).toBe('deployment/user-service-staging/staging succeeded');
    expect(called.map(({ line }) => line)).toEqual([
      'POST /acme/_apis/public/distributedtask/webhooks/waybill?api-version=6.0-preview',
    ]);
    const sent = { header: {}, body: body(called[0]?.body) };
    const arrival = { sent, secret: '', secrets: {}, folder };
    const started = await systems['azure-pipelines']?.(files, 'waybill-test-user-service', arrival);
    expect(started?.env).toMatchObject({ WAYBILL_ENVIRONMENT: 'staging', WAYBILL_SOURCE_COMMIT: commit });
  });
});
