/**
 * Whether the image says of itself what the lock says of it: the labels and annotations that the OCI image
 * specification defines for source repository and commit
 * (https://github.com/opencontainers/image-spec/blob/main/annotations.md). Build tools write them; a lock edited by
 * hand, or a tag pushed by somebody else, shows here.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ImageSource } from '../lock/lock.ts';
import { parseRepository, sameRepository, withoutCredentials } from '../record/repository.ts';
import type { ImageFacts } from '../registries/registry.ts';
import { type Checked, notReached, nothing, passed } from './finding.ts';
import type { Presence } from './presence.ts';
import type { LockedEntry } from './locked-entries.ts';

const REVISION = 'org.opencontainers.image.revision';
const SOURCE = 'org.opencontainers.image.source';

/** What an image says under a key: as label, and as annotation where that is another text. */
function said(facts: Pick<ImageFacts, 'labels' | 'annotations'>, key: string): string[] {
  const both = [facts.labels.get(key), facts.annotations.get(key)];
  return [...new Set(both)].flatMap((value) => value || []);
}

/** Whether a label names the commit: in full, or abbreviated to at least seven digits as `git log` shows it. */
export function sameCommit(label: string, commit: string): boolean {
  return /^[0-9a-f]{7,40}$/iu.test(label) && commit.startsWith(label.toLowerCase());
}

/** Whether a label names the repository: its URL in any form, or a page or folder of it. */
export function sameSource(label: string, repository: string): boolean {
  const plain = label.replace(/[?#].*$/u, '');
  if (sameRepository(plain, repository)) return true;
  const page = parseRepository(repository)?.webURL;
  return page !== undefined && plain.toLowerCase().startsWith(`${page.toLowerCase()}/`);
}

const inherited = 'A label may be inherited from the base image: set it in the build.';

function differs(subject: LockedEntry, field: 'source' | 'commit', message: string): Diagnostic {
  const location = subject.entry.locate(field);
  return { severity: 'error', code: 'image-source-differs', message, location, help: [inherited] };
}

function compare(subject: LockedEntry, source: ImageSource, facts: ImageFacts): Checked {
  const { reference } = subject;
  const revisions = said(facts, REVISION);
  const repositories = said(facts, SOURCE);
  if (revisions.length + repositories.length === 0) return nothing;
  const diagnostics = [
    ...revisions
      .filter((label) => !sameCommit(label, source.commit))
      .map((label) =>
        differs(subject, 'commit', `${reference} names the source commit ${label}; the lock names ${source.commit}`),
      ),
    ...repositories
      .filter((label) => !sameSource(label, source.repository))
      .map((label) =>
        differs(
          subject,
          'source',
          `${reference} names the source ${withoutCredentials(label)}; the lock names ${withoutCredentials(source.repository)}`,
        ),
      ),
  ];
  return diagnostics.length === 0 ? passed : { state: 'wrong', diagnostics };
}

/** Compares `org.opencontainers.image.revision` and `.source` with the lock; nothing to compare where either is silent. */
export function checkSource(subject: LockedEntry, { facts }: Presence): Checked {
  const { source } = subject.entry;
  if (!source) return nothing;
  return facts ? compare(subject, source, facts) : notReached;
}
