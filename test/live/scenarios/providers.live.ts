/**
 * GitHub that fails or is slow, and a controller that is restarted.
 */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, inject } from 'vitest';
import { setFaults } from '../github.ts';
import { eventually, execute } from '../processes.ts';
import { scenario } from '../scenario.ts';
import { health } from '../state.ts';

const progressing = (application: Parameters<typeof health>[0]): boolean => health(application) === 'Progressing';
const statusRequest = '^POST .*/repos/acme/faulty/deployments/';

/** Starts the notifications controller as the environment did. */
function startController(): void {
  const { command, args, env } = inject('live').notificationsController;
  spawn(command, args, { stdio: 'ignore', detached: true, env }).unref();
}

/** Stops it, and waits until it is gone. */
async function stopController(): Promise<void> {
  await execute('pkill', ['-f', 'argocd-notifications']);
  await eventually('the end of the controller', 20, async () => {
    return await execute('pgrep', ['-f', 'argocd-notifications']).then(
      () => false,
      () => true,
    );
  });
}

describe('GitHub and the controller', () => {
  scenario('github-502', { v1: 'inactive', v2: 'success' }, async ({ application }) => {
    application.sources = { web: 'https://github.com/acme/faulty' };
    await application.up();
    const revision = await application.commit('v2', { WEB: 'v2', READY: '5s' });
    await application.refresh();
    await application.until('progressing', progressing, 30);
    await sleep(1000);
    await setFaults({ match: statusRequest, status: 502, count: 1 });
    await application.healthy(revision);
    // The engine tries again at its next look, at the latest after a minute.
    await sleep(75_000);
  });

  scenario('github-slow', { v1: 'inactive', v2: 'inactive', v3: 'success' }, async ({ application, witness }) => {
    application.sources = { web: 'https://github.com/acme/faulty' };
    await application.up();
    const revision = await application.commit('v2', { WEB: 'v2', READY: '4s' });
    await application.refresh();
    await application.until('progressing', progressing, 30);
    await sleep(1000);
    await setFaults({ match: statusRequest, hangMs: 12_000, count: 1 });
    await application.healthy(revision);
    // v3 begins while the request hangs, and not before it: a success of v2 that came later would be a wrong one.
    await eventually('the request that hangs', 60, async () =>
      (await witness.statuses()).some(({ accepted }) => !accepted),
    );
    await application.deploy('v3', { WEB: 'v3', READY: '1s' });
    await sleep(75_000);
  });

  scenario('restart', { v1: 'inactive', v2: 'inactive', v3: 'inactive', v4: 'success' }, async ({ application }) => {
    await application.up();
    const second = await application.commit('v2', { WEB: 'v2' });
    await application.refresh();
    await application.until('progressing', progressing, 30);
    await stopController();
    await application.healthy(second);
    startController();
    await sleep(10_000);
    const third = await application.commit('v3', { WEB: 'v3', READY: '4s' });
    await application.refresh();
    await application.until('progressing', progressing, 30);
    await stopController();
    startController();
    await application.healthy(third);
    await sleep(6000);
    await stopController();
    await application.deploy('v4', { WEB: 'v4' });
    startController();
    await sleep(10_000);
  });
});
