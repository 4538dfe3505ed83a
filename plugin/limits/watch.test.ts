import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { limitedTurn, unlimited, watch } from './watch.ts';

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.diagnostics[0]?.code;
    throw error;
  }
}

const limits = { seconds: 0.05, memory: Number.POSITIVE_INFINITY };
const endless = (): never => {
  for (;;);
};

describe('watch', () => {
  it('gives what the work gives, and throws what it throws', async () => {
    expect(await watch(unlimited, async () => 'done')).toBe('done');
    expect(await watch({ ...limits, seconds: 60 }, async () => 'done')).toBe('done');
    await expect(watch(limits, async () => Promise.reject(new Error('own')))).rejects.toThrow('own');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['at once', async () => endless()],
    ['behind a promise', async () => Promise.resolve().then(endless)],
    [
      'with promises alone',
      async () => {
        for (;;) await Promise.resolve();
      },
    ],
    [
      'behind a wait',
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await limitedTurn();
        endless();
      },
    ],
  ])('ends work that is busy %s', async (_name, work) => {
    expect(await codeOf(watch(limits, work))).toBe('limit-seconds');
  });

  it('leaves other work as it was', async () => {
    expect(await watch(unlimited, async () => codeOf(watch(limits, async () => endless())))).toBe('limit-seconds');
    await limitedTurn();
  });
});
