/**
 * Brings the environment up before the first scenario and down after the last (vitest's globalSetup).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { ApiAccess } from './api.ts';
import { startArgoCd } from './argocd.ts';
import { startControlPlane } from './control-plane.ts';
import { startProcesses } from './processes.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly live: LiveEnvironment;
  }
}

/** What scenarios need to know. */
export interface LiveEnvironment {
  readonly access: ApiAccess;
  /** Folder of the run: `git/` holds the bare repositories, `log/` what every program wrote. */
  readonly state: string;
  readonly gitURL: string;
  /** The built command. */
  readonly waybill: string;
  readonly notificationsController: {
    readonly command: string;
    readonly args: readonly string[];
    readonly env: NodeJS.ProcessEnv;
  };
}

function prepared(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: start the scenarios by npm run test:live`);
  return value;
}

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const state = mkdtempSync(join(tmpdir(), 'waybill-live-'));
  const log = join(state, 'log');
  mkdirSync(log);
  const processes = startProcesses(log);
  let close: (() => Promise<void>) | undefined;
  try {
    const plane = await startControlPlane(state, prepared('WAYBILL_LIVE_KUBERNETES'), processes);
    const programs = {
      argocd: prepared('WAYBILL_LIVE_ARGOCD'),
      github: prepared('WAYBILL_LIVE_GITHUB'),
      manifests: prepared('WAYBILL_LIVE_MANIFESTS'),
      waybill: join(import.meta.dirname, '../../dist/waybill.cjs'),
    };
    const argocd = await startArgoCd(state, programs, plane, processes);
    const { gitURL, notificationsController } = argocd;
    close = argocd.close;
    const { waybill } = programs;
    provide('live', { access: plane.access, state, gitURL, waybill, notificationsController });
  } catch (error) {
    process.stderr.write(`the environment did not start; what its programs wrote is in ${log}\n`);
    await processes.stopAll();
    throw error;
  }
  return async () => {
    await close?.();
    await processes.stopAll();
    if (process.env['WAYBILL_LIVE_KEEP']) process.stderr.write(`kept: ${state}\n`);
    else rmSync(state, { recursive: true, force: true });
  };
}
