/**
 * Which source commit an image was built from: what the lock says, else what the tag says (`commitFromTag`). The two
 * must not contradict each other: a deployment reported to the wrong commit is worse than none.
 */
import type { DeclaredImage } from '../config/environment.ts';
import { failure } from '../diagnostics/failure.ts';
import type { ImageSource } from '../lock/lock.ts';
import { withoutCredentials } from '../record/repository.ts';
import { splitReference } from '../references/reference.ts';
import type { ImageDecision } from './decisions.ts';
import { commitFromTag } from '../references/commit-from-tag.ts';

/** What is known about one image when its source is looked for. */
interface Facts {
  /** As deployed. */
  readonly reference: string;
  /** Who decided. */
  readonly answer: ImageDecision | undefined;
  /** The lock's entry for the image, also when an override won. */
  readonly locked: ImageDecision | undefined;
  readonly declared: DeclaredImage | undefined;
}

/** An override that runs exactly what the lock has runs the lock's commit. */
function knownSource({ answer, locked }: Facts): ImageDecision | undefined {
  if (answer?.source) return answer;
  if (!answer || !locked?.source) return undefined;
  const same = answer.newName === locked.newName && answer.tag === locked.tag && answer.digest === locked.digest;
  return same ? locked : undefined;
}

/**
 * The source of one image, or undefined when it is not known.
 * @throws Failure `lock-commit` when the tag names another commit than the lock
 */
export function imageSource(facts: Facts): ImageSource | undefined {
  const { declared, reference } = facts;
  const { tag } = splitReference(reference);
  const pattern = declared?.commitFromTag;
  const tagged = pattern === undefined || tag === undefined ? undefined : commitFromTag(pattern, tag);
  const known = knownSource(facts);
  if (known?.source) {
    const { commit } = known.source;
    if (tagged && !commit.startsWith(tagged.digits)) {
      throw failure('lock-commit', `the tag ${JSON.stringify(tag)} names another commit than the source`, {
        location: known.location,
        help: [
          `By commitFromTag ${JSON.stringify(pattern)} the tag names commit ${tagged.digits}; the lock names ${commit}.`,
          'The deployment would be reported to the wrong commit: correct the one that is wrong (waybill images set writes both).',
        ],
      });
    }
    return shown(known.source);
  }
  if (tagged?.full && declared?.sourceRepository !== undefined) {
    return shown({ repository: declared.sourceRepository, commit: tagged.digits });
  }
  return undefined;
}

/** Sources end in annotations, records and messages: no token of a clone URL may come along. */
function shown(source: ImageSource): ImageSource {
  const repository = withoutCredentials(source.repository);
  return { ...source, repository, ...(source.run === undefined ? {} : { run: withoutCredentials(source.run) }) };
}
