/**
 * Deployments that succeed, in the ways in which they come about.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from 'vitest';
import { job } from '../manifests.ts';
import { scenario } from '../scenario.ts';
import { noRetry } from '../application.ts';
import { at } from '../json.ts';
import { health, phase, succeededWith, sync, syncRevision, well } from '../state.ts';

describe('deployments that succeed', () => {
  scenario('deploys', { v1: 'inactive', v2: 'inactive' }, async ({ application, api }) => {
    const first = await application.commit('v1');
    await application.create();
    await application.healthy(first);
    await application.deploy('v2', { WEB: 'v2', READY: '6s' });
    await application.git('revert', '--no-edit', '-n', 'HEAD');
    await application.git('commit', '-q', '-m', 'Revert v2');
    Object.assign(application.values, { WEB: 'v1', READY: '2s' });
    const reverted = await application.push();
    await application.refresh();
    await application.healthy(reverted);
    await application.deploy('new host', { HOST: 'deploys-2.preview.test' });
    application.files['README'] = 'nothing that renders\n';
    const readme = await application.commit('readme only');
    await application.refresh();
    await application.until('compared with the readme', (one) => syncRevision(one) === readme, 20);
    const containers = [{ name: 'web', image: 'example.test/web:tampered' }];
    await api.merge(
      '/apis/apps/v1/namespaces/deploys/deployments/web',
      { spec: { template: { spec: { containers } } } },
      'strategic-merge-patch',
    );
    const attempts = ['status', 'operationState', 'operation', 'sync', 'autoHealAttemptsCount'];
    await application.until('healed', (one) => well(one) && Number(at(one, ...attempts) ?? 0) > 0, 60);
    await application.delete();
  });

  scenario('first-deploy', { v1: 'success' }, async ({ application }) => {
    const first = await application.commit('v1');
    await application.create();
    await application.healthy(first);
  });

  scenario('hooks-ok', { v1: 'inactive', v2: 'success' }, async ({ application }) => {
    application.files['templates/pre.yaml'] = job('migrate', 'PreSync', 'v1');
    application.files['templates/post.yaml'] = job('verify', 'PostSync', 'v1');
    await application.up({ retry: noRetry });
    await application.deploy('v2', { WEB: 'v2' });
  });

  scenario('waves', { v1: 'inactive', v2: 'success' }, async ({ application }) => {
    const wave = 'kind: Ingress\nmetadata: {name: web, annotations: {argocd.argoproj.io/sync-wave: "1"}}';
    const manifests = application.files['templates/app.yaml'] ?? '';
    application.files['templates/app.yaml'] = manifests.replace('kind: Ingress\nmetadata: {name: web}', wave);
    await application.up();
    await application.deploy('v2', { WEB: 'v2' });
  });

  scenario(
    'rapid-pushes',
    { v1: 'inactive', v2: 'inactive', v3: 'inactive', v4: 'success' },
    async ({ application }) => {
      await application.up();
      await application.commit('v2', { WEB: 'v2', READY: '6s' });
      await application.refresh();
      await sleep(3000);
      await application.commit('v3', { WEB: 'v3' });
      await application.refresh();
      await sleep(3000);
      await application.deploy('v4', { WEB: 'v4' });
    },
  );

  scenario('polled', { v1: 'inactive', v2: 'success' }, async ({ application }) => {
    await application.up();
    const revision = await application.commit('v2', { WEB: 'v2' });
    await application.healthy(revision, 300);
  });

  const quick = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`v${index + 1}`, 'inactive']));
  scenario('quick-deploys', { ...quick, v13: 'success' }, async ({ application }) => {
    await application.up();
    for (let number = 2; number < 14; number += 1) {
      await application.deploy(`v${number}`, { WEB: `v${number}`, READY: '500ms' });
      await sleep(370 * (number % 4));
    }
  });

  // Argo CD's times have whole seconds: deployments begun so that compare and sync end in the same second.
  const leaks = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`v${index + 1}`, 'inactive']));
  scenario('gate-leak', { ...leaks, v9: 'success' }, async ({ application }) => {
    application.files['templates/app.yaml'] = application.files['templates/app.yaml']?.split('---\n')[1] ?? '';
    await application.up();
    for (let number = 2; number < 10; number += 1) {
      const revision = await application.commit(`v${number}`, { WEB: `v${number}`, READY: '3s' });
      await sleep((1000 + 500 + 50 * (number % 6) - (Date.now() % 1000)) % 1000);
      await application.refresh();
      await application.healthy(revision);
      await sleep(1000);
    }
  });

  scenario('manual-sync', { v1: 'success', v2: 'inactive' }, async ({ application }) => {
    const first = await application.commit('v1');
    await application.create({ automated: false });
    await application.until('out of sync', (one) => sync(one) === 'OutOfSync', 30);
    await application.sync(first);
    await application.healthy(first);
    await sleep(2000);
    const second = await application.commit('v2', { WEB: 'v2' });
    await application.refresh();
    await sleep(3000);
    await application.sync(second);
    await application.healthy(second);
    await sleep(2000);
    // Back in history: the Application stays out of sync, since main is at v2.
    await application.sync(first);
    const back = ['status', 'operationState', 'syncResult', 'revision'];
    await application.until(
      'rolled back',
      (one) => at(one, ...back) === first && phase(one) === 'Succeeded' && health(one) === 'Healthy',
      60,
    );
    await sleep(8000);
  });

  scenario('multi-source', { v1: 'inactive', v2: 'success' }, async ({ application, open }) => {
    const extra = await open('multi-source-extra');
    extra.files = {
      'templates/extra.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\ndata: {greeting: "@GREETING@"}\n',
    };
    extra.sources = {};
    await application.commit('v1');
    await extra.commit('extra v1');
    await application.create({ sources: [application.source(), extra.source()] });
    await application.until('well', well);
    await sleep(2000);
    const second = await application.commit('v2', { WEB: 'v2' });
    await application.refresh();
    await application.until('well with v2', succeededWith(second));
    await sleep(2000);
    const other = await extra.commit('extra v2', { GREETING: 'hi' });
    await application.refresh();
    await application.until('well with the other source', succeededWith(other));
  });

  scenario('prune-off', { v1: 'inactive', v2: 'inactive', v3: 'success' }, async ({ application }) => {
    await application.up({ prune: false });
    await application.deploy('v2', { WEB: 'v2' });
    await application.deploy('v3', { WEB: 'v3' });
  });

  scenario('no-records', {}, async ({ application }) => {
    application.sources = { web: undefined };
    await application.up();
    await application.deploy('v2', { WEB: 'v2' });
  });

  scenario('config-only', { v1: 'success' }, async ({ application }) => {
    await application.up();
    await application.deploy('greeting', { GREETING: 'hi', HOST: 'config-only-2.preview.test' });
  });
});
