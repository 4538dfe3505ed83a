/**
 * Whose signatures the operator's policy wants on an image, with keys and trusted roots read from their files.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { CosignSigner } from '../binaries/cosign.ts';
import { failure } from '../diagnostics/failure.ts';
import { compileSearch } from '../expressions/re2.ts';
import { matchesImage, matchesName } from '../policy/patterns.ts';
import type { Policy } from '../policy/policy.ts';
import type { Keyless, PolicySigner } from '../schemas/policy.generated.ts';

/** One who may sign. */
export interface AcceptedSigner {
  /** What people read: `the key keys/release.pub`, `…/build.yaml@refs/heads/main (of https://…)`. */
  readonly description: string;
  /** Reads the files; Failure `policy-unreadable` or `policy-invalid`. */
  read(): CosignSigner;
}

/** One rule: at least one of them must have signed. */
export type Requirement = readonly AcceptedSigner[];

const MAX_BYTES = 1024 * 1024;

function textOf(path: string, policy: Policy): string {
  const file = resolve(dirname(policy.file ?? ''), path);
  try {
    if (statSync(file).size > MAX_BYTES) throw failure('policy-unreadable', `${file} has more than ${MAX_BYTES} bytes`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    throw failure('policy-unreadable', `${path}, which the policy names, cannot be read (${code})`, {
      help: [`Looked for ${file}. Paths in the policy are relative to its own folder.`],
    });
  }
}

function expected(exactly: string | undefined, matching: string | undefined) {
  if (matching === undefined) return { exactly: exactly ?? '' };
  try {
    // By itself: `a)|(b` would be right only within the parentheses that bind it to the whole text.
    compileSearch(matching);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw failure('policy-invalid', `${JSON.stringify(matching)} is no regular expression: ${error.message}`, {
      help: ["It is in keyless of the policy's signatures; the syntax is RE2's."],
    });
  }
  return { matching };
}

function keylessOf({ issuer, issuerRegexp, identity, identityRegexp, certificateLog = true }: Keyless) {
  return {
    issuer: expected(issuer, issuerRegexp),
    identity: expected(identity, identityRegexp),
    certificateLog,
  };
}

function described({ keyless, keyFile }: PolicySigner, index: number): string {
  if (keyFile !== undefined) return `the key ${keyFile}`;
  if (!keyless) return `the key signedBy[${index}] of the policy`;
  const { issuer, issuerRegexp, identity, identityRegexp } = keyless;
  return `${identity ?? `/${identityRegexp}/`} (of ${issuer ?? `/${issuerRegexp}/`})`;
}

function accepted(signer: PolicySigner, index: number, policy: Policy): AcceptedSigner {
  const { key, keyFile, keyless, trustedRoot, transparencyLog = true } = signer;
  return {
    description: described(signer, index),
    read: () => ({
      by: keyless ? keylessOf(keyless) : { key: key ?? textOf(keyFile ?? '', policy) },
      trustedRoot: trustedRoot === undefined ? undefined : textOf(trustedRoot, policy),
      transparencyLog,
    }),
  };
}

/** The requirements of every environment that rules name, made once so that the same signer is the same object. */
export class Requirements {
  readonly #rules: readonly {
    readonly names: readonly string[];
    readonly images: readonly string[] | undefined;
    readonly signers: Requirement;
  }[];

  constructor(policy: Policy) {
    this.#rules = policy.environments.flatMap(({ names, signatures = [] }) =>
      signatures.map(({ images, signedBy }) => ({
        names,
        images,
        signers: signedBy.map((signer, index) => accepted(signer, index, policy)),
      })),
    );
  }

  /** What holds for an image (normalised name) in an environment. All must be satisfied; none: it needs no signature. */
  of(environment: string, name: string): readonly Requirement[] {
    return this.#rules
      .filter(({ names }) => names.some((pattern) => matchesName(pattern, environment)))
      .filter(({ images }) => images === undefined || images.some((pattern) => matchesImage(pattern, name)))
      .map(({ signers }) => signers);
  }
}
