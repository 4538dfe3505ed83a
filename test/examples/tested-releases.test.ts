import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isArray, isObject, type JsonObject } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { withValue } from '../../plugin/resources/with-value.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { listen } from '../handback/loopback.ts';
import { runArtillery } from '../tools/artillery.mjs';
import { temporaryRepositories } from '../tools/git-repositories.ts';
import { runCli } from '../tools/run-cli.ts';

// The load profile of examples/tested-releases in Artillery's own engine.
const file = 'examples/tested-releases/tests/performance.yaml';
const [document] = readYaml(readFileSync(file, 'utf8'), { file, duplicateKeys: 'error' });
const profile: JsonObject = isObject(document?.value) ? document.value : {};
const flow = ['scenarios', 0, 'flow', 0];

/** The profile with few users and no time between their requests. */
function quick(target: string): JsonObject {
  const changes: readonly (readonly [(string | number)[], number | string | JsonObject[]])[] = [
    [['config', 'target'], target],
    [['config', 'phases'], [{ duration: 1, arrivalCount: 3 }]],
    [[...flow, 'count'], 2],
    [[...flow, 'loop', 1, 'think'], 0.001],
  ];
  return changes.reduce((made, [path, value]) => withValue(made, path, value), profile);
}

describe('the load profile', () => {
  it('is 100 users at once for five minutes, and 95 of 100 answers within 500 ms', () => {
    expect(valueAt(profile, ['config', 'phases'])).toEqual([
      expect.objectContaining({ duration: 30, arrivalCount: 100 }),
    ]);
    // Each user thinks a second between requests. The last one comes after 30 s; all are there for 300 s then.
    expect(valueAt(profile, [...flow, 'loop', 1, 'think'])).toBe(1);
    expect(Number(valueAt(profile, [...flow, 'count']))).toBeGreaterThanOrEqual(330);
    const thresholds = valueAt(profile, ['config', 'ensure', 'thresholds']);
    expect(isArray(thresholds) && thresholds[0]).toEqual({ 'http.response_time.p95': 500 });
  });

  it.each([
    [200, true],
    [503, false],
  ])('is run by Artillery: answers of %i pass: %s', async (status, passes) => {
    const seen: string[] = [];
    const server = await listen(({ method, path }) => {
      seen.push(`${method} ${path}`);
      return { status, json: [] };
    });
    try {
      const { counters, checks } = await runArtillery(quick(server.url));
      expect(seen).toEqual(Array<string>(6).fill('GET /api/users?limit=20'));
      expect(counters).toMatchObject({ 'vusers.created': 3, [`http.codes.${status}`]: 6 });
      expect(checks).toHaveLength(3);
      expect(checks.every(({ result }) => result === 1)).toBe(passes);
    } finally {
      server.close();
    }
  });
});

describe('the gates of production', () => {
  const repositories = temporaryRepositories();
  const files = (folder: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((one) => one.isFile())
        .map((one) => join(one.parentPath, one.name))
        .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
    );
  const clone = repositories.clone(repositories.bare('tested', files('examples/tested-releases')));
  const promote = [
    'promote',
    '--from',
    'staging',
    '--to',
    'production',
    '--statuses',
    '-',
    '-C',
    join(clone, 'user-service'),
  ];
  const line = (context: string, state: string): string => `${JSON.stringify({ context, state })}\n`;

  it.each<[string, string, string[]]>([
    ['no load test', line('tests/integration', 'success'), ['the status tests/performance of', 'its deployment time']],
    [
      'a load test that failed',
      line('tests/integration', 'success') + line('tests/performance', 'failure'),
      ['tests/performance of 78bed90f1868361441efb064a03f79cb3e831c53 is failure', 'its deployment time'],
    ],
    // The two hours in staging are GitHub's to tell.
    [
      'nothing but the time',
      line('tests/integration', 'success') + line('tests/performance', 'success'),
      ['its deployment time in staging cannot be read'],
    ],
  ])('refuse %s', async (_what, stdin, expected) => {
    const { code, stderr } = await runCli(promote, { env: repositories.env, stdin });
    const refused = stderr.split('\n').filter((one) => one.includes('error[gate-refused]'));
    expect({ code, refused: refused.length }).toEqual({ code: 1, refused: expected.length });
    for (const [index, words] of expected.entries()) expect(refused[index]).toContain(words);
  });
});
