/**
 * Whether the image of an entry is in its registry, and whether its tag still is the digest that was reviewed.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ImageFacts } from '../registries/registry.ts';
import { type Checked, nothing, notReached, passed } from './finding.ts';
import type { Asked } from './questions.ts';
import { isMissing, notVerified, refusalOf, saidBy } from './refusal.ts';
import type { LockedEntry } from './locked-entries.ts';

/** The check `exists`, and what the registry said of the image. */
export interface Presence {
  readonly exists: Checked;
  /** Undefined unless it exists. */
  readonly facts: ImageFacts | undefined;
}

function missing({ reference, entry }: LockedEntry, said: readonly string[]): Diagnostic {
  return {
    severity: 'error',
    code: 'image-missing',
    message: `${reference} is not in its registry`,
    location: entry.locate(entry.digest === undefined ? 'tag' : 'digest'),
    help: said,
  };
}

/** Asks for the image by the digest of the lock, else by its tag. */
export async function checkPresence(subject: LockedEntry, registry: Asked): Promise<Presence> {
  const { entry, name, reference } = subject;
  const wanted = entry.digest ?? entry.tag;
  if (wanted === undefined) {
    const diagnostic: Diagnostic = {
      severity: 'error',
      code: 'image-not-verified',
      message: `${name} could not be verified: the lock gives neither tag nor digest`,
      location: entry.locate('newName'),
      help: ['What runs is the tag of the manifest. Lock it: waybill images set NAME=:TAG@DIGEST.'],
    };
    return { exists: { state: 'not-verified', diagnostics: [diagnostic] }, facts: undefined };
  }
  try {
    return { exists: passed, facts: await registry.image(name, wanted) };
  } catch (error) {
    const refusal = refusalOf(error);
    if (isMissing(refusal)) {
      return { exists: { state: 'wrong', diagnostics: [missing(subject, saidBy(refusal))] }, facts: undefined };
    }
    const diagnostic = notVerified(reference, entry.locate(), refusal);
    return { exists: { state: 'not-verified', diagnostics: [diagnostic] }, facts: undefined };
  }
}

function moved(subject: LockedEntry, message: string, help: readonly string[]): Checked {
  const location = subject.entry.locate('tag');
  return { state: 'wrong', diagnostics: [{ severity: 'error', code: 'image-tag-moved', message, location, help }] };
}

/** Compares the tag's digest with the lock's. Nothing to compare unless the lock has both. */
export async function checkTag(subject: LockedEntry, { exists }: Presence, registry: Asked): Promise<Checked> {
  const { name, entry } = subject;
  const { tag, digest } = entry;
  if (tag === undefined || digest === undefined) return nothing;
  try {
    const now = await registry.digest(name, tag);
    if (now === digest) return passed;
    return moved(subject, `the tag ${tag} of ${name} has moved: the lock has ${digest}, the registry ${now}`, [
      'The digest of the lock is what runs. The tag was moved: find out who pushed it, then lock the intended image.',
    ]);
  } catch (error) {
    const refusal = refusalOf(error);
    if (isMissing(refusal)) {
      return moved(subject, `the tag ${tag} of ${name} was deleted; the lock has ${digest}`, saidBy(refusal));
    }
    // The same registry that could not be asked for the image: one finding says so.
    if (exists.state === 'not-verified') return notReached;
    const diagnostic = notVerified(`the tag ${tag} of ${name}`, entry.locate('tag'), refusal);
    return { state: 'not-verified', diagnostics: [diagnostic] };
  }
}
