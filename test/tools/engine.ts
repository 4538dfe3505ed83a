/**
 * Argo CD's notifications controller for tests: the product's own client on the binary that pretest built.
 */
import { type Engine, startEngine } from '../../plugin/notifications/engine/engine.ts';
import { engineBinary } from './argocd.mjs';

/** Starts it. Close it in `afterAll`. */
export async function startTestEngine(): Promise<Engine> {
  return startEngine({ name: 'waybill-engine', path: await engineBinary() }, process.env);
}
