/**
 * What cosign's answer means. Its exit code tells little (1 for nearly everything about bundles), so the sentences of
 * cosign v3 and sigstore-go v1 are read. Only a success that names the image and a signature counts as signed, and
 * words that are not known mean that nobody knows: neither can let an image through.
 */
import type { Printed } from './run.ts';

/** What was found. */
export interface CosignVerdict {
  /**
   * `signed`. `unsigned`: there is no signature. `key`: none is by the key. `identity`: the certificate is for somebody
   * else, or there is none. `untrusted`: the certificate or the log entry cannot be trusted. `other-image`: a signature
   * of other content. `unknown`: cosign could not find out.
   */
  readonly kind: 'signed' | 'unsigned' | 'key' | 'identity' | 'untrusted' | 'other-image' | 'unknown';
  /** cosign's own words, one line; empty when signed. */
  readonly said: string;
  /** Whether the image has Sigstore bundles, signatures or not. */
  readonly bundles: boolean;
}

/**
 * What is a signature, by the type of its statement: the old payload's, and that of `cosign sign` today. `cosign
 * verify` accepts every statement about the image, also an attestation that its scan failed.
 */
const signatureTypes = new Set(['cosign container image signature', 'https://sigstore.dev/cosign/sign/v1']);

/** Sentences of failures, the decisive ones first: several signatures may each fail in another way. */
const sentences: readonly (readonly [RegExp, CosignVerdict['kind']])[] = [
  // Network and set-up, which may be part of sentences below.
  [/\btls: |dial tcp|giving up after|i\/o timeout|context deadline exceeded|unexpected status code/u, 'unknown'],
  [
    /invalid or missing digest in claim|no matching subject digest found|do(es)? not match (any )?digests? in statement/u,
    'other-image',
  ],
  [/none of the expected identities matched|no matching CertificateIdentity found/u, 'identity'],
  [/no certificate found on signature|signature time outside of public key validity window/u, 'identity'],
  [
    /leaf certificate verification failed|unknown authority|SCT|certificate timestamp|log entr|log inclusion|signed timestamp|verify timestamps|tlog/u,
    'untrusted',
  ],
  [
    /expected key signature, not certificate|could not verify envelope|accepted signatures do not match threshold|invalid signature|verification error|could not verify message/u,
    'key',
  ],
];

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The types of the verified statements about the digest. */
function verifiedTypes(stdout: string, digest: string): string[] {
  const list = parsed(stdout);
  return (Array.isArray(list) ? list : []).flatMap((one: unknown) => {
    const { image, type } = fields(fields(one)['critical']);
    return fields(image)['docker-manifest-digest'] === digest && typeof type === 'string' ? [type] : [];
  });
}

/** The line that says what went wrong. */
function errorLine(stderr: string): string {
  const at = stderr.search(/^Error: /mu);
  const text = at < 0 ? stderr : stderr.slice(at + 'Error: '.length);
  const [said = ''] = text.split(/^error during command execution: |^main\.go:/mu);
  return said.replaceAll(/\s+/gu, ' ').trim().slice(0, 600);
}

/** Reads the end of `cosign verify --output=json` of one image, by digest. */
export function readCosign(
  { exitCode, stdout, stderr }: Printed & { readonly exitCode: number },
  digest: string,
): CosignVerdict {
  if (exitCode === 0) {
    const types = verifiedTypes(stdout, digest);
    if (types.some((type) => signatureTypes.has(type))) return { kind: 'signed', said: '', bundles: false };
    if (types.length === 0)
      return { kind: 'unknown', said: 'cosign succeeded without naming a signature', bundles: false };
    return { kind: 'unsigned', said: `there are only attestations: ${types.join(', ')}`, bundles: true };
  }
  const said = errorLine(stderr);
  const bundles = said.startsWith('no matching attestations');
  const [, kind] = sentences.find(([sentence]) => sentence.test(said)) ?? [];
  if (kind !== undefined) return { kind, said, bundles };
  // The image's own absence has another code (11); 10 is documented as "no signatures found".
  return {
    kind: exitCode === 10 ? 'unsigned' : 'unknown',
    said: said || `cosign ended with code ${exitCode}`,
    bundles,
  };
}
