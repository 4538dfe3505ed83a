/**
 * Everything that would silence notifications or make them wrong, found without a cluster: the engine's own reading of
 * the settings where the helper program is at hand, and what the engine accepts and should not be.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Engine } from '../engine/engine.ts';
import { check as context } from './checks/context.ts';
import { check as expressions } from './checks/expressions.ts';
import { check as keys } from './checks/keys.ts';
import { check as secrets } from './checks/secrets.ts';
import { check as services } from './checks/services.ts';
import { check as subscriptions } from './checks/subscriptions.ts';
import { check as templates } from './checks/templates.ts';
import { check as triggers } from './checks/triggers.ts';
import { checkByEngine } from './by-engine.ts';
import { checkBySubset } from './by-subset.ts';
import { createModel } from './model.ts';
import type { Settings } from './settings.ts';

const checks = [keys, context, services, secrets, templates, triggers, expressions, subscriptions];

function order(a: Diagnostic, b: Diagnostic): number {
  return (a.location?.line ?? 0) - (b.location?.line ?? 0) || (a.location?.column ?? 0) - (b.location?.column ?? 0);
}

/** What is wrong with the settings, in the order of the file. Without an engine, syntax is checked by a subset. */
export async function validateSettings(settings: Settings, engine: Engine | undefined): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [...settings.mistakes];
  const model = createModel(settings, found);
  for (const check of checks) found.push(...check(model));
  found.push(...(engine ? await checkByEngine(model, found, engine) : checkBySubset(model)));
  return found.toSorted(order);
}
