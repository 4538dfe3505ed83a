/**
 * The two kinds of patterns that the policy file has: names with `*`, and places that images come from.
 */

/** Whether `text` is `pattern`, in which `*` stands for any text (schema: namePattern, at most three of them). */
export function matchesName(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  // The earliest place for each middle part leaves the most text for those that follow.
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/**
 * Whether an image of this normalised name (`docker.io/library/nginx`) comes from the place that `pattern` names: a
 * registry, or a registry and whole parts of a path; `*.` at the beginning stands for one or more labels.
 */
export function matchesImage(pattern: string, name: string): boolean {
  const slash = pattern.indexOf('/');
  const host = (slash < 0 ? pattern : pattern.slice(0, slash)).toLowerCase();
  const path = slash < 0 ? '' : pattern.slice(slash);
  const nameSlash = name.indexOf('/');
  const registry = name.slice(0, nameSlash).toLowerCase();
  const inRegistry = host.startsWith('*.')
    ? registry.endsWith(host.slice(1)) && registry.length > host.length - 1
    : registry === host;
  return inRegistry && `${name.slice(nameSlash)}/`.startsWith(`${path}/`);
}
