/**
 * `waybill images verify` as a function: every entry of every lock, held against its registry, the operator's
 * policy and the signatures that it wants. All entries are looked at and everything is reported.
 */
import type { LeftOut } from '../applications/find.ts';
import type { Binaries } from '../binaries/binaries.ts';
import { withCosign } from '../binaries/cosign.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure, failure } from '../diagnostics/failure.ts';
import { listNames, notFoundHelp } from '../diagnostics/suggest.ts';
import type { FileTree } from '../files/tree.ts';
import { checkImagePolicy } from '../images/policy.ts';
import type { Policy } from '../policy/policy.ts';
import { registryAccess } from '../registries/access.ts';
import { createRegistry } from '../registries/client.ts';
import { type Checked, type CheckName, notReached, passed } from './finding.ts';
import { checkPresence, checkTag } from './presence.ts';
import { askOnce, type Asked } from './questions.ts';
import { Requirements } from './requirements.ts';
import { Signatures } from './signatures.ts';
import { checkSource } from './source.ts';
import { collectLockedEntries, type LockedEntry } from './locked-entries.ts';

/** What to verify, and with what. */
export interface VerifyRequest {
  readonly tree: FileTree;
  /** Tree paths to look in. */
  readonly directories: readonly string[];
  /** Only these environments; none: all. */
  readonly environments: readonly string[];
  readonly policy: Policy;
  /** The process's variables: for registries, their credentials, and cosign. */
  readonly env: Binaries['env'];
}

/** One entry and what the checks came to. */
export interface Verified {
  readonly subject: LockedEntry;
  readonly checks: Readonly<Record<CheckName, Checked>>;
}

/** What verification found. */
export interface Verification {
  readonly verified: readonly Verified[];
  /** Everything that is wrong or could not be verified; those of locks that cannot be read first. */
  readonly diagnostics: readonly Diagnostic[];
  /** Applications and environments without a lock, and what could not be searched. */
  readonly leftOut: readonly LeftOut[];
}

/** What is demanded of images at rendering, too; here the lock's line is known. */
function checkPolicy({ reference, entry, environment }: LockedEntry, policy: Policy): Checked {
  const location = entry.locate(entry.digest === undefined ? 'tag' : 'digest');
  try {
    checkImagePolicy([{ origin: { location }, path: [], written: reference, reference }], policy, environment);
    return passed;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { state: 'wrong', diagnostics: error.diagnostics };
  }
}

interface Means {
  readonly policy: Policy;
  readonly registry: Asked;
  readonly signatures: Signatures;
}

async function verify(subject: LockedEntry, { policy, registry, signatures }: Means): Promise<Verified> {
  const judged = checkPolicy(subject, policy);
  const refused = { exists: notReached, tag: notReached, source: notReached, signature: notReached };
  // Whoever may change a lock must not choose which hosts are asked, with which credentials, from inside the network.
  if (judged.state === 'wrong') return { subject, checks: { ...refused, policy: judged } };
  const presence = await checkPresence(subject, registry);
  const [tag, signature] = await Promise.all([
    checkTag(subject, presence, registry),
    signatures.check(subject, presence),
  ]);
  const source = checkSource(subject, presence);
  return { subject, checks: { exists: presence.exists, tag, source, policy: judged, signature } };
}

/**
 * Verifies every lock entry.
 * @throws Failure `environment-unknown` when no lock below the directories is of an environment that was asked for;
 *   `lock-missing` when there is nothing to verify: a check that looked at nothing must not pass
 */
export async function verifyImages(request: VerifyRequest): Promise<Verification> {
  const { tree, directories, environments: chosen, policy, env } = request;
  const { subjects, diagnostics, environments, leftOut } = collectLockedEntries(tree, directories, chosen);
  const unknown = chosen.filter((one) => !environments.includes(one));
  const [first] = unknown;
  if (first !== undefined) {
    throw failure('environment-unknown', `there is no lock of environment ${listNames(unknown)} here`, {
      help: notFoundHelp('Environments with a lock', first, environments),
    });
  }
  if (environments.length === 0) {
    throw failure('lock-missing', `there is no lock in ${listNames(directories.map((one) => one || '.'))} or below`, {
      help: ['waybill images set writes one. Without locks there is nothing to verify.'],
    });
  }
  // Without a disk cache: an image that was deleted must not be found in it.
  const registry = askOnce(createRegistry({ env }));
  const verified = await withCosign({ env }, async (cosign) => {
    const signatures = new Signatures(new Requirements(policy), cosign, registryAccess(env));
    return await Promise.all(subjects.map((subject) => verify(subject, { policy, registry, signatures })));
  });
  const found = verified.flatMap(({ checks }) => Object.values(checks).flatMap((one) => one.diagnostics));
  return { verified, diagnostics: [...diagnostics, ...found], leftOut };
}
