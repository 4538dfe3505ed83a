import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/tools/folder.ts';
import { readHosts } from './hosts.ts';
import { createRegistry } from './client.ts';

const folder = temporaryFolders();

/** The hosts file with these lines below its two first ones. */
function file(lines: string, more: Record<string, string> = {}): string {
  const text = `apiVersion: waybill.dev/v1\nkind: Registries\n${lines}`;
  return join(folder({ 'registries.yaml': text, ...more }), 'registries.yaml');
}

describe('readHosts', () => {
  it('knows Docker Hub by all its names, and hosts in any case', () => {
    const hosts = readHosts(file('hosts:\n  docker.io: { plainHTTP: true }\n  Registry.Acme.dev:5000: {}\n'));
    expect(hosts.settings('registry-1.docker.io').plainHTTP).toBe(true);
    expect(hosts.names('registry.acme.dev:5000')).toBe(true);
    expect(hosts.names('registry.acme.dev')).toBe(false);
  });

  it('reads mirrors and authorities beside the file', () => {
    const at = file(
      'hosts:\n  ghcr.io:\n    ca: ca.pem\n    mirrors: [{ location: m.dev/a/b, tags: true }, { location: "m.dev:80" }]\n',
      {
        'ca.pem': 'PEM',
      },
    );
    expect(readHosts(at).settings('ghcr.io')).toEqual({
      plainHTTP: false,
      onlyMirrors: false,
      ca: 'PEM',
      mirrors: [
        { host: 'm.dev', prefix: 'a/b/', tags: true },
        { host: 'm.dev:80', prefix: '', tags: false },
      ],
    });
  });

  it.each([
    ['hosts:\n  ghcr.io: { plainHttp: true }\n', 'unknown key "plainHttp" in hosts["ghcr.io"]'],
    ['hosts:\n  https://ghcr.io: {}\n', '"https://ghcr.io" is no valid name in hosts'],
    ['hosts:\n  ghcr.io: { plainHTTP: "yes" }\n', 'hosts["ghcr.io"].plainHTTP is "yes"'],
    ['hosts:\n  ghcr.io: { mirrors: [{ location: "https://m.dev" }] }\n', 'hosts["ghcr.io"].mirrors[0].location'],
    ['hosts:\n  ghcr.io: {}\n  ghcr.io: {}\n', 'ghcr.io'],
    ['hosts: {}\n---\nhosts: {}\n', 'the file has 2 documents; expected one'],
    ['hosts:\n  ghcr.io: { ca: none.pem }\n', 'none.pem'],
  ])('refuses %j', (lines, message) => expect(() => readHosts(file(lines))).toThrow(message));

  it('says that a file is not there', () => {
    expect(() => readHosts('/nowhere/registries.yaml')).toThrow(
      'registries-invalid: the hosts file of registries cannot be read: ENOENT',
    );
  });
});

it('takes only an absolute path from the variable: the plugin runs where authors write', () => {
  expect(() => createRegistry({ env: { WAYBILL_REGISTRIES: 'registries.yaml' } })).toThrow(
    'WAYBILL_REGISTRIES names registries.yaml; expected an absolute path',
  );
});

it.each(['nginx:1', `nginx@sha256:${'0'.repeat(64)}`, 'NGINX', ''])('asks for no image named %j', async (name) => {
  await expect(createRegistry({ env: {} }).tags(name)).rejects.toThrow(
    'is not the name of an image without tag and digest',
  );
});

it.each(['../../x', '', '-1', 'sha256:0'])('asks for no tag %j', async (tag) => {
  const registry = createRegistry({ env: {} });
  await expect(registry.digest('nginx', tag)).rejects.toThrow(' of nginx is neither a tag nor a digest');
  await expect(registry.image('nginx', tag)).rejects.toThrow(' of nginx is neither a tag nor a digest');
});
