/**
 * A scenario: something happens to an Application, and afterwards the statuses are what the pods say.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import { KubernetesApi } from './api.ts';
import { LiveApplication } from './application.ts';
import { type Testimony, Witness } from './witness.ts';

/** What a scenario works with. */
export interface Stage {
  readonly application: LiveApplication;
  readonly api: KubernetesApi;
  readonly witness: Witness;
  /** Opens a second Application (a repository of its own, no witness). */
  readonly open: (name: string) => Promise<LiveApplication>;
}

/** What is so at the end: the last state of each version that was told anything. */
export type Expected = Readonly<Record<string, string>>;

/** Time for late statuses: the controller's own second look comes within a minute, deliveries within seconds. */
const settle = 6000;

/** Defines a test. `play` acts; `last` is what GitHub shows of each version in the end. */
export function scenario(name: string, last: Expected, play: (stage: Stage) => Promise<void>): void {
  it(name, async () => {
    const live = inject('live');
    const api = new KubernetesApi(live.access);
    const open = async (other: string) => await LiveApplication.open(other, api, live);
    const application = await open(name);
    const witness = await Witness.open(name, api);
    let testimony: Testimony | undefined;
    try {
      await play({ application, api, witness, open });
      await sleep(settle);
    } finally {
      testimony = await witness.close();
      const row = `| ${name} | ${testimony.told.join(', ') || '-'} | ${testimony.wrong.join('; ') || 'yes'} |\n`;
      appendFileSync(join(live.state, 'table.md'), row);
      process.stdout.write(row);
    }
    expect(testimony.wrong).toEqual([]);
    expect(testimony.last).toEqual(last);
    // Nothing is told twice in a row.
    expect(testimony.told.filter((line, index) => line === testimony.told[index - 1])).toEqual([]);
  });
}
