/**
 * Replays a recording through the real controller, and says what it would have sent: which message, to whom, when,
 * and because of which condition.
 */
import { getKey, isArray, isObject } from '../../resources/json.ts';
import { readYaml } from '../../yaml/read.ts';
import type { EngineMessage } from '../../schemas/engine.generated.ts';
import type { Engine } from '../engine/engine.ts';
import { type RequestSummary, summarize } from './requests.ts';
import { type Silence, silenceOf } from './silence.ts';
import type { RecordedEvent } from './recording.ts';
import { replaySteps } from './steps.ts';

/** One message that would have been sent. */
export interface SimulatedMessage {
  /** Milliseconds since 1970, on the clock of the recording. */
  readonly at: number;
  readonly application: string;
  readonly service: string;
  readonly recipient: string;
  readonly trigger: string;
  /** Index of the condition in the trigger. */
  readonly condition: number;
  /** The condition in the author's words: its description, else the templates that it sends. */
  readonly why: string;
  /** The condition's expression. */
  readonly when: string;
  /** What was asked for, requests for tokens and look-ups left out. */
  readonly requests: readonly RequestSummary[];
  /** Warnings and errors that the controller logged about the message. */
  readonly problems: readonly string[];
}

/** What came of one recording. */
export interface Simulation {
  readonly events: readonly RecordedEvent[];
  readonly messages: readonly SimulatedMessage[];
  /** Other warnings and errors that the controller logged, each once. */
  readonly problems: readonly string[];
  /** Conditions that were not true after an event; only those asked for. */
  readonly silences: readonly Silence[];
}

interface Condition {
  readonly why: string;
  readonly when: string;
}

/** The conditions of all triggers, by trigger. What is no list of conditions has none. */
function conditionsOf(data: Readonly<Record<string, string>>): Map<string, Condition[]> {
  const triggers = Object.entries(data).filter(([key]) => key.startsWith('trigger.'));
  return new Map(
    triggers.map(([key, text]) => {
      const value = readYaml(text, { file: key, duplicateKeys: 'last-wins' })[0]?.value;
      const conditions = (isArray(value) ? value : []).map((one): Condition => {
        const [description, when, send] = isObject(one)
          ? [getKey(one, 'description'), getKey(one, 'when'), getKey(one, 'send')]
          : [];
        const templates = isArray(send) ? send.filter((name) => typeof name === 'string').join(', ') : '';
        return {
          why: typeof description === 'string' && description !== '' ? description : templates,
          when: typeof when === 'string' ? when : '',
        };
      });
      return [key.slice('trigger.'.length), conditions];
    }),
  );
}

/** Hosts of GitHub Enterprise Server that the configuration names: they speak GitHub's API. */
function enterpriseHosts(data: Readonly<Record<string, string>>): string[] {
  return Object.entries(data).flatMap(([key, text]) => {
    const url = key.startsWith('service.github')
      ? /enterpriseBaseURL:\s*["']?(\S+?)["']?\s*$/mu.exec(text)?.[1]
      : undefined;
    return url && URL.canParse(url) ? [new URL(url).host] : [];
  });
}

/**
 * Replays one recording with the ConfigMap's `data`. Missing keys of the Secret are made up. `why`: also finds out why
 * each trigger that sent nothing sent nothing. Failure `engine-failed`.
 */
export async function simulate(
  engine: Engine,
  data: Readonly<Record<string, string>>,
  events: readonly RecordedEvent[],
  why = false,
): Promise<Simulation> {
  const namespaces = [...new Set(events.map(({ key }) => key.split('/')[0] ?? ''))];
  const { start, steps } = replaySteps(events);
  const report = await engine.run({
    configMap: data,
    fillSecret: true,
    start,
    steps,
    world: { github: { enterpriseHosts: enterpriseHosts(data) } },
    controller: { applicationNamespaces: namespaces },
    explain: why,
  });
  const conditions = conditionsOf(data);
  const begin = Date.parse(start);
  const simulated = (message: EngineMessage): SimulatedMessage => {
    const condition = conditions.get(message.trigger)?.[message.condition];
    return {
      at: begin + Math.round(message.at * 1000),
      application: message.application,
      service: message.service,
      recipient: message.recipient,
      trigger: message.trigger,
      condition: message.condition,
      why: condition?.why ?? '',
      when: condition?.when ?? '',
      requests: message.requests.flatMap((request) => summarize(request)),
      problems: message.problems,
    };
  };
  return {
    events,
    messages: report.steps.flatMap(({ messages }) => messages.map(simulated)),
    problems: [...new Set(report.steps.flatMap(({ problems }) => problems))],
    silences: report.steps.flatMap(({ messages, explained = [] }, index) =>
      explained
        .filter(
          ({ application, trigger }) =>
            !messages.some((sent) => sent.application === application && sent.trigger === trigger),
        )
        .map((one) => silenceOf(one, events[index - 1]?.at ?? begin)),
    ),
  };
}
