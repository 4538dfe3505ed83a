/**
 * What a CI job asks for: which images get which tag or digest, and where their code came from. Made from the command
 * line and, for what it leaves out, from the variables of the CI system.
 */
import type { CiFacts } from '../ci/facts.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { linkURL } from '../record/link.ts';
import { sameRepository, withoutCredentials } from '../record/repository.ts';
import { parseOverride } from '../references/override.ts';
import { isDigest, isTag, nameKey, splitReference } from '../references/reference.ts';
import { sameImage } from './outcome.ts';

/** One image to set. At least one of newName, tag and digest is given. */
export interface ImageRequest {
  /** As the manifests write it, without tag and digest. */
  readonly name: string;
  readonly newName?: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** The flags that apply to every image of a command line that says nothing else. */
export interface CommonFlags {
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

function checkFlags({ tag, digest }: CommonFlags): void {
  if (tag !== undefined && !isTag(tag)) {
    throw failure('image-override', `--tag ${JSON.stringify(tag)} is not a tag`, {
      help: ['Expected: letters, digits, _, . and -, at most 128 characters.'],
    });
  }
  if (digest !== undefined && !isDigest(digest)) {
    throw failure('image-override', `--digest ${JSON.stringify(digest)} is not a digest`, {
      help: ['Expected: sha256: and 64 lower-case hexadecimal digits.'],
    });
  }
}

/**
 * Reads one argument: `NAME`, `NAME=:TAG`, `NAME=@DIGEST`, `NAME=NEWNAME:TAG@DIGEST`, `NAME:TAG`. What it leaves out of
 * tag and digest the flags give, when it gives neither.
 * @throws Failure `image-override`
 */
export function parseImageRequest(text: string, flags: CommonFlags): ImageRequest {
  checkFlags(flags);
  const common = {
    ...(flags.tag === undefined ? {} : { tag: flags.tag }),
    ...(flags.digest === undefined ? {} : { digest: flags.digest }),
  };
  const parts = splitReference(text);
  const isBare = !text.includes('=') && parts.tag === undefined && parts.digest === undefined;
  if (isBare && text !== '' && Object.keys(common).length > 0) return { name: text, ...common };
  const { name, newName, tag, digest } = parseOverride(text, 'image');
  const own = { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
  return { name, ...(newName === undefined ? {} : { newName }), ...(Object.keys(own).length > 0 ? own : common) };
}

/** Whether an argument has a tag or a digest; one that cannot be read is not judged here. */
function hasVersion(text: string): boolean {
  const { tag, digest } = splitReference(text.slice(text.indexOf('=') + 1));
  return tag !== undefined || digest !== undefined;
}

/**
 * Reads all arguments. One that is given twice alike is one.
 * @throws Failure `image-override`, also when two are for the same image and disagree, or when a flag has no effect
 */
export function parseImageRequests(texts: readonly string[], flags: CommonFlags): ImageRequest[] {
  const found = new Map<string, { readonly text: string; readonly image: ImageRequest }>();
  const flag = flags.digest === undefined ? flags.tag && '--tag' : '--digest';
  if (flag !== undefined && texts.every(hasVersion)) {
    throw failure('image-override', `${flag} has no effect: every image has a tag or a digest of its own`, {
      help: ['Give both in the argument, as in NAME=:TAG@DIGEST, or none of them.'],
    });
  }
  attemptAll(texts, (text) => {
    const image = parseImageRequest(text, flags);
    const key = nameKey(image.name);
    const before = found.get(key);
    if (!before) found.set(key, { text, image });
    else if (!sameImage(before.image, image)) {
      throw failure('image-override', `${JSON.stringify(before.text)} and ${JSON.stringify(text)} disagree`, {
        help: ['Both are for the same image. Give one of them.'],
      });
    }
  });
  return Array.from(found.values(), ({ image }) => image);
}

/** The flags about the source. */
export interface SourceFlags {
  readonly sourceRepository?: string | undefined;
  readonly sourceCommit?: string | undefined;
  readonly sourceRef?: string | undefined;
  readonly pullRequest?: number | undefined;
  readonly run?: string | undefined;
  readonly sourceVersion?: string | undefined;
}

/** What is known about the source of the images of one command. */
export interface SourceFacts {
  readonly repository?: string | undefined;
  /** 40 lower-case hexadecimal digits. */
  readonly commit?: string | undefined;
  readonly ref?: string | undefined;
  readonly pullRequest?: number | undefined;
  readonly run?: string | undefined;
  readonly version?: string | undefined;
  /** The CI system, when repository and commit are its word and nobody confirmed them by a flag. */
  readonly assumedFrom?: string | undefined;
}

function fullCommit(text: string): string {
  const commit = text.trim().toLowerCase();
  if (/^[0-9a-f]{40}$/u.test(commit)) return commit;
  throw failure('source-commit', `--source-commit ${JSON.stringify(text)} is not a full commit`, {
    help: ['Give all 40 hexadecimal digits, as git rev-parse HEAD prints them.'],
  });
}

function runURL(text: string): string {
  const url = linkURL(text);
  if (url !== undefined) return url;
  throw failure('source-run', `--run ${JSON.stringify(text)} is not a URL`, {
    help: ['Give the address of the CI run, beginning with https:// or http://.'],
  });
}

/**
 * The facts of the flags, completed from the CI system's. The CI system's commit and ref belong to its repository: with
 * another one in the flags they are left out.
 * @throws Failure `source-commit`, `source-run`
 */
export function sourceFacts(flags: SourceFlags, ci: (CiFacts & { readonly system: string }) | undefined): SourceFacts {
  const repository = flags.sourceRepository === undefined ? undefined : withoutCredentials(flags.sourceRepository);
  const commit = flags.sourceCommit === undefined ? undefined : fullCommit(flags.sourceCommit);
  const isOther =
    repository !== undefined && ci?.repository !== undefined && !sameRepository(repository, ci.repository);
  const known = isOther ? undefined : ci;
  const built = known?.commit === undefined ? undefined : fullCommit(known.commit);
  // A commit that is not the pipeline's did not come from its branch or pull request.
  const same = commit === undefined || commit === built ? known : undefined;
  return {
    repository: repository ?? known?.repository,
    commit: commit ?? built,
    ref: flags.sourceRef ?? same?.ref,
    pullRequest: flags.pullRequest ?? same?.pullRequest,
    run: flags.run === undefined ? ci?.run && linkURL(ci.run) : runURL(flags.run),
    version: flags.sourceVersion,
    assumedFrom: repository === undefined && known?.repository !== undefined ? known.system : undefined,
  };
}
