import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../plugin/diagnostics/failure.ts';
import { type PromotionRequest, promote } from '../../plugin/promotion/promote.ts';
import type { StatusState } from '../../plugin/promotion/statuses.ts';
import type { Delivery } from '../../plugin/updates/intent.ts';
import { temporaryFolders, writeFolder } from '../tools/folder.ts';
import { temporaryRepositories } from '../tools/git-repositories.ts';

// The gates that look at the clock, and all gates while others push.
const folders = temporaryFolders();
const repositories = temporaryRepositories();
const repository = 'https://github.com/acme/api';
const commitOf = (version: number): string => version.toString(16).padStart(40, '0');

function lock(environment: string, version: number): string {
  return `apiVersion: waybill.dev/v1
kind: ImageLock
environment: ${environment}
images:
  - name: r.dev/api
    tag: v${version}
    source: { repository: "${repository}", commit: "${commitOf(version)}" }
`;
}

function files(gates: string): Record<string, string> {
  return {
    'waybill.yaml': `apiVersion: waybill.dev/v1\nkind: Waybill\nenvironments:\n  staging: { reportAs: stage }\n  production:\n    gates: ${gates}\n`,
    'deployment.yaml': `apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec: { containers: [{ name: a, image: r.dev/api }] }\n`,
    'locks/staging.yaml': lock('staging', 1),
    'locks/production.yaml': lock('production', 0),
  };
}

const noon = new Date('2026-11-26T12:00:00Z');
const hoursBefore = (hours: number): Date => new Date(noon.getTime() - hours * 3_600_000);

function request(more: Partial<PromotionRequest> = {}): PromotionRequest {
  return {
    from: 'staging',
    to: 'production',
    images: [],
    all: false,
    allowOlder: true,
    allowHeld: false,
    checkouts: [],
    trigger: undefined,
    statuses: undefined,
    findEvent: undefined,
    deployments: undefined,
    now: () => noon,
    ...more,
  };
}

function delivery(directory: string, to: Delivery['to']): Delivery {
  return { directory, env: repositories.env, to, note: () => undefined };
}

/** What the gates say; nothing when they let the promotion through. */
async function refusals(gates: string, more: Partial<PromotionRequest>): Promise<string[]> {
  try {
    await promote(request(more), delivery(folders(files(gates)), 'nowhere'));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(({ message, help }) => [message, ...(help ?? [])].join(' | '));
  }
  return [];
}

describe('soak', () => {
  const commit = commitOf(1);
  const refuse = 'the gates of production refuse r.dev/api:';

  it.each<[string, Partial<PromotionRequest>, string[]]>([
    ['long enough, by an event', { findEvent: async () => hoursBefore(2) }, []],
    [
      'not yet, by an event',
      { findEvent: async () => hoursBefore(1.5) },
      [`${refuse} ${commit} has run in staging for 90 minutes, of 2h | Promote it after 2026-11-26T12:30:00.000Z.`],
    ],
    ['no event', { findEvent: async () => undefined }, [`${refuse} ${commit} is not deployed well in staging`]],
    [
      'a clock that is ahead',
      { findEvent: async () => hoursBefore(-1) },
      [`${refuse} ${commit} has run in staging for 0 minutes, of 2h | Promote it after 2026-11-26T15:00:00.000Z.`],
    ],
    ['long enough, by GitHub', { deployments: async () => ({ state: 'success', at: hoursBefore(3) }) }, []],
    [
      'degraded since',
      { deployments: async () => ({ state: 'failure', at: hoursBefore(3) }) },
      [`${refuse} ${commit} is not deployed well in staging`],
    ],
    [
      'a time that is none',
      { deployments: async () => ({ state: 'success', at: new Date('x') }) },
      [`${refuse} the deployment of ${commit} to staging has no time that can be read`],
    ],
    [
      'nobody to ask',
      {},
      [
        `${refuse} its deployment time in staging cannot be read | Name the repository of events with --events-repository, or set GITHUB_TOKEN.`,
      ],
    ],
  ])('%s', async (_name, more, expected) => {
    expect(await refusals('{ soak: 2h }', more)).toEqual(expected);
  });

  it('asks by the name that the environment is reported as', async () => {
    const asked: string[] = [];
    const deployments: PromotionRequest['deployments'] = async (...args) => {
      asked.push(args.join(' '));
      return { state: 'success', at: hoursBefore(3) };
    };
    expect(await refusals('{ soak: 2h }', { deployments })).toEqual([]);
    expect(asked).toEqual([`${repository} ${commit} stage`]);
  });
});

