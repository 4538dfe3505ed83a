/**
 * examples/verify as pipelines run it: against the real registry server, with the real cosign, on a merge request that
 * brings a policy of its own along.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isArray, type Json } from '../../plugin/resources/json.ts';
import { type Path, valueAt } from '../../plugin/resources/pointer.ts';
import { loadPolicy } from '../../plugin/policy/load.ts';
import { Requirements } from '../../plugin/verification/requirements.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { gitlabProblems, ruleHolds } from '../ci-schemas/gitlab.mjs';
import { ask, textAt } from '../handback/oracle.ts';
import { type RegistryServer, startRegistry } from '../registry/registry-server.ts';
import { cosignBinary } from '../tools/cosign.mjs';
import { writeFolder } from '../tools/folder.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { builtProgram } from '../tools/program.mjs';
import { newKey, sign, type Signer } from '../tools/signing.ts';

const repositories = temporaryRepositories();
const { git } = repositories;
const workflow = readFileSync('examples/verify/github-actions.yml', 'utf8');
const gitlab = readFileSync('examples/verify/gitlab-ci.yml', 'utf8');
const policyHead = 'apiVersion: waybill.dev/v1\nkind: Policy\n';

let server: RegistryServer;
let key: Signer;
let tools: string;
let env: Record<string, string | undefined>;
let origin: string;

beforeAll(async () => {
  server = await startRegistry();
  tools = mkdtempSync(join(repositories.folder, 'tools-'));
  key = await newKey(tools, 'key');
  mkdirSync(join(tools, 'bin'));
  symlinkSync(await builtProgram(), join(tools, 'bin/waybill'));
  symlinkSync(await cosignBinary(), join(tools, 'bin/cosign'));
  const PATH = `${join(tools, 'bin')}:${process.env['PATH']}`;
  env = { ...repositories.env, PATH, WAYBILL_REGISTRIES: server.hostsFile };
  const signatures = [{ images: [server.host], signedBy: [{ key: key.pem, transparencyLog: false }] }];
  const rules = JSON.stringify([{ names: ['production'], signatures }]);
  origin = repositories.bare('deployments', { 'policy.yaml': `${policyHead}environments: ${rules}\n` });
});
afterAll(() => server.close());

/** A clone of a change that locks a new image and softens the policy; the image is signed by the key, or not. */
async function change(name: string, signed: boolean): Promise<string> {
  const [digest = ''] = await server.push({ repository: `acme/${name}`, tag: 'v1' });
  const image = `${server.host}/acme/${name}`;
  if (signed) await sign(`${image}@${digest}`, key);
  const clone = repositories.clone(origin);
  git(clone, 'switch', '-q', '-c', name);
  writeFolder(clone, {
    'policy.yaml': policyHead,
    'apps/api/locks/production.yaml': `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages: [{ name: "${image}", digest: "${digest}" }]\n`,
  });
  git(clone, 'add', '.');
  git(clone, 'commit', '-q', '-m', 'Deploy');
  return clone;
}

async function shell(script: string, cwd: string, more: Readonly<Record<string, string>>) {
  return await new Promise<{ code: number; output: string }>((resolve) => {
    execFile('bash', ['-e', '-o', 'pipefail', '-c', script], { cwd, env: { ...env, ...more } }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: `${out}${err}` });
    });
  });
}

function parsed(text: string): Json {
  return readYaml(text, { file: 'example', duplicateKeys: 'error' })[0]?.value ?? null;
}

function listAt(value: Json, path: Path): readonly Json[] {
  const found = valueAt(value, path);
  return isArray(found) ? found : [];
}

describe('the policy', () => {
  it('asks for the signature of the pipeline that the other examples show', () => {
    const policy = loadPolicy({ WAYBILL_POLICY: 'examples/verify/policy.yaml' }, 'cli');
    const requirements = new Requirements(policy);
    expect(requirements.of('staging', 'ghcr.io/acme/user-service')).toEqual([]);
    expect(requirements.of('production', 'docker.io/library/nginx')).toEqual([]);
    const [[signer] = []] = requirements.of('production', 'ghcr.io/acme/user-service');
    expect(signer?.read().by).toMatchObject({ issuer: { exactly: 'https://token.actions.githubusercontent.com' } });
  });
});

describe('in GitHub Actions', () => {
  it('is right in the eyes of actionlint', async () => {
    expect(await ask({ op: 'actionlint', name: 'verify.yml', text: workflow })).toMatchObject({ problems: [] });
  });

  it.each([
    ['passes what is signed', true, 0, '| apps/api | production | '],
    ['stops what is not, whatever policy the change brings', false, 1, 'signature-missing'],
  ])('%s', async (name, signed, code, expected) => {
    const clone = await change(`github-${signed}`, signed);
    git(clone, 'clone', '-q', origin, '.policy');
    mkdirSync(join(clone, '.waybill/dist'), { recursive: true });
    symlinkSync(await builtProgram(), join(clone, '.waybill/dist/waybill.cjs'));
    const step = listAt(parsed(workflow), ['jobs', 'images', 'steps']).at(-1);
    const policy = textAt(step, ['env', 'WAYBILL_POLICY']).replace('${{ github.workspace }}', clone);
    const summary = join(tools, `summary-${name.length}.md`);
    writeFileSync(summary, '');
    const more = { WAYBILL_POLICY: policy, GITHUB_STEP_SUMMARY: summary };
    expect(await shell(textAt(step, ['run']), clone, more)).toMatchObject({ code });
    expect(readFileSync(summary, 'utf8')).toContain(expected);
  });
});

describe('in GitLab CI', () => {
  const job = 'verify images';

  it("follows GitLab's schema, and runs for merge requests and schedules", () => {
    expect(gitlabProblems(parsed(gitlab))).toEqual([]);
    const rules = listAt(parsed(gitlab), [job, 'rules']).map((rule) => textAt(rule, ['if']));
    const runs = (source: string) => rules.some((rule) => ruleHolds(rule, { CI_PIPELINE_SOURCE: source }));
    expect(['merge_request_event', 'schedule', 'push'].map(runs)).toEqual([true, true, false]);
  });

  it.each([
    ['passes what is signed', true, 0, 'production'],
    ['stops what is not, whatever policy the change brings', false, 1, 'signature-missing'],
  ])('%s', async (_name, signed, code, expected) => {
    const clone = await change(`gitlab-${signed}`, signed);
    const lines = listAt(parsed(gitlab), [job, 'script']).map((line) => textAt(line, []));
    const script = lines.join('\n');
    const result = await shell(script, clone, { CI_DEFAULT_BRANCH: 'main', CI_PROJECT_DIR: clone });
    expect(result).toMatchObject({ code });
    expect(result.output).toContain(expected);
  });
});
