/**
 * Reading the source commit out of an image tag, by the convention that `images[].commitFromTag` states:
 * `sha-{commit}`.
 */

/** What a tag says about the source commit. */
export interface TaggedCommit {
  /** 7 to 40 hexadecimal digits. */
  readonly digits: string;
  /** True for all 40: only then the commit is known. */
  readonly full: boolean;
}

/**
 * What `tag` says under `pattern`, or undefined when it does not follow the pattern. A tag with a shortened commit
 * (docker/metadata-action's default) names no commit, but it can contradict one.
 * @param pattern holds `{commit}` once, which the schema of waybill.yaml sees to
 */
export function commitFromTag(pattern: string, tag: string): TaggedCommit | undefined {
  const [prefix = '', suffix = ''] = pattern.split('{commit}');
  if (!tag.startsWith(prefix) || !tag.slice(prefix.length).endsWith(suffix)) return undefined;
  const digits = tag.slice(prefix.length, tag.length - suffix.length);
  return /^[0-9a-f]{7,40}$/u.test(digits) ? { digits, full: digits.length === 40 } : undefined;
}
