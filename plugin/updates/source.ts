/**
 * Which source one image gets: the facts of the command, held against what waybill.yaml and the lock know about the
 * image. A deployment reported to a commit that is not in it is the mistake this file exists to prevent.
 */
import { failure } from '../diagnostics/failure.ts';
import { commitFromTag } from '../references/commit-from-tag.ts';
import type { ImageSource } from '../lock/lock.ts';
import { sameRepository } from '../record/repository.ts';
import type { ConfigImage } from '../schemas/config.generated.ts';
import type { ImageRequest, SourceFacts } from './request.ts';

/** The convention that needs no word in waybill.yaml. */
const usualPattern = 'sha-{commit}';

/** What was known about the image before. */
export interface KnownImage {
  /** Its entry in waybill.yaml. */
  readonly declared?: Pick<ConfigImage, 'sourceRepository' | 'commitFromTag'> | undefined;
  /** Its source in the lock. */
  readonly locked?: ImageSource | undefined;
}

/**
 * What waybill.yaml says about the image stands above the command line, as a render takes it from there; what the lock
 * says is only the last command's word, and a flag changes it (a repository that has moved).
 */
function checkRepository(name: string, facts: SourceFacts, { declared, locked }: KnownImage): void {
  const { repository, assumedFrom } = facts;
  const written = declared?.sourceRepository;
  if (repository === undefined) return;
  if (assumedFrom === undefined) {
    if (written === undefined || sameRepository(repository, written)) return;
    throw failure('source-repository', `--source-repository ${repository} contradicts waybill.yaml`, {
      help: [`By waybill.yaml ${name} is built from ${written}. Correct one of them.`],
    });
  }
  const expected = written ?? locked?.repository;
  if (expected === undefined || sameRepository(repository, expected)) return;
  throw failure(
    'source-repository',
    `${name} is built from ${expected}, but this ${assumedFrom} run is of ${repository}`,
    {
      help: ['Its commit would be the wrong one. Give --source-repository and --source-commit.'],
    },
  );
}

function checkTag({ name, tag }: ImageRequest, pattern: string, commit: string, digits: string): void {
  if (commit.startsWith(digits)) return;
  throw failure('tag-commit', `the tag ${JSON.stringify(tag)} of ${name} is of another commit than the source`, {
    help: [
      `By ${JSON.stringify(pattern)} the tag is of commit ${digits}; the source commit is ${commit}.`,
      'Correct one of them.',
    ],
  });
}

/**
 * The source to write, or undefined when there is none to write and none was promised.
 * @throws Failure `source-repository`, `source-commit`, `tag-commit`
 */
export function sourceOf(
  request: ImageRequest,
  facts: SourceFacts,
  { declared, locked }: KnownImage,
): ImageSource | undefined {
  const { name, tag } = request;
  const expected = declared?.sourceRepository ?? locked?.repository;
  checkRepository(name, facts, { declared, locked });
  const pattern = declared?.commitFromTag ?? usualPattern;
  const tagged = tag === undefined ? undefined : commitFromTag(pattern, tag);
  const commit = facts.commit ?? (tagged?.full ? tagged.digits : undefined);
  if (commit === undefined) {
    if (expected === undefined) return undefined;
    throw failure('source-commit', `the source commit of ${name} is not known`, {
      help: [
        `Deployments of it are reported to ${expected}.`,
        `Give --source-commit, or a tag that names the commit (${JSON.stringify(pattern)}).`,
      ],
    });
  }
  if (tagged) checkTag(request, pattern, commit, tagged.digits);
  const repository = facts.repository ?? expected;
  if (repository === undefined) {
    throw failure('source-repository', `the source repository of ${name} is not known`, {
      help: ['Give --source-repository, or declare sourceRepository in waybill.yaml.'],
    });
  }
  const { ref, pullRequest, run, version } = facts;
  return {
    repository,
    commit,
    ...(ref === undefined ? {} : { ref }),
    ...(pullRequest === undefined ? {} : { pullRequest }),
    ...(run === undefined ? {} : { run }),
    ...(version === undefined ? {} : { version }),
  };
}
