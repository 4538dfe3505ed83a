import { expect, it } from 'vitest';
import { bestKey } from './keys.ts';

it.each<[string[], string, string, string | undefined]>([
  [['ghcr.io'], 'ghcr.io', 'acme/a', 'ghcr.io'],
  [['https://ghcr.io/v2/'], 'ghcr.io', 'acme/a', 'https://ghcr.io/v2/'],
  [['GHCR.io'], 'ghcr.io', 'acme/a', 'GHCR.io'],
  [['https://index.docker.io/v1/'], 'docker.io', 'library/nginx', 'https://index.docker.io/v1/'],
  [['registry-1.docker.io', 'docker.io/acme'], 'docker.io', 'acme/a', 'docker.io/acme'],
  [['quay.io', 'quay.io/acme', 'quay.io/acme/a'], 'quay.io', 'acme/a', 'quay.io/acme/a'],
  [['quay.io', 'quay.io/acme', 'quay.io/acme/a'], 'quay.io', 'acme/ab', 'quay.io/acme'],
  [['quay.io/acme'], 'quay.io', 'acmes/a', undefined],
  [['registry.acme.dev'], 'registry.acme.dev:5000', 'a', undefined],
  [['*.azurecr.io'], 'acme.azurecr.io', 'web', '*.azurecr.io'],
  [['*.azurecr.io'], 'a.b.azurecr.io', 'web', undefined],
  [['*.azurecr.io', 'acme.azurecr.io'], 'acme.azurecr.io', 'web', 'acme.azurecr.io'],
  [['123*.dkr.ecr.*.amazonaws.com'], '123456.dkr.ecr.eu-west-1.amazonaws.com', 'web', '123*.dkr.ecr.*.amazonaws.com'],
  [[], 'ghcr.io', 'a', undefined],
])('%j for %s/%s', (keys, host, repository, expected) => expect(bestKey(keys, host, repository)).toBe(expected));
