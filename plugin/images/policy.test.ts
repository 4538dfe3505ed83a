import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { completePolicy } from '../policy/policy.ts';
import { checkImagePolicy } from './policy.ts';
import type { ResolvedImage } from './resolve.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const policy = completePolicy(
  {
    registries: { images: ['ghcr.io/acme', 'docker.io/library'] },
    environments: [
      { names: ['prod*'], requireDigest: true },
      { names: ['staging', 'production'], forbiddenTags: ['latest', '*-snapshot'] },
      { names: ['*'], forbiddenTags: ['dirty'] },
    ],
  },
  '/etc/waybill/policy.yaml',
  'plugin',
);

function problems(references: readonly string[], environment: string | undefined): string[] {
  const origin = { location: { file: 'a.yaml', line: 3 } };
  const images = references.map((reference): ResolvedImage => ({ origin, path: [], written: reference, reference }));
  try {
    checkImagePolicy(images, policy, environment);
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map((one) => `${one.location?.file}:${one.location?.line} ${one.message}`);
  }
}

describe('checkImagePolicy', () => {
  it.each<[string, string[], string | undefined, string[]]>([
    ['allowed places', ['ghcr.io/acme/a:1', 'nginx:1', 'docker.io/library/nginx:1'], 'development', []],
    [
      'another registry, once',
      ['quay.io/acme/a:1', 'quay.io/acme/a:1', 'acme/a:1'],
      'development',
      [
        'a.yaml:3 quay.io/acme/a:1 is from a registry that is not allowed',
        'a.yaml:3 acme/a:1 is from a registry that is not allowed',
      ],
    ],
    [
      'no image at all',
      ['APP_IMAGE'],
      'development',
      ['a.yaml:3 APP_IMAGE is not a well-formed image, so its origin is unknown'],
    ],
    ['a digest', [`nginx@${digest}`, `nginx:latest@${digest}`], 'production', []],
    [
      'no digest',
      ['nginx:1'],
      'production',
      ['a.yaml:3 nginx:1 has no digest, which is required in environment production'],
    ],
    [
      'a forbidden tag',
      ['nginx:1-snapshot'],
      'staging',
      ['a.yaml:3 nginx:1-snapshot has a tag that is forbidden in environment staging'],
    ],
    [
      'no tag',
      ['nginx'],
      'staging',
      ['a.yaml:3 nginx has neither tag nor digest, so it is latest, which is forbidden in environment staging'],
    ],
    ['no environment', ['nginx'], undefined, []],
    [
      'no environment, a rule for all',
      ['nginx:dirty'],
      undefined,
      ['a.yaml:3 nginx:dirty has a tag that is forbidden'],
    ],
  ])('%s', (_name, references, environment, expected) => expect(problems(references, environment)).toEqual(expected));
});
