/**
 * Deployments that fail, and what comes after.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from 'vitest';
import { noRetry, oneRetry } from '../application.ts';
import { at, items, text } from '../json.ts';
import { api as second, badPort, job, web } from '../manifests.ts';
import { scenario } from '../scenario.ts';
import { degraded, failed, hasCondition, health, phase, sync, syncRevision } from '../state.ts';

describe('deployments that fail', () => {
  scenario('sync-failed', { v1: 'inactive', v2: 'failure', v3: 'success' }, async ({ application }) => {
    await application.up({ retry: oneRetry });
    application.files['templates/app.yaml'] = badPort(web);
    await application.commit('bad manifest', { WEB: 'v2' });
    await application.refresh();
    await application.until('failed', failed, 60);
    await sleep(10_000);
    application.files['templates/app.yaml'] = web;
    await application.deploy('good again', { WEB: 'v3' });
  });

  // The retries that an automated sync has by default take more than five minutes.
  scenario('sync-failed-default-retry', { v1: 'success', v2: 'failure' }, async ({ application }) => {
    await application.up();
    application.files['templates/app.yaml'] = badPort(web);
    await application.commit('bad manifest', { WEB: 'v2' });
    await application.refresh();
    await application.until('failed', failed, 420);
  });

  scenario('presync-failed', { v1: 'success', v2: 'failure' }, async ({ application }) => {
    await application.up({ retry: noRetry });
    application.files['templates/pre.yaml'] = job('migrate', 'PreSync', 'v2-fail');
    await application.commit('v2, failing migration', { WEB: 'v2' });
    await application.refresh();
    await application.until('failed', failed, 60);
    await sleep(8000);
  });

  scenario('postsync-failed', { v1: 'success', v2: 'failure' }, async ({ application }) => {
    await application.up({ retry: noRetry });
    application.files['templates/post.yaml'] = job('verify', 'PostSync', 'v2-fail');
    await application.commit('v2, failing verification', { WEB: 'v2' });
    await application.refresh();
    await application.until('failed', failed, 60);
    await sleep(8000);
  });

  scenario('degraded', { v1: 'inactive', 'v2-never': 'failure', v3: 'success' }, async ({ application }) => {
    await application.up();
    await application.commit('v2 never ready', { WEB: 'v2-never' });
    await application.refresh();
    await application.until('degraded', degraded, 90);
    await sleep(35_000);
    await application.deploy('v3', { WEB: 'v3' });
  });

  scenario('degraded-first', { 'v1-crash': 'failure' }, async ({ application }) => {
    await application.commit('v1 crashes', { WEB: 'v1-crash' });
    await application.create();
    await application.until('degraded', degraded, 90);
    await sleep(35_000);
  });

  scenario('render-error', { v1: 'inactive', v2: 'success' }, async ({ application }) => {
    await application.up();
    application.files['templates/broken.yaml'] = 'kind: [\n';
    await application.commit('broken input', { WEB: 'v2' });
    await application.refresh();
    await application.until('in a comparison error', hasCondition('ComparisonError'), 60);
    await sleep(6000);
    await application.refresh('hard');
    await sleep(6000);
    delete application.files['templates/broken.yaml'];
    await application.deploy('input mended');
  });

  scenario('render-error-first', {}, async ({ application }) => {
    application.files['templates/broken.yaml'] = 'kind: [\n';
    await application.commit('broken input');
    await application.create();
    await application.until('in a comparison error', hasCondition('ComparisonError'), 60);
    await sleep(5000);
  });

  // The fix leaves nothing to apply, so the failed operation stays the last one.
  scenario('no-diff-fix', { v1: 'inactive', v2: 'success' }, async ({ application }) => {
    await application.up({ retry: noRetry });
    application.files['templates/app.yaml'] = badPort(web);
    await application.commit('v2 and a bad manifest', { WEB: 'v2' });
    await application.refresh();
    await application.until('failed', failed, 60);
    await sleep(10_000);
    application.files['templates/app.yaml'] = web;
    const fix = await application.commit('v2 without it');
    await application.refresh();
    await application.until('synced at the fix', (one) => sync(one) === 'Synced' && syncRevision(one) === fix, 30);
    await sleep(15_000);
  });

  scenario('terminated', { v1: 'success', v2: 'failure' }, async ({ application }) => {
    await application.up({ retry: noRetry });
    application.files['templates/pre.yaml'] = job('migrate', 'PreSync', 'v2-never');
    await application.commit('v2, endless migration', { WEB: 'v2' });
    await application.refresh();
    const message = ['status', 'operationState', 'message'];
    await application.until('waiting for the hook', (one) => text(one, ...message).includes('hook'), 40);
    await sleep(3000);
    await application.patch({ status: { operationState: { phase: 'Terminating' } } });
    await application.until('ended', (one) => ['Failed', 'Error'].includes(text(phase(one))), 30);
    await sleep(5000);
  });

  scenario('invalid-spec', { v1: 'success' }, async ({ application }) => {
    const revision = await application.commit('v1');
    await application.create();
    await application.patch({ spec: { project: 'nowhere' } });
    await sleep(6000);
    const { repoURL } = application.source();
    await application.patch({ spec: { project: 'default', source: { repoURL: 'http://127.0.0.1:1/missing.git' } } });
    await sleep(8000);
    await application.patch({ spec: { source: { repoURL: repoURL ?? null } } });
    await application.healthy(revision);
  });

  // Long after a deployment, without any operation: pods lose readiness, and a pod is deleted.
  scenario('flap', { v1: 'success' }, async ({ application, api }) => {
    await application.up();
    const path = '/api/v1/namespaces/flap/pods';
    const names = async (): Promise<string[]> => {
      const list = at(await api.get(path), 'items');
      return items(list).map((pod) => text(pod, 'metadata', 'name'));
    };
    const lastTransitionTime = `${new Date().toISOString().slice(0, 19)}Z`;
    const condition = { type: 'Ready', status: 'False', reason: 'ContainersNotReady', lastTransitionTime };
    for (const name of await names()) {
      await api.merge(`${path}/${name}/status`, { status: { conditions: [condition] } }, 'strategic-merge-patch');
    }
    await application.until('not healthy', (one) => health(one) !== 'Healthy', 10);
    await application.until('healthy again', (one) => health(one) === 'Healthy', 30);
    await sleep(3000);
    await api.delete(`${path}/${(await names())[0]}`);
    await application.until('not healthy', (one) => health(one) !== 'Healthy', 10);
    await application.until('healthy again', (one) => health(one) === 'Healthy', 30);
  });

  const images = { v1: 'inactive', v2: 'inactive', v3: 'success', a1: 'inactive', a2: 'inactive', a3: 'success' };
  scenario('two-images', { ...images, 'a4-never': 'failure' }, async ({ application }) => {
    application.files['templates/api.yaml'] = second;
    application.sources = { web: 'https://github.com/acme/web', api: 'https://github.com/acme/api' };
    const first = await application.commit('web v1, api a1', { API: 'a1' });
    await application.create();
    await application.healthy(first);
    await sleep(3000);
    for (const values of [{ WEB: 'v2' }, { API: 'a2' }, { WEB: 'v3', API: 'a3' }]) {
      await application.deploy(JSON.stringify(values), values);
      await sleep(3000);
    }
    await application.commit('api a4 never ready', { API: 'a4-never' });
    await application.refresh();
    await application.until('degraded', degraded, 90);
    await sleep(35_000);
    await application.deploy('api a3 again', { API: 'a3' });
  });
});
