/**
 * cosign, wrapped once (https://github.com/sigstore/cosign): whether an image is signed by somebody.
 *
 * The real program, not a library: cosign has stored signatures in two forms, as an image under a tag made of the
 * digest and as Sigstore bundles among the image's referrers. The `sigstore` packages of npm verify bundles only, and
 * know nothing of registries; what cosign, and with it every admission controller, accepts is what counts here.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries, Binary } from './binaries.ts';
import { type CosignVerdict, readCosign } from './cosign-verdict.ts';
import { childEnvironment } from './environment.ts';
import { findBinary } from './find.ts';
import { runToEnd } from './run.ts';
import { type Scratch, withScratch } from './scratch.ts';
import { supportedVersion } from './version.ts';

const cosign = {
  name: 'cosign',
  variable: 'WAYBILL_COSIGN',
  args: ['version'],
  // Version 2 reads bundles of images only on demand, and would call an image unsigned that is not.
  majors: [3],
  howToGet:
    'Install cosign v3 (https://docs.sigstore.dev/cosign/system_config/installation/), or name it in WAYBILL_COSIGN.',
};

/** Whose signature is looked for. Texts are files' content. */
export interface CosignSigner {
  /** A public key, or whom a certificate must be for; regular expressions (Go's) are for the whole text. */
  readonly by:
    | { readonly key: string }
    | {
        readonly issuer: { readonly exactly: string } | { readonly matching: string };
        readonly identity: { readonly exactly: string } | { readonly matching: string };
        /** Whether the certificate must be in a certificate log. */
        readonly certificateLog: boolean;
      };
  /** The trusted root of a Sigstore of one's own; undefined for the public one's. */
  readonly trustedRoot: string | undefined;
  /** Whether the signature must be in the transparency log. */
  readonly transparencyLog: boolean;
}

/** How cosign reaches the registry. */
export interface CosignRegistry {
  readonly plainHTTP: boolean;
  /** Authorities (PEM) in place of the usual ones: all that are to be trusted. */
  readonly ca?: string | undefined;
  /** docker's config.json with the credentials, if any. */
  readonly dockerConfig: string;
}

/** What to verify. */
interface CosignQuestion {
  /** `registry/repository@sha256:…`: never by tag, which may move between this and the deployment. */
  readonly reference: string;
  readonly signer: CosignSigner;
  readonly registry: CosignRegistry;
}

/** Asks cosign. */
export type Cosign = (question: CosignQuestion) => Promise<CosignVerdict>;

function environment(scratch: Scratch, binaries: Binaries, folder: string, tuf: string): Record<string, string> {
  // Where signatures are stored when not beside their images. Whom to trust is the policy's matter, no variable's.
  const { COSIGN_REPOSITORY: repository } = binaries.env;
  return {
    ...childEnvironment(scratch, binaries, true),
    // Credential helpers were asked already; what they said is in the file.
    PATH: '',
    TUF_ROOT: tuf,
    ...(repository ? { COSIGN_REPOSITORY: repository } : {}),
    DOCKER_CONFIG: folder,
  };
}

function expected(option: string, value: { readonly exactly: string } | { readonly matching: string }): string {
  // cosign searches for a match anywhere: `acme` would match evil.dev/acme.
  return 'exactly' in value ? `--${option}=${value.exactly}` : `--${option}-regexp=^(?:${value.matching})$`;
}

/** The arguments for who must have signed; files are written below `folder`. */
function signerArgs({ by, trustedRoot, transparencyLog }: CosignSigner, file: Write): string[] {
  const args: string[] = [];
  if ('key' in by) args.push(`--key=${file('key.pub', by.key)}`);
  else {
    args.push(expected('certificate-oidc-issuer', by.issuer), expected('certificate-identity', by.identity));
    if (!by.certificateLog) args.push('--insecure-ignore-sct');
    // Authorities of one's own may put their chain into the bundle, which is passed over without this.
    if (trustedRoot !== undefined) args.push('--allow-certificate-chain');
  }
  if (trustedRoot !== undefined) args.push(`--trusted-root=${file('trusted_root.json', trustedRoot)}`);
  if (!transparencyLog) args.push('--insecure-ignore-tlog');
  return args;
}

/** Writes a file for cosign to read; gives its path. */
type Write = (name: string, text: string) => string;

/** Where one run works. */
interface Workspace {
  readonly scratch: Scratch;
  /** For the files that are handed to it. */
  readonly folder: string;
  /** Its copy of the public trusted root. */
  readonly tuf: string;
}

async function ask(
  question: CosignQuestion,
  binary: Binary,
  workspace: Workspace,
  binaries: Binaries,
): Promise<CosignVerdict> {
  const { reference, signer, registry } = question;
  const { scratch, folder, tuf } = workspace;
  const file: Write = (name, text) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  file('config.json', registry.dockerConfig);
  const args = ['verify', '--output=json', ...signerArgs(signer, file)];
  if (registry.plainHTTP) args.push('--allow-http-registry');
  if (registry.ca !== undefined) args.push(`--registry-cacert=${file('registry-ca.pem', registry.ca)}`);
  const env = environment(scratch, binaries, folder, tuf);
  const run = async (...more: string[]): Promise<CosignVerdict> => {
    const ended = await runToEnd({ binary, args: [...args, ...more, reference], cwd: folder, env }, binaries);
    return readCosign(ended, reference.slice(reference.indexOf('@') + 1));
  };
  const verdict = await run();
  if (verdict.kind === 'signed' || !verdict.bundles) return verdict;
  // Where there are bundles, cosign looks at nothing else. They may be attestations, beside a signature of the old form.
  const old = await run('--new-bundle-format=false');
  return old.kind === 'unsigned' ? verdict : old;
}

/**
 * Gives `work` a way to ask cosign, as often as needed and at the same time. cosign is looked for at the first question.
 * Asking throws Failure `binary-missing`, `binary-version`, `binary-timeout`, `binary-output`, `binary-failed`.
 */
export async function withCosign<Result>(
  binaries: Binaries,
  work: (cosign: Cosign) => Promise<Result>,
): Promise<Result> {
  return withScratch(async (scratch) => {
    const find = async (): Promise<Binary> => {
      const binary = findBinary(cosign, binaries);
      await supportedVersion(binary, cosign, scratch, binaries);
      return binary;
    };
    let found: Promise<Binary> | undefined;
    let count = 0;
    // cosign locks its copy of the trusted root: runs at the same time have one each, the next ones use them again.
    const copies: string[] = [];
    return await work(async (question) => {
      found ??= find();
      const binary = await found;
      count += 1;
      const folder = join(scratch.files, String(count));
      const tuf = copies.pop() ?? join(scratch.home, `tuf-${count}`);
      mkdirSync(folder, { mode: 0o700 });
      try {
        return await ask(question, binary, { scratch, folder, tuf }, binaries);
      } finally {
        copies.push(tuf);
        // It holds a credential.
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
}

/** Path and version of the cosign that would be used. Failure `binary-missing`, `binary-version`. */
export async function inspectCosign(binaries: Binaries): Promise<Binary & { readonly version: string }> {
  const binary = findBinary(cosign, binaries);
  return withScratch(async (scratch) => ({
    ...binary,
    version: await supportedVersion(binary, cosign, scratch, binaries),
  }));
}
