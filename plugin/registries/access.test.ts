import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { registryAccess } from './access.ts';

const basic = Buffer.from('robot:pass:word').toString('base64');
const auths = {
  'ghcr.io': { auth: basic },
  'ghcr.io/acme': { registrytoken: 'of-acme' },
  'https://index.docker.io/v1/': { username: 'hub', password: 'x' },
  'acme.azurecr.io': { auth: Buffer.from('<token>:refresh').toString('base64') },
  'quay.io': { identitytoken: 'refresh' },
};

async function config(name: string): Promise<unknown> {
  const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths }), HOME: '/nowhere' };
  const { dockerConfig } = await registryAccess(env)(name);
  return JSON.parse(dockerConfig);
}

describe('registryAccess', () => {
  it.each([
    ['ghcr.io/other/a', { 'ghcr.io': { auth: basic } }],
    ['ghcr.io/acme/a', { 'ghcr.io': { registrytoken: 'of-acme' } }],
    ['nginx', { 'https://index.docker.io/v1/': { auth: Buffer.from('hub:x').toString('base64') } }],
    ['acme.azurecr.io/a', { 'acme.azurecr.io': { identitytoken: 'refresh' } }],
    ['quay.io/acme/a', { 'quay.io': { identitytoken: 'refresh' } }],
    ['registry.example.dev/a', {}],
  ])('gives the one credential for %s', async (name, expected) => {
    expect(await config(name)).toEqual({ auths: expected });
  });

  it('gives the authorities that Waybill trusts itself', async () => {
    const file = fileURLToPath(import.meta.url);
    const access = async (env: Record<string, string>) =>
      (await registryAccess({ HOME: '/nowhere', ...env })('r.dev/a')).ca;
    expect(await access({})).toBeUndefined();
    const more = await access({ NODE_EXTRA_CA_CERTS: file });
    expect(more).toContain(rootCertificates[0]);
    expect(more).toContain(readFileSync(file, 'utf8'));
  });

  it('refuses what is no name', async () => {
    await expect(config('APP_IMAGE')).rejects.toThrow('registries-invalid: "APP_IMAGE" is not the name of an image');
  });
});
