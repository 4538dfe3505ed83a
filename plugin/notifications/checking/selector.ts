/**
 * Label selectors as Kubernetes writes them (k8s.io/apimachinery/pkg/labels): `app=web,tier in (a, b),!skip`.
 */
const key = String.raw`(?:[a-z0-9A-Z](?:[-a-z0-9A-Z.]*[a-z0-9A-Z])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?`;
const value = String.raw`(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?`;
const requirement = new RegExp(
  String.raw`^\s*(?:!\s*${key}|${key}\s*(?:(?:==|=|!=)\s*${value}|(?:<|>)\s*-?\d+|\s(?:in|notin)\s*\(\s*${value}(?:\s*,\s*${value})*\s*\))?)\s*$`,
  'u',
);

/** The first requirement of a selector that is none; undefined for a good selector. */
export function selectorProblem(selector: string): string | undefined {
  if (selector.trim() === '') return undefined;
  // A comma inside parentheses separates values.
  const parts = selector.split(/,(?![^(]*\))/u);
  const bad = parts.find((part) => !requirement.test(part));
  return bad === undefined ? undefined : `${JSON.stringify(bad.trim())} is no requirement`;
}
