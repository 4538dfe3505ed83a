/**
 * Every CI system's consumer of every sender: the request as its sender describes it, the job that the system starts for
 * it, and the job's real shell against a provider that holds every request against its API description.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readHandbackConfig } from '../../plugin/handback/config.ts';
import { generateFiles } from '../../plugin/handback/generate.ts';
import type { HandbackFileText } from '../../plugin/handback/job.ts';
import { configuration, environmentsFor, filesFor, type Site, sites } from './configurations.ts';
import type { ProviderName } from '../conformance/provider-apis.ts';
import { type Heard, statusToken, withProvider } from './provider-servers.ts';
import { type SenderName, senders, type SentStatus } from './senders.ts';
import { systems } from './ci-systems/index.ts';
import { runWorkflow } from './end-to-end/actions.ts';
import { useWorld } from './end-to-end/world.ts';

const world = useWorld();
const commits = { good: '', broken: '', leaky: '' };
const secret = 'what sender and receiver share';

const dataCenter: Site = {
  sourceRepository: 'https://bitbucket.acme.dev/scm/acme/user-service.git',
  block: 'bitbucket: { project: acme, url: "https://bitbucket.acme.dev" }\nwebhook: { url: "https://ci.acme.dev" }',
};
const azureDevOps: Site = {
  sourceRepository: 'https://dev.azure.com/acme/Data%20Platform/_git/user-service',
  block: 'azureDevOps: { organization: acme, project: Data Platform }\nwebhook: { url: "https://ci.acme.dev" }',
};

/** Programs that note their arguments: nothing secret may be among them. */
let spies = '';
beforeAll(() => {
  // The tests wait for no provider: after three seconds nothing is tried again.
  writeFileSync(join(world.folder, 'home/.curlrc'), 'retry-max-time = 3\n');
  const origin = 'https://example.org/acme/user-service';
  const clone = world.sources(origin);
  for (const { sourceRepository } of [...Object.values(sites), dataCenter, azureDevOps]) {
    world.alias(sourceRepository, origin);
  }
  commits.broken = world.develop(clone, 'does not work', 'broken');
  commits.leaky = world.develop(clone, 'holds something', 'leaky');
  commits.good = world.develop(clone, 'works');
  spies = mkdtempSync(join(world.folder, 'spies-'));
  for (const name of ['curl', 'git', 'jq', 'sh', 'base64', 'sha1sum', 'head', 'tr', 'sed']) {
    const text = `#!/bin/sh\nprintf '%s\\n' "${name} $*" >>"$ARGUMENTS"\nPATH=\${PATH#*:} exec ${name} "$@"\n`;
    writeFileSync(join(spies, name), text, { mode: 0o755 });
  }
});

interface Case {
  readonly ci: string;
  readonly files: readonly HandbackFileText[];
  readonly sender: SenderName;
  readonly provider: ProviderName;
  readonly statusRequest: Partial<SentStatus>;
  /** The provider's last word on the deployment. */
  readonly state?: string;
  readonly failures?: number;
  readonly job?: string;
}

interface Outcome {
  /** `not started`, or how the job ended. */
  readonly code: number | string | null;
  readonly output: string;
  readonly heard: Heard;
}

