import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { list, textAt } from '../handback/oracle.ts';
import { senders, type Sent } from '../handback/senders.ts';
import { askTekton } from '../handback/tekton-oracle.ts';
import { goModule } from '../tools/go-module.ts';
import { kustomizeBinary } from '../tools/renderers.mjs';
import { documents } from './world.ts';

const folder = 'examples/pipelines/tekton';
const objects = readdirSync(folder).flatMap((name) => documents(readFileSync(join(folder, name), 'utf8')));

it("Tekton's own webhook takes the Pipeline, its Task and its run", async () => {
  // The API server makes the run's name before it asks the webhook.
  const named = objects.map((one) =>
    one['kind'] === 'PipelineRun' ? { ...one, metadata: { name: 'deliver-1' } } : one,
  );
  const { kinds } = await askTekton(named, [], '');
  expect(kinds).toEqual(['Pipeline', 'Task', 'PipelineRun']);
});

it('it refuses a Pipeline that waits for a Task that there is not', async () => {
  const text = readFileSync(join(folder, 'deliver.yaml'), 'utf8').replace('runAfter: [scan]', 'runAfter: [scanned]');
  await expect(askTekton(documents(text), [], '')).rejects.toThrow('scanned');
});

describe('examples/tekton', () => {
  const setup = 'examples/tekton';
  const made = readdirSync(setup)
    .filter((name) => name.endsWith('.yaml') && !['kustomization.yaml', 'template.yaml'].includes(name))
    .flatMap((name) => documents(readFileSync(join(setup, name), 'utf8')));
  const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
  const send = senders['GitHub deployment_status'];
  const secret = 'a shared secret';
  const status = (environment: string, state: string, key = secret): Sent => {
    const { body } = send({ application: 'user-service', environment, commit, success: true }, key);
    const told = {
      ...body,
      deployment_status: { ...(isObject(body['deployment_status']) ? body['deployment_status'] : {}), state },
    };
    const signature = createHmac('sha256', key).update(JSON.stringify(told)).digest('hex');
    return {
      header: { 'X-GitHub-Event': 'deployment_status', 'X-Hub-Signature-256': `sha256=${signature}` },
      body: told,
    };
  };

  it('starts the deployment pipeline after staging, the rollback pipeline after a failure in production, and else nothing', async () => {
    const requests = [
      status('staging', 'success'),
      status('production', 'failure'),
      status('staging', 'failure'),
      status('production', 'success'),
      status('preview/1', 'success'),
      status('staging', 'success', 'guessed'),
    ];
    const runs = list(await askTekton(made, requests, secret), 'runs');
    // Each request meets both triggers.
    expect(runs).toHaveLength(requests.length * 2);
    const started = runs.map((one) => textAt(valueAt(one, ['resources', 0]) ?? null, ['spec', 'pipelineRef', 'name']));
    expect(started).toEqual(['deployment', '', '', 'rollback', ...Array<string>(8).fill('')]);
    expect(textAt(runs[0] ?? null, ['resources', 0, 'spec', 'params', 0, 'value'])).toBe(commit);
    expect(textAt(runs[3] ?? null, ['resources', 0, 'spec', 'params', 0, 'value'])).toBe(
      `deployment of ${commit} failed`,
    );
  });

  it('gives the controllers of the release their resources', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-tekton-'));
    const config = join(await goModule('test/handback/tekton', 'github.com/tektoncd/pipeline'), 'config');
    for (const name of ['controller.yaml', 'webhook.yaml'])
      writeFileSync(join(folder, name), readFileSync(join(config, name)));
    const text = readFileSync(`${setup}/controllers/kustomization.yaml`, 'utf8');
    // The network is not asked: the same release is a Go module on this disk.
    const local = text.replace(/https:\S+/u, 'controller.yaml\n  - webhook.yaml');
    expect(local).not.toContain('https:');
    writeFileSync(join(folder, 'kustomization.yaml'), local);
    const { stdout } = await promisify(execFile)(await kustomizeBinary(), ['build', folder]);
    rmSync(folder, { recursive: true });
    const deployments = documents(stdout).filter((one) => one['kind'] === 'Deployment');
    const resources = deployments.map((one) =>
      valueAt(one, ['spec', 'template', 'spec', 'containers', 0, 'resources']),
    );
    const wanted = { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '500m', memory: '512Mi' } };
    expect(resources).toEqual([wanted, wanted]);
  });

  it('has a run for the night that Tekton takes', async () => {
    const run = made.find((one) => textAt(one, ['metadata', 'name']) === 'nightly-run');
    const [created = {}] = documents(textAt(run ?? null, ['data', 'run.yaml']));
    const { kinds } = await askTekton([{ ...created, metadata: { name: 'nightly-1' } }], [], '');
    expect(kinds).toEqual(['PipelineRun']);
  });
});
