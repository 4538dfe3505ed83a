/**
 * Whether an image is signed by those whom the policy accepts. cosign is asked for the digest that runs, once for each
 * image and signer.
 */
import type { Cosign, CosignRegistry } from '../binaries/cosign.ts';
import type { CosignVerdict } from '../binaries/cosign-verdict.ts';
import type { Code } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import { nameKey } from '../references/reference.ts';
import { limitOf } from '../http/limit.ts';
import { type Checked, nothing, notReached, passed, together } from './finding.ts';
import type { Presence } from './presence.ts';
import type { AcceptedSigner, Requirement, Requirements } from './requirements.ts';
import type { LockedEntry } from './locked-entries.ts';

/** Processes of cosign at once: each takes a core for a moment, and most of its time waits for the network. */
const AT_ONCE = 4;

type Kind = Exclude<CosignVerdict['kind'], 'signed'>;

/** What to tell of each kind, the most telling first when accepted signers were refused for different reasons. */
const findings: Readonly<Record<Kind, { readonly code: Code; readonly says: string; readonly help: string }>> = {
  'other-image': {
    code: 'signature-invalid',
    says: 'has a signature that was made for another image',
    help: 'Somebody put it there. Sign the image again from its pipeline, and find out who may push to the repository.',
  },
  untrusted: {
    code: 'signature-invalid',
    says: 'has a signature whose certificate or log entry cannot be trusted',
    help: 'A Sigstore of your own needs trustedRoot; one without logs transparencyLog: false or certificateLog: false.',
  },
  identity: {
    code: 'signature-identity',
    says: 'is signed, but not by a signer that the policy accepts',
    help: 'Was it built by another workflow, or from another branch?',
  },
  key: {
    code: 'signature-key',
    says: 'is signed, but not with a key that the policy accepts',
    help: 'It was signed with another key, or its signature is damaged. While keys change list both in signedBy.',
  },
  unsigned: {
    code: 'signature-missing',
    says: 'is not signed',
    help: 'Let the pipeline sign it by digest: cosign sign NAME@DIGEST.',
  },
  unknown: {
    code: 'image-not-verified',
    says: 'could not be verified: cosign could not find out whether it is signed',
    help: 'Try again, or run cosign verify by hand.',
  },
};
const order: readonly Kind[] = ['unknown', 'other-image', 'untrusted', 'identity', 'key', 'unsigned'];

interface Refused {
  readonly signer: AcceptedSigner;
  readonly verdict: CosignVerdict;
}

/** Checks signatures; one for each run. */
export class Signatures {
  readonly #requirements: Requirements;
  readonly #cosign: Cosign;
  readonly #access: (name: string) => Promise<CosignRegistry>;
  readonly #limit = limitOf(AT_ONCE);
  readonly #answers = new Map<AcceptedSigner, Map<string, Promise<CosignVerdict>>>();

  /** `access` says how the registry of a name is reached. */
  constructor(requirements: Requirements, cosign: Cosign, access: (name: string) => Promise<CosignRegistry>) {
    this.#requirements = requirements;
    this.#cosign = cosign;
    this.#access = access;
  }

  async #ask(name: string, digest: string, signer: AcceptedSigner): Promise<CosignVerdict> {
    const known = this.#answers.get(signer) ?? new Map<string, Promise<CosignVerdict>>();
    this.#answers.set(signer, known);
    const reference = `${nameKey(name)}@${digest}`;
    const before = known.get(reference);
    if (before) return await before;
    const asked = this.#limit(async () => {
      return await this.#cosign({ reference, signer: signer.read(), registry: await this.#access(name) });
    });
    known.set(reference, asked);
    return await asked;
  }

  async #check(subject: LockedEntry, digest: string, requirement: Requirement): Promise<Checked> {
    const refused: Refused[] = [];
    for (const signer of requirement) {
      const verdict = await this.#ask(subject.name, digest, signer).catch((error: unknown): CosignVerdict => {
        if (!(error instanceof Failure)) throw error;
        const said = error.diagnostics.flatMap(({ message, help = [] }) => [message, ...help]).join(' ');
        return { kind: 'unknown', said, bundles: false };
      });
      if (verdict.kind === 'signed') return passed;
      refused.push({ signer, verdict });
    }
    return finding(subject, refused);
  }

  /** The check `signature` of an entry whose presence is known. */
  async check(subject: LockedEntry, { facts }: Presence): Promise<Checked> {
    const requirements = this.#requirements.of(subject.environment, nameKey(subject.name));
    if (requirements.length === 0) return nothing;
    // That the image is not there, or could not be asked for, is reported already.
    if (!facts) return notReached;
    return together(await Promise.all(requirements.map((one) => this.#check(subject, facts.digest, one))));
  }
}

/** One finding for all accepted signers together. */
function finding({ reference, entry }: LockedEntry, refused: readonly Refused[]): Checked {
  const kind = order.find((one) => refused.some(({ verdict }) => verdict.kind === one)) ?? 'unknown';
  const { code, says, help } = findings[kind];
  const diagnostic: Diagnostic = {
    severity: 'error',
    code,
    message: `${reference} ${says}`,
    location: entry.locate(entry.digest === undefined ? 'tag' : 'digest'),
    help: [...refused.map(({ signer, verdict }) => `${signer.description}: ${verdict.said}`), help],
  };
  return { state: kind === 'unknown' ? 'not-verified' : 'wrong', diagnostics: [diagnostic] };
}
