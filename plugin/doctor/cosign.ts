/**
 * Whether cosign is there where the operator's policy wants signatures. Nothing else needs it, so that nobody is told to
 * install it in vain.
 */
import { inspectCosign } from '../binaries/cosign.ts';
import type { Binaries } from '../binaries/binaries.ts';
import { Failure } from '../diagnostics/failure.ts';
import type { Policy } from '../policy/policy.ts';
import { failed, type Finding } from './finding.ts';

/** The finding about cosign; undefined when no rule of the policy wants signatures and cosign is not installed. */
export async function checkCosign(binaries: Binaries, policy: Policy | undefined): Promise<Finding | undefined> {
  const subject = 'cosign';
  const wanting = policy?.environments.filter(({ signatures = [] }) => signatures.length > 0) ?? [];
  const names = wanting.flatMap((rule) => rule.names).join(', ');
  try {
    const { version, path } = await inspectCosign(binaries);
    return { subject, state: 'ok', detail: `${version} (${path})` };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const [first] = error.diagnostics;
    if (names === '') return first?.code === 'binary-missing' ? undefined : failed(subject, 'missing', error);
    if (first?.code !== 'binary-missing') return failed(subject, 'wrong', error);
    return {
      subject,
      state: 'missing',
      detail: `not installed: images verify needs it, because the policy requires signatures (${names})`,
      advice: first.help?.slice(0, 1) ?? [],
    };
  }
}
