import { describe, expect, it } from 'vitest';
import { readCosign } from './cosign-verdict.ts';

const digest = `sha256:${'0'.repeat(64)}`;

function verified(type: string, of = digest): string {
  return JSON.stringify([{ critical: { image: { 'docker-manifest-digest': of }, type } }]);
}

describe('readCosign', () => {
  it.each([
    ['a signature', verified('https://sigstore.dev/cosign/sign/v1'), 'signed'],
    ['a signature of the old form', `\n${verified('cosign container image signature')}\n`, 'signed'],
    ['an attestation', verified('https://slsa.dev/provenance/v1'), 'unsigned'],
    ['a signature of another digest', verified('https://sigstore.dev/cosign/sign/v1', 'sha256:1'), 'unknown'],
    ['nothing', '', 'unknown'],
    ['an empty list', '[]', 'unknown'],
    ['no JSON', 'OK', 'unknown'],
    ['another shape', '[{"critical":{"image":null,"type":7}}, null]', 'unknown'],
  ])('does not take a success at its word: %s', (_name, stdout, kind) => {
    expect(readCosign({ exitCode: 0, stdout, stderr: '' }, digest).kind).toBe(kind);
  });

  // What cosign v3.1.3 prints, and one sentence that it does not.
  it.each([
    [10, 'no signatures found', 'unsigned'],
    [12, 'no matching signatures: invalid signature when validating ASN.1 encoded signature', 'key'],
    [12, 'no matching signatures: no certificate found on signature', 'identity'],
    [12, 'no matching signatures: invalid or missing digest in claim: sha256:1', 'other-image'],
    [12, 'no matching signatures: leaf certificate verification failed', 'untrusted'],
    [
      12,
      'no matching signatures: searching log query: Post "https://rekor.sigstore.dev/api/v1/log/entries/retrieve": giving up after 4 attempt(s): dial tcp: lookup rekor.sigstore.dev: no such host',
      'unknown',
    ],
    [
      1,
      'no matching attestations: failed to verify signature: could not verify envelope: accepted signatures do not match threshold, Found: 0, Expected 1',
      'key',
    ],
    [
      1,
      'no matching attestations: failed to verify certificate identity: no matching CertificateIdentity found, last error: expected SAN value "a", got "b"',
      'identity',
    ],
    [1, 'no matching attestations: signature time outside of public key validity window', 'identity'],
    [
      1,
      'no matching attestations: failed to verify signature: provided artifact digest does not match any digest in statement',
      'other-image',
    ],
    [
      1,
      'no matching attestations: failed to verify leaf certificate: leaf certificate verification failed',
      'untrusted',
    ],
    [
      1,
      'no matching attestations: failed to verify log inclusion: not enough verified log entries from transparency log: 0 < 1',
      'untrusted',
    ],
    [
      1,
      'GET https://r.dev/v2/: tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'unknown',
    ],
    [1, 'a sentence of a version to come', 'unknown'],
  ])('reads exit code %i, %s', (exitCode, sentence, kind) => {
    const stderr = `WARNING: something\nError: ${sentence}\nerror during command execution: ${sentence}`;
    expect(readCosign({ exitCode, stdout: '', stderr }, digest)).toMatchObject({ kind, said: sentence });
  });
});
