/**
 * Signing images with the real cosign: with a key, and with a certificate of an authority of one's own, as `cosign`
 * does without a key when Fulcio gives it one. No transparency log: there is none on a laptop.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { authorityBinary, cosignBinary } from './cosign.mjs';

const run = promisify(execFile);

/** Somebody who can sign. Paths. */
export interface Signer {
  readonly folder: string;
  /** Encrypted with the empty password. */
  readonly privateKey: string;
  readonly publicKey: string;
  /** The text of the public key. */
  readonly pem: string;
  /** Of an identity: its certificate, the authority's, and the trusted root that knows the authority. */
  readonly certificate?: string;
  readonly root?: string;
  readonly trustedRoot?: string;
}

/** How an image is signed. */
export interface Signing {
  /** As a tag of the image's digest, as cosign did until version 2. @default false */
  readonly old?: boolean;
  /** Signs a statement about the image in place of the image. @default false */
  readonly attest?: boolean;
  /** Puts the authority's certificate into the bundle. Signatures of the old form always have it. @default false */
  readonly chain?: boolean;
  /** More options of cosign. */
  readonly more?: readonly string[];
  /** docker's configuration folder. */
  readonly dockerConfig?: string;
}

async function cosign(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  await run(await cosignBinary(), [...args], { cwd: folder, env: { HOME: folder, COSIGN_PASSWORD: '', ...env } });
}

function signerIn(folder: string, name: string): Signer {
  const publicKey = join(folder, `${name}.pub`);
  return { folder, privateKey: join(folder, `${name}.key`), publicKey, pem: readFileSync(publicKey, 'utf8') };
}

/** A new key pair in a new folder below `base`. */
export async function newKey(base: string, name: string): Promise<Signer> {
  const folder = join(base, name);
  mkdirSync(folder, { recursive: true });
  await cosign(folder, ['generate-key-pair', '--output-key-prefix=signing']);
  return signerIn(folder, 'signing');
}

/** A new authority, and a certificate of it for an identity (a URL) that `issuer` vouches for. */
export async function newIdentity(base: string, name: string, identity: string, issuer: string): Promise<Signer> {
  const folder = join(base, name);
  mkdirSync(folder, { recursive: true });
  await run(await authorityBinary(), [folder, identity, issuer]);
  await cosign(folder, ['import-key-pair', '--key=leaf.key', '--output-key-prefix=signing', '--yes']);
  const fulcio = `url=https://fulcio.acme.dev,certificate-chain=${join(folder, 'root.pem')}`;
  await cosign(folder, ['trusted-root', 'create', `--fulcio=${fulcio}`, '--out=trusted_root.json']);
  return {
    ...signerIn(folder, 'signing'),
    certificate: join(folder, 'leaf.pem'),
    root: join(folder, 'root.pem'),
    trustedRoot: join(folder, 'trusted_root.json'),
  };
}

/** Signs an image by digest in its registry. */
export async function sign(reference: string, signer: Signer, signing: Signing = {}): Promise<void> {
  const { old = false, attest = false, chain = old, more = [], dockerConfig } = signing;
  const { folder, privateKey, certificate, root } = signer;
  const own = certificate === undefined ? [] : [`--certificate=${certificate}`];
  if (chain) own.push(...(root === undefined ? [] : [`--certificate-chain=${root}`]));
  writeFileSync(join(folder, 'predicate.json'), '{"scan":"failed"}');
  const what = attest ? ['attest', '--type=custom', '--predicate=predicate.json'] : ['sign'];
  const form = old ? ['--new-bundle-format=false'] : [];
  const common = ['--yes', `--key=${privateKey}`, '--tlog-upload=false', '--use-signing-config=false'];
  await cosign(
    folder,
    [...what, ...common, ...own, ...form, '--allow-http-registry', ...more, reference],
    dockerConfig === undefined ? {} : { DOCKER_CONFIG: dockerConfig },
  );
}
