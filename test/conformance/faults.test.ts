import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataOf, readSettings } from '../../plugin/notifications/checking/settings.ts';
import { validateSettings } from '../../plugin/notifications/checking/validate.ts';
import type { Engine } from '../../plugin/notifications/engine/engine.ts';
import type { EngineReport } from '../../plugin/schemas/engine.generated.ts';
import { startTestEngine } from '../tools/engine.ts';
import { base } from './faults/base.ts';
import type { SeededFault } from './faults/fault.ts';
import { refused } from './faults/refused.ts';
import { silent } from './faults/silent.ts';
import { wrong } from './faults/wrong.ts';
import { sent } from './sent-requests.ts';
import { ScenarioBuilder } from './scenario-builder.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

/** The base with a fault, and the line that validate must name. */
function seeded({ edit: [from, to], line }: SeededFault): { text: string; line: number } {
  expect(base.split(from)).toHaveLength(2);
  const text = base.replace(from, () => to);
  const marker = line ?? to.split('\n').at(-1) ?? to;
  const at = text.split('\n').findIndex((one) => one.includes(marker.trim()));
  expect(at).toBeGreaterThan(0);
  return { text, line: at + 1 };
}

/** What a ConfigMap does during one deployment. */
async function play(text: string): Promise<EngineReport> {
  const settings = readSettings(text, 'cm.yaml');
  const builder = new ScenarioBuilder();
  builder.application('web', { labels: { team: 'web' } }).deploy('r1', ['v1']);
  const { scenario } = builder.end();
  return await engine.run({
    ...scenario,
    configMap: dataOf(settings),
    secret: Object.fromEntries(settings.secret ?? []),
    world: { github: { installations: { '67890': ['acme'] }, enterpriseHosts: ['github.acme.dev'] } },
  });
}

/** Requests that were accepted, by service: a webhook that is alive, GitHub and chat. */
function arrived(report: EngineReport): Record<'alive' | 'github' | 'slack', string[]> {
  const accepted = sent(report)
    .filter(({ request, message }) => request.status >= 200 && request.status < 300 && message.problems.length === 0)
    .filter(({ request }) => request.call?.kind !== 'token' && request.call?.kind !== 'list');
  const of = (service: string): string[] =>
    accepted
      .filter(({ message }) => message.service === service)
      .map(({ request }) => `${request.method} ${request.url} ${JSON.stringify(request.body)}`);
  return { alive: of('alive'), github: of('github'), slack: of('slack') };
}

/** Both ways of checking must find the fault, at its line, with the right code. */
async function mustFind(fault: SeededFault, code: string): Promise<string> {
  const { text, line } = seeded(fault);
  for (const checker of [engine, undefined]) {
    const found = await validateSettings(readSettings(text, 'cm.yaml'), checker);
    const matching = found.filter(({ message }) => fault.says.test(message));
    expect(matching.map((one) => [one.code, one.location?.line])).toEqual([[code, line]]);
  }
  return text;
}

describe('the base', () => {
  it('has no fault, and its three messages go out', async () => {
    for (const checker of [engine, undefined]) {
      expect(await validateSettings(readSettings(base, 'cm.yaml'), checker)).toEqual([]);
    }
    const { alive, github, slack } = arrived(await play(base));
    expect([alive.length, github.length, slack.length]).toEqual([1, 2, 1]);
  });
});

describe('faults for which the controller refuses everything', () => {
  it.each(refused)('$name', async (fault) => {
    const text = await mustFind(fault, 'notifications-refused');
    const report = await play(text);
    expect(sent(report)).toEqual([]);
    expect(report.steps.flatMap(({ problems }) => problems).join('\n')).toContain('Failed to get api');
  });
});

describe('faults that silence one message', () => {
  it.each(silent)('$name', async (fault) => {
    const text = await mustFind(fault, 'notifications-silent');
    const { alive, ...others } = arrived(await play(text));
    expect(alive).toHaveLength(1);
    expect(others[fault.target].filter((one) => !one.includes('"ok":false'))).toEqual([]);
    const untouched = fault.target === 'github' ? others.slack : others.github;
    expect(untouched.length).toBeGreaterThan(0);
  });
});

describe('faults that send something wrong', () => {
  it.each(wrong)('$name', async (fault) => {
    const text = await mustFind(fault, 'notifications-wrong');
    const before = arrived(await play(base))[fault.target];
    const after = arrived(await play(text))[fault.target];
    expect(after).not.toEqual(before);
    expect(after.join('\n')).toContain(fault.arrives);
  });
});
