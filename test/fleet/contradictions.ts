/**
 * The states of the fleet held against what the real notifications controller tells GitHub in a scenario: whatever is
 * told is so at that moment, and well is said of nothing that was not told to be a success.
 */
import { readApplication } from '../../plugin/fleet/argocd/application.ts';
import { type ApplicationState, stateOf } from '../../plugin/fleet/argocd/state.ts';
import type { Scenario } from '../../plugin/notifications/engine/scenario.ts';
import { parseRecordName } from '../../plugin/record/name.ts';
import type { JsonObject } from '../../plugin/resources/json.ts';
import type { EngineReport } from '../../plugin/schemas/engine.generated.ts';
import { accepted, sent } from '../conformance/sent-requests.ts';

/** A record's state that was told. */
interface Told {
  /** Seconds after the start. */
  readonly at: number;
  readonly step: number;
  /** namespace/name. */
  readonly application: string;
  readonly commit: string;
  readonly environment: string;
  readonly state: string;
}

function toldIn(report: EngineReport): Told[] {
  return accepted(sent(report), 'deployment-status').map(({ at, step, message, request: { call } }) => ({
    at,
    step,
    application: message.application,
    commit: call?.ref ?? '',
    environment: call?.environment ?? '',
    state: call?.state ?? '',
  }));
}

function keyOf(application: JsonObject): string {
  const { namespace, name } = readApplication(application) ?? {};
  return `${namespace}/${name}`;
}

function isAbout({ commit, environment }: Told, record: string): boolean {
  const fields = parseRecordName(record);
  return fields?.commit === commit && fields.environment === environment;
}

/** Lines for people; none when both say the same. */
export function contradictions({ start, steps }: Pick<Scenario, 'start' | 'steps'>, report: EngineReport): string[] {
  const told = toldIn(report);
  const begin = Date.parse(start);
  // What is told late because the way to GitHub or the controller itself is broken is true before.
  const isLate = steps.some(({ faults, down, restart }) => faults !== undefined || down || restart);
  const there = new Map<string, JsonObject>();
  const wrong = new Set<string>();
  const states = (seconds: number): [string, ApplicationState][] =>
    [...there].flatMap(([key, value]) => {
      const application = readApplication(value);
      return application ? [[key, stateOf(application, begin + seconds * 1000)]] : [];
    });

  for (const [index, step] of steps.entries()) {
    for (const gone of step.delete ?? []) there.delete(gone);
    for (const one of step.put ?? []) there.set(keyOf(one), one);
    for (const message of told.filter((one) => one.step === index && one.state !== 'inactive')) {
      const records = states(message.at)
        .filter(([key]) => key === message.application)
        .flatMap(([, { target, live }]) => target.concat(live))
        .filter(({ name }) => isAbout(message, name));
      // The failure of a version that is neither wanted nor there any more is in no Application.
      const isGone = records.every(({ state }) => isLate && state === 'inactive');
      if (!isGone && !records.some(({ state }) => state === message.state))
        wrong.add(`step ${index}: told ${JSON.stringify(message)}, and it is ${JSON.stringify(records)}`);
    }
    if (isLate) continue;
    const until = steps[index + 1]?.at ?? step.at;
    for (const moment of [step.at, Math.max(step.at, until - 0.001)]) {
      for (const [key, { state, target }] of states(moment)) {
        for (const { name } of state === 'success' ? target : []) {
          const ours = told.filter((one) => one.application === key && isAbout(one, name));
          const last = ours.findLast((one) => one.step <= index);
          // What becomes so by time alone is told when the controller looks again, within a minute.
          const next = steps[index + 1];
          if (
            !next?.put &&
            ours.some((one) => one.step === index + 1 && one.at - moment < 60 && one.state === 'success')
          )
            continue;
          // Nothing is told of repositories that are not configured.
          if (ours.length > 0 && last?.state !== 'success')
            wrong.add(`step ${index}: ${name} is success after ${moment} s, and was told to be ${last?.state}`);
        }
      }
    }
  }
  return [...wrong];
}
