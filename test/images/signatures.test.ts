/**
 * The signatures that the policy wants, against the real registry server, signed and verified by the real cosign.
 */
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RegistryServer, type RegistrySetup, startRegistry } from '../registry/registry-server.ts';
import { cosignBinary } from '../tools/cosign.mjs';
import { temporaryFolders } from '../tools/folder.ts';
import { runCli } from '../tools/run-cli.ts';
import { newIdentity, newKey, sign, type Signer, type Signing } from '../tools/signing.ts';

const identity = 'https://github.com/acme/api/.github/workflows/build.yaml@refs/heads/main';
const issuer = 'https://token.actions.example.dev';

const folder = temporaryFolders();
const servers: RegistryServer[] = [];
let server: RegistryServer;
let cosign: string;
let key: Signer;
let otherKey: Signer;
let workflow: Signer;
let stranger: Signer;

async function start(setup?: RegistrySetup): Promise<RegistryServer> {
  const started = await startRegistry(setup);
  servers.push(started);
  return started;
}

beforeAll(async () => {
  cosign = await cosignBinary();
  server = await start();
  const base = folder({});
  [key, otherKey] = [await newKey(base, 'key'), await newKey(base, 'other-key')];
  workflow = await newIdentity(base, 'workflow', identity, issuer);
  stranger = await newIdentity(base, 'stranger', identity, issuer);
});
afterAll(() => {
  for (const one of servers) one.close();
});

let count = 0;
/** A new image in a repository of its own, signed in these ways; `HOST/REPOSITORY@DIGEST`. */
async function image(...signed: readonly (readonly [Signer, Signing?])[]): Promise<string> {
  count += 1;
  const repository = `acme/image-${count}`;
  const [digest = ''] = await server.push({ repository, tag: 'v1', labels: { count: String(count) } });
  const reference = `${server.host}/${repository}@${digest}`;
  for (const [signer, how] of signed) await sign(reference, signer, how);
  return reference;
}

function yaml(value: unknown): string {
  return JSON.stringify(value);
}

interface Given {
  /** `signatures` of production. */
  readonly signatures: readonly unknown[];
  /** `name`, `newName`, `tag` and `digest` of the entry of production's lock. */
  readonly entry: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly environment?: string;
}

/** `waybill images verify` of a lock with one entry: its state and findings, and what people read. */
async function verify(given: Given) {
  const { signatures, entry, files = {}, env = {}, environment = 'production' } = given;
  const cwd = folder({
    ...files,
    'policy.yaml': yaml({
      apiVersion: 'waybill.dev/v1',
      kind: 'Policy',
      environments: [{ names: ['production'], signatures }],
    }),
    [`locks/${environment}.yaml`]: `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: ${environment}\nimages:\n  - ${yaml(entry)}\n`,
  });
  const all = {
    WAYBILL_COSIGN: cosign,
    WAYBILL_REGISTRIES: server.hostsFile,
    WAYBILL_POLICY: join(cwd, 'policy.yaml'),
  };
  const result = await runCli(['images', 'verify', '-o', 'json'], { cwd, env: { ...all, ...env } });
  const row: unknown = JSON.parse(result.stdout || '{}');
  return { ...result, row };
}

function entryOf(reference: string): Record<string, string> {
  const [name = '', digest = ''] = reference.split('@');
  return { name, digest };
}

const unlogged = { transparencyLog: false };
function byKey(signer: Signer) {
  return { key: signer.pem, ...unlogged };
}
function byIdentity(keyless: Readonly<Record<string, string>>, authority: Signer) {
  return { keyless: { ...keyless, certificateLog: false }, trustedRoot: authority.trustedRoot, ...unlogged };
}