/** Sends a request and runs what it starts. Fails when a secret shows anywhere. */
async function hand({
  ci,
  files,
  sender,
  provider,
  statusRequest,
  state = 'success',
  failures = 0,
  job,
}: Case): Promise<Outcome> {
  const folder = mkdtempSync(join(world.folder, 'job-'));
  const all = {
    application: 'user-service',
    environment: 'staging',
    commit: commits.good,
    success: true,
    ...statusRequest,
  };
  const sent = senders[sender](all, secret);
  const started = await systems[ci]?.(files, job ?? 'waybill-test-user-service', {
    sent,
    secret,
    secrets: { STATUS_TOKEN: statusToken },
    folder,
  });
  const known = { commit: all.commit, environment: all.environment, state };
  const { result, heard } = await withProvider(provider, known, failures, async (move) => {
    if (started === undefined) return { code: 'not started', output: '' };
    const log = join(folder, 'arguments');
    writeFileSync(log, '');
    const env = { ...started.env, API_URL: move(started.env['API_URL'] ?? ''), ARGUMENTS: log, WAYBILL_WAIT: '0' };
    const path = `${spies}:${world.env['PATH']}`;
    const ran = await world.sh(started.script, { env: { ...env, PATH: path }, shell: [started.shell], cwd: folder });
    for (const hidden of [statusToken, Buffer.from(`:${statusToken}`).toString('base64').slice(4), secret]) {
      expect(readFileSync(log, 'utf8')).not.toContain(hidden);
      expect(ran.output).not.toContain(hidden);
    }
    return ran;
  });
  expect(heard.problems).toEqual([]);
  return { ...result, heard };
}

/** Expects an outcome; shows what the job said when it is another. */
async function expectOutcome(one: Case, code: number | string, statuses: readonly string[]): Promise<void> {
  const { output, heard, ...outcome } = await hand(one);
  const said = outcome.code === code ? '' : output;
  expect({ code: outcome.code, statuses: heard.statuses, said }).toEqual({ code, statuses, said: '' });
}

const passed = ['tests/user-service pending', 'tests/user-service success'];
const failed = ['tests/user-service pending', 'tests/user-service failure'];

const reporting: readonly [SenderName, ProviderName, string, string][] = [
  ['GitHub deployment_status', 'github', 'success', 'inactive'],
  ['GitHub status', 'github', 'success', 'pending'],
  ['GitLab', 'gitlab', 'success', 'replaced'],
  ['Bitbucket', 'bitbucket-cloud', 'SUCCESSFUL', 'INPROGRESS'],
  ['Gitea', 'gitea', 'success', 'error'],
];

describe.each(Object.keys(systems))('%s', (ci) => {
  const here = reporting.filter(([sender]) => environmentsFor(ci, sender).length > 0);

  it.each(here)('told by %s: tests the commit and reports to it', async (sender, provider, state, gone) => {
    const one = { ci, files: filesFor(ci, sender), sender, provider, state };
    const environment = environmentsFor(ci, sender).at(-1) ?? '';
    // One answer of 502 is tried again: once for each shell.
    await expectOutcome(
      { ...one, statusRequest: {}, failures: ci === 'gitlab' || ci === 'jenkins' ? 1 : 0 },
      0,
      passed,
    );
    await expectOutcome({ ...one, statusRequest: { commit: commits.broken, environment } }, 1, failed);
    await expectOutcome({ ...one, statusRequest: {}, state: gone }, 0, []);
    for (const statusRequest of [{ success: false }, { environment: 'preview/1' }]) {
      const { code, heard } = await hand({ ...one, statusRequest });
      expect(['not started', 0]).toContain(code);
      expect(heard.statuses).toEqual([]);
    }
  });

  it('scans, and reports what was found', async () => {
    const text = configuration(ci, sites.GitLab, 'scan: ./security-scan.sh');
    const files = generateFiles('commit-status', readHandbackConfig(text, 'handback.yaml'));
    const one = { ci, files, sender: 'GitLab', provider: 'gitlab', job: 'waybill-scan-user-service' } as const;
    const found = await hand({ ...one, statusRequest: { commit: commits.leaky } });
    expect(found.code).toBe(1);
    expect(found.heard.statuses).toEqual(['security/user-service pending', 'security/user-service failure']);
    expect(found.heard.descriptions.at(-1)).toBe(
      'The scan failed or found something in staging: CVE-2026-1 in "leaky"',
    );
    await expectOutcome({ ...one, statusRequest: {} }, 0, [
      'security/user-service pending',
      'security/user-service success',
    ]);
  });

  it('told by Argo CD: tests the commit, and the job says what came of it', async () => {
    const one = { ci, files: filesFor(ci, 'Argo CD'), sender: 'Argo CD', provider: 'github' } as const;
    await expectOutcome({ ...one, statusRequest: {} }, 0, []);
    await expectOutcome({ ...one, statusRequest: { commit: commits.broken } }, 1, []);
    await expectOutcome({ ...one, statusRequest: { commit: '0'.repeat(40) } }, 1, []);
    for (const statusRequest of [{ success: false }, { environment: 'preview/1' }, { application: 'other' }]) {
      expect(['not started', 0]).toContain((await hand({ ...one, statusRequest })).code);
    }
  });

  it.each([
    ['bitbucket-data-center', dataCenter],
    ['azure-devops', azureDevOps],
  ] as const)('told by Argo CD: reports to %s', async (provider, site) => {
    const files = generateFiles('webhook', readHandbackConfig(configuration(ci, site), 'handback.yaml'));
    const one = { ci, files, sender: 'Argo CD', provider } as const;
    await expectOutcome({ ...one, statusRequest: {} }, 0, passed);
    await expectOutcome({ ...one, statusRequest: { commit: commits.broken } }, 1, failed);
  });
});