describe('windows and freezes', () => {
  const friday = '{ windows: [{ kind: deny, days: [fri], from: "12:00", to: "24:00", timeZone: Europe/Berlin }] }';

  it.each([
    [friday, '2026-11-27T10:59:00Z', []],
    [
      friday,
      '2026-11-27T11:00:00Z',
      ['the gates of production refuse everything now: fri 12:00 to 24:00 Europe/Berlin is closed'],
    ],
    [
      '{ freeze: { reason: "Black Friday", until: "2026-12-01" } }',
      '2026-11-30T23:59:59Z',
      ['the gates of production refuse everything: frozen until 2026-12-01 (Black Friday)'],
    ],
    ['{ freeze: { reason: "Black Friday", until: "2026-12-01" } }', '2026-12-01T00:00:00Z', []],
  ])('%s at %s', async (gates, moment, expected) => {
    expect(await refusals(gates, { now: () => new Date(moment) })).toEqual(expected);
  });
});

/** Every seventh version has passed its tests. */
const statusesOf = (commit: string): Map<string, StatusState> =>
  new Map([['tests/api', Number.parseInt(commit, 16) % 7 === 0 ? 'success' : 'failure']]);

const versionIn = (text: string): number => Number(/tag: v(\d+)/u.exec(text)?.[1]);

describe('under rapid pushes', () => {
  it('lets through, of a hundred in a row, the versions that have passed and no others', async () => {
    const folder = folders(files('{ statuses: [tests/api] }'));
    const promoted: number[] = [];
    for (let version = 1; version <= 100; version += 1) {
      writeFolder(folder, { 'locks/staging.yaml': lock('staging', version) });
      const statuses: PromotionRequest['statuses'] = async (_repository, commit) => {
        // Staging is already at the next version when the answer comes.
        writeFolder(folder, { 'locks/staging.yaml': lock('staging', version + 1) });
        return statusesOf(commit);
      };
      const before = versionIn(readFileSync(join(folder, 'locks/production.yaml'), 'utf8'));
      await promote(request({ statuses }), delivery(folder, 'work-tree')).catch((error: unknown) => {
        if (!(error instanceof Failure) || error.diagnostics.some(({ code }) => code !== 'gate-refused')) throw error;
      });
      const after = versionIn(readFileSync(join(folder, 'locks/production.yaml'), 'utf8'));
      if (after !== before) promoted.push(after);
    }
    expect(promoted).toEqual(Array.from({ length: 14 }, (_none, index) => (index + 1) * 7));
  });

  it('asks the gates again for what is there when its push was overtaken', async () => {
    const bare = repositories.bare('overtaken', files('{ statuses: [tests/api] }'));
    const [mine, theirs] = [repositories.clone(bare), repositories.clone(bare)];
    const push = (version: number): void => {
      writeFolder(theirs, { 'locks/staging.yaml': lock('staging', version) });
      repositories.git(theirs, 'commit', '-q', '-a', '-m', `v${version}`);
      repositories.git(theirs, 'push', '-q');
    };
    push(7);
    const asked: number[] = [];
    const statuses: PromotionRequest['statuses'] = async (_repository, commit) => {
      asked.push(Number.parseInt(commit, 16));
      // Between the gate's answer and the push.
      if (asked.length === 1) push(8);
      return statusesOf(commit);
    };
    await expect(promote(request({ statuses }), delivery(mine, 'push'))).rejects.toThrow('the status tests/api of');
    expect(asked).toEqual([7, 8]);
    expect(versionIn(repositories.git(bare, 'show', 'main:locks/production.yaml'))).toBe(0);
  });
});
