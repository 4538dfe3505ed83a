/**
 * Which source commit an image was built from, when the lock does not know: what the image's labels and annotations
 * say (https://github.com/opencontainers/image-spec/blob/main/annotations.md), else its tag by `commitFromTag`.
 * They must agree: a deployment reported to the wrong commit is worse than none.
 */
import type { DeclaredImage } from '../config/environment.ts';
import { failure } from '../diagnostics/failure.ts';
import type { ImageSource } from '../lock/lock.ts';
import { sameRepository } from '../record/repository.ts';
import { commitFromTag } from '../references/commit-from-tag.ts';
import type { ImageFacts } from '../registries/registry.ts';

const PREFIX = 'org.opencontainers.image.';

function disagree(image: DeclaredImage, reference: string, problem: string, help: string): Error {
  return failure('strategy-source', `${reference}: ${problem}`, { location: image.location, help: [help] });
}

/** What labels and annotations say under one name; empty text says nothing. */
function said(image: DeclaredImage, reference: string, facts: ImageFacts, name: 'revision' | 'source') {
  const key = `${PREFIX}${name}`;
  const [label, annotation] = [
    facts.labels.get(key)?.trim() || undefined,
    facts.annotations.get(key)?.trim() || undefined,
  ];
  const same =
    label === undefined ||
    annotation === undefined ||
    (name === 'source' ? sameRepository(label, annotation) : label === annotation);
  if (same) return annotation ?? label;
  throw disagree(
    image,
    reference,
    `its label ${key} is ${label}, its annotation ${annotation}`,
    'Labels are inherited from the base image: let the build set both.',
  );
}

function checkedRevision(image: DeclaredImage, reference: string, revision: string): string {
  if (/^[0-9a-f]{40}$/u.test(revision)) return revision;
  throw disagree(
    image,
    reference,
    `${PREFIX}revision is ${JSON.stringify(revision)}, which is no full commit`,
    'Let the build write all 40 digits of the commit.',
  );
}

/** Whether labels have to be asked for: only what is built from a declared repository is reported. */
export function wantsSource(image: DeclaredImage, repository: string | undefined): boolean {
  return (image.sourceRepository ?? repository) !== undefined;
}

/**
 * The source of an image, or undefined when nothing names a commit.
 * @param repository the source repository by the lock, where `sourceRepository` is not declared
 * @param reference for messages
 * @param facts undefined when only the tag is to be judged
 * @throws Failure `strategy-source` when revision, source and tag contradict each other or the declaration, or the
 * revision is no full commit
 */
export function sourceOf(
  image: DeclaredImage,
  repository: string | undefined,
  reference: string,
  tag: string,
  facts: ImageFacts,
): ImageSource | undefined {
  const declared = image.sourceRepository ?? repository;
  if (declared === undefined) return undefined;
  const written = said(image, reference, facts, 'revision');
  const source = said(image, reference, facts, 'source');
  const revision = written === undefined ? undefined : checkedRevision(image, reference, written);
  if (source !== undefined && !sameRepository(source, declared)) {
    throw disagree(
      image,
      reference,
      `${PREFIX}source is ${source}; expected ${declared}`,
      'Correct sourceRepository, or let the build set the label: one that it does not set is inherited from the base image.',
    );
  }
  const tagged = image.commitFromTag === undefined ? undefined : commitFromTag(image.commitFromTag, tag);
  if (tagged && revision !== undefined && !revision.startsWith(tagged.digits)) {
    throw disagree(
      image,
      reference,
      `by commitFromTag it is of commit ${tagged.digits}, by ${PREFIX}revision of ${revision}`,
      'The deployment would be reported to the wrong commit: correct the build or commitFromTag.',
    );
  }
  const commit = revision ?? (tagged?.full ? tagged.digits : undefined);
  return commit === undefined ? undefined : { repository: declared, commit };
}
