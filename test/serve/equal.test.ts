import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { input, type Input } from '../attacks/fuzz/inputs.ts';
import { temporaryFolders, writeFolder } from '../tools/folder.ts';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { runCli } from '../tools/run-cli.ts';
import { type ServeProcess, startServe } from '../tools/serve-process.ts';
import { Caller } from './client.ts';
import { policyOf, requestOf } from './hostile-input.ts';

// Whatever an author writes: the server gives what `waybill plugin generate` prints, which argocd-cmp-server runs, and
// the same error where that fails. WAYBILL_FUZZ_RUNS=10000 tries more.
const runs = Number(process.env['WAYBILL_FUZZ_RUNS'] ?? 40);
const folder = temporaryFolders();
const root = folder({});
const policy = join(root, 'policy.yaml');
let env: Record<string, string | undefined>;
let server: ServeProcess;
let caller: Caller;

beforeAll(async () => {
  writeFileSync(policy, '');
  env = {
    PATH: process.env['PATH'],
    HOME: root,
    TMPDIR: root,
    WAYBILL_HELM: await helm4Binary(),
    WAYBILL_KUSTOMIZE: await kustomizeBinary(),
    WAYBILL_POLICY: policy,
  };
  server = await startServe({ script: 'dist/waybill.cjs', folder: root, env });
  caller = new Caller(server.socket);
});
afterAll(async () => {
  caller.close();
  expect(await server.stop()).toBe(0);
});

/** Inputs as they are, which are mostly refused, and with a plain waybill.yaml and policy, so that more is rendered. */
const sources = fc.constantFrom(undefined, 'manifests: more.yaml', 'kustomize: k', 'helm: { chart: chart }');
const attempt = fc.tuple(input, sources).map(([one, source]): Input => {
  if (source === undefined) return one;
  const config = `apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { ${source} }\nenvironments: { production: {} }\n`;
  const env = { ARGOCD_APP_NAME: one.env['ARGOCD_APP_NAME'], ARGOCD_APP_NAMESPACE: 'shop' };
  const files = { ...one.files, 'waybill.yaml': config };
  return { files, policy: {}, environment: 'production', values: undefined, images: undefined, env };
});

it('renders hostile inputs as the plugin command does, or fails with its error', async () => {
  const outcomes = { rendered: 0, failed: 0 };
  let count = 0;
  await fc.assert(
    fc.asyncProperty(attempt, async (one) => {
      count += 1;
      const work = join(root, 'work', String(count));
      const cwd = join(work, '_cmp_server', 'x', 'app');
      mkdirSync(cwd, { recursive: true });
      writeFolder(cwd, one.files);
      writeFileSync(policy, policyOf(one));
      const request = requestOf(one);
      const told = Object.fromEntries(request.env.map(({ name, value }) => [name, value]));
      const command = await runCli(['plugin', 'generate'], {
        cwd,
        env: { ...env, ARGOCD_CMP_WORKDIR: work, ...told },
      });
      const answered = await caller.render(request.entries, { env: request.env });
      rmSync(work, { recursive: true });
      if (command.code === 0) {
        outcomes.rendered += 1;
        expect({ status: answered.status, text: answered.text }).toEqual({ status: 'OK', text: '' });
        expect(answered.manifests.join('')).toBe(command.stdout);
        return;
      }
      outcomes.failed += 1;
      expect(answered.status).toBe('UNKNOWN');
      // Warnings before the error are not shown by Argo CD: they are in the server's log.
      expect(command.stderr.trimEnd().endsWith(answered.text)).toBe(true);
    }),
    { numRuns: runs },
  );
  expect(outcomes.rendered).toBeGreaterThan(0);
  expect(outcomes.failed).toBeGreaterThan(0);
});
