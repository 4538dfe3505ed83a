/**
 * Whether a file without source commits runs something newer than what is asked for. Only the tag can tell, when both
 * follow the convention `sha-<commit>`.
 */
import { commitFromTag } from '../references/commit-from-tag.ts';
import type { ImageRequest } from './request.ts';
import type { WriteRequest } from './writer.ts';

function commitOf(tag: string | undefined): string | undefined {
  const tagged = tag === undefined ? undefined : commitFromTag('sha-{commit}', tag);
  return tagged?.full ? tagged.digits : undefined;
}

/** True when `current`, the tag that runs, is of a newer commit of the source repository than the request's. */
export async function runsNewer(
  current: string | undefined,
  image: ImageRequest,
  request: WriteRequest,
): Promise<boolean> {
  const repository = request.facts?.repository;
  const [now, next] = [commitOf(current), commitOf(image.tag) ?? request.facts?.commit];
  if (request.allowOlder || repository === undefined || now === undefined || next === undefined) return false;
  return await request.ancestry.isOlder(repository, next, now);
}
