import { describe, expect, it } from 'vitest';
import type { DeclaredImage, Strategy } from '../config/environment.ts';
import { Failure } from '../diagnostics/failure.ts';
import { completePolicy, type Policy } from '../policy/policy.ts';
import type { Registry } from '../registries/registry.ts';
import { strategyDecisions, type Undecided } from './decisions.ts';

const digest = `sha256:${'0'.repeat(64)}`;

function undecided(name: string, line: number, newName?: string): Undecided {
  const strategy: Strategy = {
    kind: 'alphabetical',
    ignoreTags: [],
    platforms: [],
    locate: () => ({ file: 'waybill.yaml', line }),
  };
  const image: DeclaredImage = { name, strategy, location: { file: 'waybill.yaml', line } };
  return { image, strategy, newName };
}

const asked: string[] = [];
const registry: Registry = {
  tags: async (name) => {
    asked.push(name);
    return ['1', '2'];
  },
  digest: async () => digest,
  image: async () => {
    throw new Error('nobody needs it');
  },
};

const policyOf = (...ask: string[]): Policy => completePolicy({ registries: { ask } }, '/etc/policy.yaml', 'plugin');

async function problems(work: Promise<unknown>): Promise<string[]> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(
      ({ code, location, message, help }) => `${location?.line} ${code}: ${message} | ${help?.join(' ')}`,
    );
  }
  throw new Error('nothing failed');
}

describe('strategies in a render', () => {
  const context = { environment: 'staging', registry: () => registry };

  it('ask the registries of the policy', async () => {
    const images = [undecided('acme/a', 1), undecided('b', 2, 'ghcr.io/acme/b')];
    const answers = await strategyDecisions(images, { ...context, policy: policyOf('docker.io', 'ghcr.io') });
    const location = { file: 'waybill.yaml', line: 1 };
    expect(answers.get('docker.io/acme/a')).toEqual({
      tag: '2',
      digest,
      location,
      cause: {
        kind: 'strategy',
        label: 'strategy alphabetical: 2 is the last in alphabetical order of 2 tags, of 2 tags in all',
        location,
      },
    });
    expect(answers.get('docker.io/library/b')).toMatchObject({ newName: 'ghcr.io/acme/b', tag: '2' });
    expect(asked.splice(0)).toEqual(['acme/a', 'ghcr.io/acme/b']);
  });

  it('ask none when the policy does not list one of them, and say what to do', async () => {
    const images = [undecided('ghcr.io/acme/a', 1), undecided('ghcr.io.evil.dev/a', 2), undecided('b', 3)];
    expect(await problems(strategyDecisions(images, { ...context, policy: policyOf('ghcr.io') }))).toEqual([
      "2 strategy-not-allowed: no lock entry has a tag of ghcr.io.evil.dev/a, and a render may not query ghcr.io.evil.dev | Let the strategy write the lock, and commit it: waybill images update -e staging. Registries that a render may query are in the operator's policy (/etc/policy.yaml), registries.ask: ghcr.io.",
      "3 strategy-not-allowed: no lock entry has a tag of b, and a render may not query docker.io | Let the strategy write the lock, and commit it: waybill images update -e staging. Registries that a render may query are in the operator's policy (/etc/policy.yaml), registries.ask: ghcr.io.",
    ]);
    expect(asked).toEqual([]);
  });

  it('ask nothing about images that may not be deployed', async () => {
    const policy = completePolicy({ registries: { ask: ['ghcr.io'], images: ['ghcr.io/acme'] } }, undefined, 'plugin');
    const images = [undecided('ghcr.io/acme/a', 1), undecided('ghcr.io/other/secret', 2)];
    expect(await problems(strategyDecisions(images, { ...context, policy }))).toEqual([
      "2 policy-image: ghcr.io/other/secret is from a registry that is not allowed, so its tags are not asked for | Allowed registries: ghcr.io/acme. This is the operator's policy.",
    ]);
    expect(asked).toEqual([]);
  });

  it('are read before anything else', async () => {
    const wrong = undecided('b', 2);
    const strategy: Strategy = { ...wrong.strategy, kind: 'semver', constraint: 'x y', ignoreTags: [] };
    const images = [undecided('ghcr.io/acme/a', 1), { ...wrong, strategy }];
    const told = await problems(strategyDecisions(images, { ...context, policy: policyOf('ghcr.io') }));
    expect(told.map((line) => line.split(':')[0])).toEqual(['2 strategy-invalid', '2 strategy-not-allowed']);
    expect(asked).toEqual([]);
  });

  it('are allowed nowhere by default', async () => {
    const [only] = await problems(
      strategyDecisions([undecided('a', 1)], {
        ...context,
        environment: undefined,
        policy: completePolicy({}, undefined, 'cli'),
      }),
    );
    expect(only).toContain('A lock belongs to an environment');
    expect(only).toContain("are in the operator's policy, registries.ask: none.");
  });
});
