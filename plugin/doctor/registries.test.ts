import { expect, it } from 'vitest';
import { temporaryFolders } from '../../test/tools/folder.ts';
import { checkRegistries } from './registries.ts';

const folder = temporaryFolders();

it('says when there are no credentials', () => {
  expect(checkRegistries({ HOME: folder({}) })).toEqual({
    subject: 'registries',
    state: 'ok',
    detail: 'no credentials: public images only',
  });
});

it('names places, hosts and helpers, and no secret', () => {
  const home = folder({
    '.docker/config.json': JSON.stringify({
      auths: { 'ghcr.io': { auth: Buffer.from('me:s3cr3t').toString('base64') } },
      credHelpers: { 'acme.azurecr.io': 'acr-env' },
      credsStore: 'pass',
    }),
    'registries.yaml': 'apiVersion: waybill.dev/v1\nkind: Registries\n',
  });
  const finding = checkRegistries({ HOME: home, WAYBILL_REGISTRIES: `${home}/registries.yaml`, PATH: '' });
  expect(finding).toEqual({
    subject: 'registries',
    state: 'missing',
    detail: `hosts file ${home}/registries.yaml; credentials in ${home}/.docker/config.json (acme.azurecr.io, ghcr.io, all that pass has)`,
    advice: [
      'Not on PATH, and needed for the hosts that name them: docker-credential-acr-env, docker-credential-pass.',
    ],
  });
});

it('says what is wrong with a file', () => {
  const home = folder({ '.docker/config.json': '{"auths": 1}' });
  expect(checkRegistries({ HOME: home })).toMatchObject({
    state: 'wrong',
    detail: `${home}/.docker/config.json has registry credentials in a form that cannot be read: /auths is of another type than it should be`,
  });
});