// One system for each shell: every script is the same.
describe.each(['gitlab', 'jenkins'])('%s', (ci) => {
  it('fails, and skips nothing, when the provider is down', async () => {
    const files = filesFor(ci, 'Gitea');
    const { code, heard, output } = await hand({
      ci,
      files,
      sender: 'Gitea',
      provider: 'gitea',
      statusRequest: {},
      failures: 99,
    });
    expect({ code, statuses: heard.statuses }).toEqual({ code: 22, statuses: [] });
    expect(output).toContain('502');
  });
});

describe('Azure DevOps by commit status', () => {
  const ci = 'azure-pipelines';
  const files = generateFiles('commit-status', readHandbackConfig(configuration(ci, azureDevOps), 'handback.yaml'));
  const one = { ci, files, sender: 'Argo CD', provider: 'azure-devops', statusRequest: {} } as const;

  it('tests what Argo CD tells, when the status says so, too', async () => {
    await expectOutcome({ ...one, state: 'succeeded' }, 0, passed);
    await expectOutcome({ ...one, state: 'pending' }, 1, []);
  });
});

describe('github-actions', () => {
  it.each(reporting.slice(0, 2))(
    'told by %s: tests the commit and reports to it',
    async (sender, provider, state, gone) => {
      const file = filesFor('github-actions', sender).find(({ path }) => path.includes('/waybill-test-'));
      const event = sender.replace('GitHub ', '');
      const run = async (
        statusRequest: Partial<SentStatus>,
        known: string,
      ): Promise<[number | null | undefined, string[]]> => {
        const all = {
          application: 'user-service',
          environment: 'staging',
          commit: commits.good,
          success: true,
          ...statusRequest,
        };
        const payload = senders[sender](all, secret).body;
        const about = { commit: all.commit, environment: all.environment, state: known };
        const { result, heard } = await withProvider(provider, about, 0, async (move) => {
          const env = { API_URL: move('https://api.github.com'), STATUS_TOKEN: statusToken };
          const facts = { event, payload, repository: 'acme/user-service', sha: all.commit };
          return await runWorkflow(file?.text ?? '', facts, { world, env });
        });
        expect(heard.problems).toEqual([]);
        return [result?.code, heard.statuses];
      };
      expect(await run({}, state)).toEqual([0, passed]);
      expect(await run({ commit: commits.broken, environment: 'production' }, state)).toEqual([1, failed]);
      expect(await run({}, gone)).toEqual([0, []]);
      expect(await run({ success: false }, state)).toEqual([undefined, []]);
      expect(await run({ environment: 'preview/1' }, state)).toEqual([undefined, []]);
    },
  );
});