describe.each([
  ['as a tag of the digest', true],
  ['as a bundle among the referrers', false],
])('a signature stored %s', (_name, old) => {
  it('by the key passes', async () => {
    const reference = await image([key, { old }]);
    const { code, stderr, row } = await verify({
      entry: entryOf(reference),
      signatures: [{ images: [server.host], signedBy: [byKey(key)] }],
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(row).toMatchObject({ checks: { signature: 'ok' }, verified: true });
  });

  it('by another key is told', async () => {
    const reference = await image([otherKey, { old }]);
    const { code, stderr } = await verify({ entry: entryOf(reference), signatures: [{ signedBy: [byKey(key)] }] });
    expect(code).toBe(1);
    expect(stderr).toContain(`locks/production.yaml:5:`);
    expect(stderr).toContain(
      `error[signature-key]: ${reference} is signed, but not with a key that the policy accepts`,
    );
  });

  it('by the old of two accepted keys passes', async () => {
    const reference = await image([otherKey, { old }]);
    const { code } = await verify({
      entry: entryOf(reference),
      signatures: [{ signedBy: [byKey(key), byKey(otherKey)] }],
    });
    expect(code).toBe(0);
  });

  it.each([
    ['exactly', { issuer, identity }],
    ['by expression', { issuerRegexp: 'https://.*\\.example\\.dev', identityRegexp: 'https://github\\.com/acme/.*' }],
  ])('by the identity passes, %s', async (_way, keyless) => {
    const reference = await image([workflow, { old }]);
    const { code, stderr } = await verify({
      entry: entryOf(reference),
      signatures: [{ signedBy: [byIdentity(keyless, workflow)] }],
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.each([
    ['identity', { issuer, identity: identity.replace('main', 'feature') }],
    ['issuer', { issuer: 'https://accounts.example.dev', identity }],
    ['whole identity (an expression is for all of it)', { issuer, identityRegexp: 'https://github\\.com/acme/api' }],
  ])('by another %s is told', async (_what, keyless) => {
    const reference = await image([workflow, { old }]);
    const { code, stderr } = await verify({
      entry: entryOf(reference),
      signatures: [{ signedBy: [byIdentity(keyless, workflow)] }],
    });
    expect(code).toBe(1);
    expect(stderr).toContain(
      `error[signature-identity]: ${reference} is signed, but not by a signer that the policy accepts`,
    );
  });

  it('by an authority that is not trusted is told, whatever it says of the identity', async () => {
    const reference = await image([stranger, { old }]);
    const { code, stderr } = await verify({
      entry: entryOf(reference),
      signatures: [{ signedBy: [byIdentity({ issuer, identity }, workflow)] }],
    });
    expect(code).toBe(1);
    expect(stderr).toContain('error[signature-invalid]');
    expect(stderr).toContain('whose certificate or log entry cannot be trusted');
  });

  it('with a key is no identity, and the other way round', async () => {
    const keyed = await image([key, { old }]);
    const asIdentity = await verify({
      entry: entryOf(keyed),
      signatures: [{ signedBy: [byIdentity({ issuer, identity }, workflow)] }],
    });
    expect(asIdentity.stderr).toContain('error[signature-identity]');
    const keyless = await image([workflow, { old }]);
    const asKey = await verify({ entry: entryOf(keyless), signatures: [{ signedBy: [byKey(key)] }] });
    expect(asKey.stderr).toContain('error[signature-key]');
  });
});

describe('an image', () => {
  it('without signature is told', async () => {
    const reference = await image();
    const { code, stderr, row } = await verify({ entry: entryOf(reference), signatures: [{ signedBy: [byKey(key)] }] });
    expect(code).toBe(1);
    expect(row).toMatchObject({ findings: [{ check: 'signature', code: 'signature-missing', line: 5 }] });
    expect(stderr).toContain(`${reference} is not signed`);
  });

  it('is not signed by an attestation of the same key', async () => {
    const reference = await image([key, { attest: true }]);
    const { row, stderr } = await verify({ entry: entryOf(reference), signatures: [{ signedBy: [byKey(key)] }] });
    expect(row).toMatchObject({ findings: [{ code: 'signature-missing' }] });
    expect(stderr).toContain('there are only attestations');
  });

  it('with attestations beside a signature of the old form passes', async () => {
    const reference = await image([key, { attest: true }], [key, { old: true }]);
    const { code } = await verify({ entry: entryOf(reference), signatures: [{ signedBy: [byKey(key)] }] });
    expect(code).toBe(0);
    const other = await image([otherKey, { attest: true }], [key, { old: true }]);
    expect(await verify({ entry: entryOf(other), signatures: [{ signedBy: [byKey(key)] }] })).toMatchObject({
      code: 0,
    });
  });

  it('must satisfy every rule', async () => {
    const reference = await image([key]);
    const signatures = [{ signedBy: [byKey(key)] }, { images: [server.host], signedBy: [byKey(otherKey)] }];
    const { row } = await verify({ entry: entryOf(reference), signatures });
    expect(row).toMatchObject({ checks: { signature: 'wrong' }, findings: [{ code: 'signature-key' }] });
  });

  it('that no rule names needs no signature, nor cosign', async () => {
    const reference = await image();
    const env = { WAYBILL_COSIGN: '/nowhere' };
    const signatures = [{ images: ['ghcr.io/acme'], signedBy: [byKey(key)] }];
    const elsewhere = await verify({ entry: entryOf(reference), signatures, env });
    expect(elsewhere).toMatchObject({ code: 0, row: { checks: { signature: 'nothing' } } });
    const inStaging = {
      entry: entryOf(reference),
      signatures: [{ signedBy: [byKey(key)] }],
      env,
      environment: 'staging',
    };
    expect(await verify(inStaging)).toMatchObject({ code: 0, row: { checks: { signature: 'nothing' } } });
  });

  it('is verified where it is pulled from, by the digest that its tag has', async () => {
    const reference = await image([key]);
    const [newName = ''] = reference.split('@');
    const entry = { name: 'quay.example/acme/api', newName, tag: 'v1' };
    expect(await verify({ entry, signatures: [{ images: [server.host], signedBy: [byKey(key)] }] })).toMatchObject({
      code: 0,
      row: { checks: { signature: 'ok' } },
    });
  });
});

describe('what the policy says', () => {
  it('takes keys from files beside it', async () => {
    const reference = await image([key]);
    const signatures = [{ signedBy: [{ keyFile: 'keys/release.pub', ...unlogged }] }];
    const files = { 'keys/release.pub': key.pem };
    expect(await verify({ entry: entryOf(reference), signatures, files })).toMatchObject({ code: 0 });
    const without = await verify({ entry: entryOf(reference), signatures });
    expect(without).toMatchObject({ code: 1, row: { findings: [{ code: 'image-not-verified' }] } });
    expect(without.stderr).toContain(
      'the key keys/release.pub: keys/release.pub, which the policy names, cannot be read',
    );
  });

  it.each(['(?=x)', 'x)|(https://.*'])('is told when an expression is none: %s', async (identityRegexp) => {
    const keyless = { issuer, identityRegexp };
    const signatures = [{ signedBy: [byIdentity(keyless, workflow)] }];
    const { code, stderr } = await verify({ entry: entryOf(await image([workflow])), signatures });
    expect(code).toBe(1);
    expect(stderr).toContain('is no regular expression');
  });

  it('wants the transparency log unless it says otherwise', async () => {
    const reference = await image([workflow]);
    const { transparencyLog: _, ...signer } = byIdentity({ issuer, identity }, workflow);
    const { code, stderr } = await verify({ entry: entryOf(reference), signatures: [{ signedBy: [signer] }] });
    expect(code).toBe(1);
    expect(stderr).toMatch(/error\[signature-invalid\].*cannot be trusted/u);
  });

  it('finds an authority whose certificate is in the bundle', async () => {
    const reference = await image([workflow, { chain: true }]);
    const signatures = [{ signedBy: [byIdentity({ issuer, identity }, workflow)] }];
    expect(await verify({ entry: entryOf(reference), signatures })).toMatchObject({ code: 0 });
  });
});

describe('cosign', () => {
  const user = { robot: 'hunter2-secret' };
  const login = { auths: { HOST: { auth: Buffer.from('robot:hunter2-secret').toString('base64') } } };

  /** A program that notes what it was started with, and then is cosign. */
  function noting() {
    const there = folder({});
    const log = join(there, 'log');
    const path = join(
      folder({ cosign: `#!/bin/sh\n{ echo "$@"; /usr/bin/env; } >> '${log}'\nexec '${cosign}' "$@"\n` }),
      'cosign',
    );
    chmodSync(path, 0o755);
    return { path, read: () => (existsSync(log) ? readFileSync(log, 'utf8') : '') };
  }

  it('reaches a private registry with its own authority, and sees no secret but the one it needs', async () => {
    const secured = await start({ auth: 'basic', users: user, tls: true });
    const config = folder({ 'config.json': yaml(login).replace('HOST', secured.host) });
    const [digest = ''] = await secured.push({ repository: 'acme/private', tag: 'v1' });
    const reference = `${secured.host}/acme/private@${digest}`;
    await sign(reference, key, { more: [`--registry-cacert=${secured.ca}`], dockerConfig: config });
    const { path, read } = noting();
    const env = {
      WAYBILL_REGISTRIES: secured.hostsFile,
      WAYBILL_COSIGN: path,
      DOCKER_CONFIG: config,
      GITHUB_TOKEN: 'another-secret',
      TUF_ROOT: '/root-of-the-pipeline',
      SIGSTORE_ROOT_FILE: '/root-of-the-pipeline',
    };
    const given = { entry: entryOf(reference), signatures: [{ signedBy: [byKey(key)] }] };
    expect(await verify({ ...given, env })).toMatchObject({ code: 0, stderr: '' });
    expect(read()).toContain(`@${digest}`);
    expect(read()).not.toMatch(/secret|:v1|root-of-the-pipeline/u);
    const nobody = { ...env, DOCKER_CONFIG: '/nowhere', HOME: '/nowhere' };
    expect(await verify({ ...given, env: nobody })).toMatchObject({ code: 1 });
  });

  it('is asked once for each image and signer', async () => {
    const reference = await image([key]);
    const { path, read } = noting();
    const cwd = folder({
      'policy.yaml': yaml({
        apiVersion: 'waybill.dev/v1',
        kind: 'Policy',
        environments: [{ names: ['*'], signatures: [{ signedBy: [byKey(key)] }] }],
      }),
      ...Object.fromEntries(
        ['a', 'b', 'c'].map((name) => [
          `${name}/locks/production.yaml`,
          `apiVersion: waybill.dev/v1\nkind: ImageLock\nenvironment: production\nimages: [${yaml(entryOf(reference))}]\n`,
        ]),
      ),
    });
    const env = {
      WAYBILL_COSIGN: path,
      WAYBILL_REGISTRIES: server.hostsFile,
      WAYBILL_POLICY: join(cwd, 'policy.yaml'),
    };
    expect(await runCli(['images', 'verify'], { cwd, env })).toMatchObject({ code: 0, stderr: '' });
    expect(read().match(/^verify /gmu)).toHaveLength(1);
  });

  it.each([
    ['is missing', '/nowhere/cosign', 'WAYBILL_COSIGN names /nowhere/cosign, which is not an executable file'],
    ['is too old', 'v2.6.1', 'is cosign v2.6.1; v3 is needed'],
  ])('is told when it %s', async (_name, which, message) => {
    let path = which;
    if (which.startsWith('v')) {
      path = join(folder({ cosign: `#!/bin/sh\necho 'GitVersion:    ${which}'\n` }), 'cosign');
      chmodSync(path, 0o755);
    }
    const given = { entry: entryOf(await image([key])), signatures: [{ signedBy: [byKey(key)] }] };
    const { row, code, stderr } = await verify({ ...given, env: { WAYBILL_COSIGN: path } });
    expect(code).toBe(1);
    expect(row).toMatchObject({ checks: { exists: 'ok', signature: 'not-verified' } });
    expect(stderr).toContain(message);
  });
});

describe('beside verify', () => {
  const place = () => {
    const cwd = folder({
      'waybill.yaml':
        'apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { manifests: base }\nstamp: { record: false }\n',
      'base/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
      'policy.yaml': yaml({
        apiVersion: 'waybill.dev/v1',
        kind: 'Policy',
        environments: [{ names: ['prod*'], signatures: [{ signedBy: [byKey(key)] }] }],
      }),
    });
    return { cwd, env: { PATH: process.env['PATH'], WAYBILL_POLICY: join(cwd, 'policy.yaml') } };
  };

  it('doctor says whether cosign is there', async () => {
    const { cwd, env } = place();
    const there = await runCli(['doctor'], { cwd, env: { ...env, WAYBILL_COSIGN: cosign } });
    expect(there.stdout).toMatch(/^ok +cosign +3\.1\.3 /mu);
    const without = { PATH: '' };
    const wanted = await runCli(['doctor'], { cwd, env: { ...env, ...without } });
    expect(wanted.stdout).toMatch(
      /^missing +cosign +not installed: images verify needs it.*\(prod\*\)\n +Install cosign v3/mu,
    );
    expect((await runCli(['doctor'], { cwd, env: without })).stdout).not.toContain('cosign');
  });

  it('validate says who looks at signatures', async () => {
    const { cwd, env } = place();
    const { code, stderr } = await runCli(['validate'], { cwd, env });
    expect(code).toBe(0);
    expect(stderr).toContain('use waybill images verify');
  });
});

/** Puts a manifest of the registry under another name. */
async function copyManifest(repository: string, from: string, to: string, subject?: string): Promise<void> {
  const manifests = `http://${server.host}/v2/${repository}/manifests`;
  const accept = 'application/vnd.oci.image.manifest.v1+json';
  const got = await fetch(`${manifests}/${from}`, { headers: { accept } });
  const text = await got.text();
  const body = subject === undefined ? text : text.replace(/("subject":\{[^}]*"digest":")[^"]*/u, `$1${subject}`);
  const put = await fetch(`${manifests}/${to}`, { method: 'PUT', headers: { 'content-type': accept }, body });
  expect([got.status, put.status]).toEqual([200, 201]);
}

describe('a signature of another image', () => {
  it.each([
    ['under the tag of this one', true],
    ['among the referrers of this one', false],
  ])('is told, put %s', async (_name, old) => {
    const repository = 'acme/swapped';
    const [good = ''] = await server.push({ repository, tag: 'good', labels: { old: String(old) } });
    const [evil = ''] = await server.push({ repository, tag: 'evil', labels: { old: String(old), evil: 'x' } });
    await sign(`${server.host}/${repository}@${good}`, key, { old });
    if (old) {
      const tag = (digest: string) => `${digest.replace(':', '-')}.sig`;
      await copyManifest(repository, tag(good), tag(evil));
    } else {
      const referrers = await fetch(`http://${server.host}/v2/${repository}/manifests/${good.replace(':', '-')}`);
      const index = await referrers.text();
      const [, bundle = ''] = /"digest":"(sha256:[0-9a-f]{64})"/u.exec(index) ?? [];
      await copyManifest(repository, bundle, 'copied', evil);
      const list = await fetch(`http://${server.host}/v2/${repository}/manifests/copied`, {
        headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
      });
      const digest = list.headers.get('docker-content-digest') ?? '';
      const size = (await list.text()).length;
      await fetch(`http://${server.host}/v2/${repository}/manifests/${evil.replace(':', '-')}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
        body: index.replace(bundle, digest).replace(/"size":\d+/u, `"size":${size}`),
      });
    }
    const { stderr } = await verify({
      entry: { name: `${server.host}/${repository}`, digest: evil },
      signatures: [{ signedBy: [byKey(key)] }],
    });
    expect(stderr).toContain('error[signature-invalid]');
    expect(stderr).toContain('has a signature that was made for another image');
  });
});
